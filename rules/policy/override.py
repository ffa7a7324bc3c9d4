"""What is otherwise for some failures, ready to be put in force: everything about it was read and checked at load."""

from __future__ import annotations

from dataclasses import dataclass

from rules.policy.rule import Rule
from rules.variables import Variables


@dataclass(frozen=True, slots=True)
class Override:
    """All rules and variables as they are for failures with one of `labels`, of one of `teams`, or both where both are
    named."""

    name: str
    labels: tuple[str, ...]
    teams: tuple[str, ...]
    rules: tuple[Rule, ...]
    variables: Variables

"""Several conditions that are all asked: those of the groups that a rule stands in, outermost first, and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.conditions import Condition, Verdict


@dataclass(frozen=True, slots=True)
class JointConditions:
    """Met where each of `each` is. All are asked, so that the verdict shows everything that was seen."""

    each: tuple[Condition, ...]

    @property
    def text(self) -> str:
        """All of them as one expression."""
        return " && ".join(_in_a_row(one.text.strip()) for one in self.each)

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(sorted({name for one in self.each for name in one.facts}))

    def judge(self, facts: Mapping[str, Any]) -> Verdict:
        verdicts = [one.judge(facts) for one in self.each]
        seen = {name: value for verdict in verdicts for name, value in verdict.seen}
        return Verdict(all(verdict.is_met for verdict in verdicts), self.text, tuple(seen.items()))


def _in_a_row(text: str) -> str:
    return f"({text})" if "||" in text or "?" in text else text


def joined(conditions: tuple[Condition, ...]) -> Condition | JointConditions | None:
    """None of them, the only one, or all together."""
    if len(conditions) > 1:
        return JointConditions(conditions)
    return conditions[0] if conditions else None

"""How the actions of an earlier time ended: by the commands that were given on them then, as their tickets stand now.

A ticket does not tell of a `/decline` or a `/same-as`, and is rarely closed after one. Without this a promise that was
let go honestly would be told as a broken one when the failure comes back.
"""

from __future__ import annotations

from rules.endings import Endings
from rules.facts import Case, Earlier
from rules.given_commands import GivenCommands
from rules.policy import People


def earlier_endings(case: Case, earlier: Earlier, people: People) -> Endings:
    """The endings of that generation's actions. Its commands count from the end of the generation before it."""
    before = (closing.at for closing in case.closings if closing.generation < earlier.generation)
    since = max(before, default=case.failure.created_at)
    mortem, actions = earlier.post_mortem, earlier.actions
    then = Case(case.root, case.failure, mortem, actions, commands=case.commands, unfound=case.unfound)
    return Endings(then, GivenCommands(case.commands, since), people)

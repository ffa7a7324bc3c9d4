"""Which rungs of a ladder have anybody to speak to.

Leadership is told privately or not at all. Where nobody of it has a channel, its rung falls to nobody: the ladder
goes on as if the rung were not there, so that it neither ends in silence nor speaks in public instead (P7, P14).
"""

from __future__ import annotations

from dataclasses import replace

from rules.policy import Ladder, NotifyDo, People, Recipient, Rung

NOBODY = "its rung for leadership falls to nobody: `leadership` in the people file names nobody with a private channel"


def reachable(ladder: Ladder, people: People) -> Ladder:
    """The ladder, without the rungs that reach leadership alone where nobody of it can be reached."""
    if any(person.notify for person in people.leadership):
        return ladder
    kept = tuple(rung for rung in ladder.rungs if not is_for_leadership_alone(rung))
    return ladder if len(kept) == len(ladder.rungs) else replace(ladder, rungs=kept)


def is_for_leadership_alone(rung: Rung) -> bool:
    return all(isinstance(do, NotifyDo) and do.to == (Recipient.LEADERSHIP,) for do in rung.do)

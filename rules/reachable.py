"""Which rungs of a ladder have anybody to speak to.

Leadership is told privately or not at all. Where nobody of it has a channel, its rung falls to nobody: the ladder
goes on as if the rung were not there, so that it neither ends in silence nor speaks in public instead (P7, P14).
"""

from __future__ import annotations

from rules.policy import Ladder, People

NOBODY = "its rung for leadership falls to nobody: `leadership` in the people file names nobody with a private channel"


def reachable(ladder: Ladder, people: People) -> Ladder:
    """The ladder, without the rungs that reach leadership alone where nobody of it can be reached."""
    return ladder if any(person.notify for person in people.leadership) else ladder.without_leadership

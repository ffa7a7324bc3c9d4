"""Whether a kinder wording is worth suggesting on a case's post-mortem, and which.

While people still write: in a text that was edited within the last week, on an open post-mortem that is not older
than the installation's start date. Whoever reads an old text anew is not told about it.
"""

from __future__ import annotations

import datetime as dt

from rules.blame import Blame, find_blame, may_blame
from rules.facts import Actor, ActorKind, Case
from rules.mortem_text import written_at
from rules.policy import Policy

#: After the last edit; a suggestion so late helps nobody.
SUGGESTED_WITHIN = dt.timedelta(days=7)
#: Shorter ones are words of other meanings too often.
_NAME_CHARACTERS_MIN = 3


def wording_wanted(policy: Policy, case: Case, now: dt.datetime) -> Blame | None:
    """What a suggestion would be about, or None."""
    mortem, start_at = case.post_mortem, policy.limits.start_at
    if mortem is None or not mortem.is_open or (start_at and mortem.created_at < start_at):
        return None
    if now >= written_at(mortem) + SUGGESTED_WITHIN or not may_blame(mortem.body, policy.blame_phrases):
        return None
    is_ours = mortem.marker is not None
    return find_blame(mortem.body, _names(policy, case), policy.blame_phrases, policy.mortem_source, is_ours)


def _names(policy: Policy, case: Case) -> tuple[str, ...]:
    """Names of people around the case, whole and by the first name alone."""
    actors: list[Actor] = []
    for ticket in case.tickets:
        actors += [ticket.reporter, *ticket.assignees, *(comment.author for comment in ticket.comments)]
    known = {actor.name for actor in actors if actor.kind is ActorKind.PERSON}
    known |= {person.name for person in policy.people.people.values()}
    parts = known | {name.split()[0] for name in known if name.strip()}
    return tuple(sorted(name for name in parts if len(name) >= _NAME_CHARACTERS_MIN and name[0].isupper()))

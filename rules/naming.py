"""Who is meant by a name in a command: `@login`, a mention, a name of the people file, or `me`.

Only people who are known are found: those of the people file, and those who did something on the case's tickets.
A name that nobody has is never handed to a tracker, which might drop it in silence.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from rules.facts import Actor, Case
from rules.policy import People, Person
from rules.roles import person_of

_WHO = re.compile(r"\[[^\[\]]{1,80}\]\(mention:(?P<mentioned>[^()\s]{1,200})\)|@?(?P<word>[^\s@,;:()\[\]]{1,120})")
_GAP = re.compile(r"[\s,;:–—-]+")


def split_name(argument: str) -> tuple[str, str]:
    """The account or name that the argument begins with, without its `@`, and what follows. ("", …) without one."""
    text = argument.strip()
    found = _WHO.match(text)
    if not found:
        return "", text
    rest = text[found.end() :]
    name = unquote(found["mentioned"]) if found["mentioned"] else found["word"].rstrip(".!?")
    return name, rest[gap.end() :] if (gap := _GAP.match(rest)) else rest


def person_named(people: People, case: Case, tracker: str, name: str, author: Actor) -> Person | None:
    """The person whom somebody means by `name` on that tracker, or None. `me` is whoever writes."""
    wanted = name.strip().removeprefix("@").casefold()
    if not wanted:
        return None
    if wanted in ("me", "myself"):
        return person_of(people, tracker, author)
    for person in people.people.values():
        if wanted in {known.casefold() for known in (person.id, person.name, person.accounts.get(tracker, ""))}:
            return person
    return person_seen(people, case, tracker, wanted)


def person_seen(people: People, case: Case, tracker: str, account: str) -> Person | None:
    """The person behind an account that did something on the case's tickets on that tracker, or None."""
    wanted = account.removeprefix("@").casefold()
    seen = case.seen.get((tracker, wanted)) if wanted else None
    return person_of(people, tracker, seen) if seen else None

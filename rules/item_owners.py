"""Who is to look after an action, as its line in the post-mortem says it, and what the ticket is called without that.

`owner: …` and mentions are read where the line is (`rules.action_items`); a plain name counts where it is set off from
the words and stands in the people file: `Runbook (Ben Okri)`, `Runbook – Ben Okri`, `Ben Okri: the runbook`. Whoever is
named in so many words and known to nobody is told as such, and never dropped in silence.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rules.facts import ActionItem, Case
from rules.naming import person_seen
from rules.policy import People, Person


def with_owner(people: People, case: Case, tracker: str, item: ActionItem) -> tuple[ActionItem, Person | None]:
    """The item as its ticket is to be called, and the person whom it names; None where it names nobody who is known.

    Known are the people file, and accounts that did something on the case's tickets on `tracker`.
    """
    named = _called(people, item.owner) or person_seen(people, case, tracker, item.owner)
    if named or item.named:
        return item, named
    for person in people.people.values():
        if rest := _without(item.text, person.name):
            return replace(item, text=rest), person
    return item, None


def _called(people: People, owner: str) -> Person | None:
    """By id, by an account on any tracker, or by name."""
    wanted = owner.removeprefix("@").casefold()
    for person in people.people.values() if wanted else ():
        known_as = {person.id, person.name, *person.accounts.values()}
        if wanted in {name.casefold() for name in known_as}:
            return person
    return None


def _without(text: str, name: str) -> str:
    """The words without the name that is set off from them; empty where it is not, or where nothing else is there."""
    who = re.escape(name.strip())
    if not name.strip() or name.strip() not in text:
        return ""
    for form in (
        rf"(?P<rest>.*\w.*?)[\s,;–—-]*[(\[]\s*{who}\s*[)\]][\s.]*",
        rf"(?P<rest>.*\w.*?)\s+[–—-]{{1,2}}\s+{who}[\s.]*",
        rf"{who}\s*(?::|\s[–—-])\s+(?P<rest>\w.*)",
    ):
        if found := re.fullmatch(form, text, re.DOTALL):
            return found["rest"].strip()
    return ""

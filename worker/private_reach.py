"""Who can be told something privately, and what the policy does about whoever cannot, as one sentence for `check`.

A private channel (`notify:` in the people file) is anybody's own choice: this tells what it brings, and finds no fault.
Addresses are secrets, and are never shown. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.inspection import in_short
from rules.policy import Do, NotifyDo, People, Person, Policy, Recipient, Role, SayDo
from rules.review_terms import ReviewDo
from rules.texts import names_in_a_row
from worker.phrases import counted

#: So many are named; of a company's people file the rest is counted.
_NAMED_MAX = 5
_ABOVE = {Role.LEAD, Role.MANAGER, Role.APPROVER}


def private_reach(policy: Policy, file_name: str) -> str:
    """How many have a channel, who has none, and what those go without under this policy."""
    people = tuple(policy.people.people.values())
    without = [person for person in people if not person.notify]
    key = f"`notify:` in {file_name}"
    if not people:
        return ""
    if not without:
        return f"Everybody has a private channel ({key})."
    missed = names_in_a_row([f"no {what}" for what in _missed(policy)])
    having = len(people) - len(without)
    told, whose = f"Nobody has a private channel ({key})", ""
    if having:
        has = "has" if having == 1 else "have"
        told = f"{having} of {counted(len(people), 'person', 'people')} {has} a private channel ({key})"
        told, whose = f"{told}; without one: {_named(without)}", "for them "
    parts = [f"{whose}there are {missed}" if missed else "", _asked_openly(policy, without)]
    rest = ", and ".join(part for part in parts if part)
    return f"{told}. {rest[0].upper()}{rest[1:]}." if rest else f"{told}."


def _missed(policy: Policy) -> Iterator[str]:
    """What the policy sends to whoever took part, and only ever privately."""
    dos = list(_dos(policy))
    if any(isinstance(do, NotifyDo) and Recipient.PARTICIPANTS in do.to for do in dos):
        yield "reflection questions"
    if any(isinstance(do, ReviewDo) for do in dos):
        yield "calendar entries of reviews"


def _asked_openly(policy: Policy, without: Sequence[Person]) -> str:
    """Who is asked in a comment where others are told privately: above the owner of a public ticket (P14)."""
    asks_above = any(isinstance(do, SayDo) and _ABOVE & set(do.mention) for do in _dos(policy))
    above = [person for person in without if person.id in _ids_above(policy.people)] if asks_above else []
    verb = "is" if len(above) == 1 else "are"
    return f"above the owner of a public ticket {_named(above)} {verb} asked in a comment" if above else ""


def _ids_above(people: People) -> set[str]:
    return {people.default_lead} | {one for person in people.people.values() for one in (person.lead, person.manager)}


def _named(people: Sequence[Person]) -> str:
    names = [person.name for person in people]
    return in_short(names, _NAMED_MAX) if len(names) > _NAMED_MAX else names_in_a_row(names)


def _dos(policy: Policy) -> Iterator[Do]:
    for rule in policy.every_rule:
        yield from rule.do
        for rung in rule.ladder.rungs if rule.ladder else ():
            yield from rung.do

"""What is not opened for the sake of its readers, in words for whoever can do something about it (P7, P14).

A ticket that would be read by more people than its source stays unopened until somebody names another place for it.
It is said wherever a person looks for what is missing: in `plan`, in `status`, in `explain`.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.decision import Withheld
from rules.refs import Place, TicketRef, place_of
from worker.phrases import counted

#: The key of `aftermath.yaml` that names the place, by what is opened there.
KEYS = {"post-mortem": "post_mortems", "action": "actions"}


def why_withheld(one: Withheld) -> str:
    """Why it waits, and what to do: where the ticket itself is named already."""
    return f"{_who_reads(one)}; {_todo(one)}, and it is opened"


def withheld_sentences(withheld: Iterable[Withheld]) -> tuple[str, ...]:
    """One sentence for each kind of ticket, place and source, however many wait."""
    found: dict[tuple[str, Place, TicketRef], list[Withheld]] = {}
    for one in withheld:
        found.setdefault((one.role, one.place, one.source), []).append(one)
    return tuple(_sentence(group) for group in found.values())


def _sentence(group: list[Withheld]) -> str:
    one, is_one = group[0], len(group) == 1
    number = f"{counted(len(group), one.role)} {'is' if is_one else 'are'} not opened"
    return f"{number}: {_who_reads(one)}; {_todo(one)}, and {'it is' if is_one else 'they are'} opened"


def _who_reads(one: Withheld) -> str:
    if one.is_for_few:
        return f"{one.source}, where the words come from, has a security level, which {one.place} does not know"
    where = f"{one.place}, beside the failure," if not one.is_routed else str(one.place)
    return f"everybody can read {where} and not everybody {one.source}, where the words come from"


def _todo(one: Withheld) -> str:
    key = KEYS.get(one.role, one.role)
    if one.is_for_few:
        own = place_of(one.source)
        return f"name {own} under `{key}:` in aftermath.yaml, or take the level off if more people may read it"
    private = f", or make {one.place} private" if one.is_routed else ""
    return f"name a place under `{key}:` in aftermath.yaml that no more people can read{private}"

"""Which of a tracker's own fields are read with each ticket: those that the policy asks about, and no others.

A policy may change while the program runs, so a tracker is given a way to ask rather than an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

#: What a field holds: a text, or several.
FieldText = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WantedFields:
    """`names` are as people see them, in capitals or not; `with_priority` says that somebody asks for the priority,
    which GitHub has in a field alone."""

    names: tuple[str, ...] = ()
    with_priority: bool = False

    @property
    def is_any(self) -> bool:
        return bool(self.names) or self.with_priority


Wants = Callable[[], WantedFields]


def no_fields() -> WantedFields:
    """What is wanted where nobody asks for a field."""
    return WantedFields()


def by_wanted_name(wanted: Iterable[str], told: Iterable[tuple[str, FieldText]]) -> Mapping[str, FieldText]:
    """What the fields hold under the names that were asked for; `told` are names as the tracker has them, with what
    stands there. Of several fields of one name the first that holds anything; one that holds nothing is left out."""
    names = {name.casefold(): name for name in wanted}
    found: dict[str, FieldText] = {}
    for name, text in told:
        asked = names.get(name.casefold())
        if asked is not None and text:
            found.setdefault(asked, text)
    return found

"""The people of a test: those of a people file, each with an account of their id where the test takes place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.policy import People, Person

#: Who is nobody of the people file: may read and comment, and nothing more.
STRANGER = "somebody"


class AnyVariable(Mapping[str, str]):
    """An environment in which every variable is set. Whoever has a private channel in a people file has one in a test,
    and nothing is sent there."""

    def __getitem__(self, name: str) -> str:
        return "json://127.0.0.1/test"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def people_at(people: People, tracker: str) -> People:
    """The same people, with one account each. Raises nothing: an id is a fine account."""

    def moved(person: Person) -> Person:
        return replace(person, accounts={tracker: person.id})

    return replace(
        people,
        people={one: moved(person) for one, person in people.people.items()},
        leadership=tuple(moved(person) for person in people.leadership),
    )


def called(person_id: str) -> str:
    """Somebody as a test calls them: their id in the people file; their account, where there is none; `leadership` for
    the channels that leadership has of its own."""
    return person_id.rpartition("/")[2].lstrip(":")

"""Whom the people file names as leadership, and to whom its weekly digest goes, and when.

A word in these lists is somebody's id, a channel's address written as `${NAME}`, or one of two groups: `leadership`,
and `leads`, who are everybody that the file names as somebody's lead. Nobody is told twice: who stands in both lists
by way of a group is told of internal tickets too, and one address gets one digest, whoever shares it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from rules.digest_plan import DigestPlan, Reader
from rules.facts import Audience
from rules.language.channel_reading import is_address, read_address
from rules.language.people_forms import DigestForm
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.policy import Person

LEADERSHIP, LEADS = "leadership", "leads"
#: The person of no name who stands for leadership's own channels: no id of the file can be this one.
LEADERSHIP_CHANNEL = ":leadership"
_CHANNEL = "${NAME} for a channel of their own"
_DAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")


def read_leadership(
    reading: Reading, written: list[str] | str, people: Mapping[str, Person], environ: Mapping[str, str] | None
) -> tuple[Person, ...]:
    """The people named, in order, and last one without a name for the channels. Problems are noted on the reading."""
    found: list[Person] = []
    channels: list[str] = []
    for place, word in _each(("leadership",), written):
        if is_address(word):
            channels.append(read_address(reading, place, word, environ))
        elif word in people:
            found.append(people[word])
        else:
            reading.note(
                place, f'"{word}" is nobody in this file', in_words([*people, _CHANNEL], word), closest(word, people)
            )
    addresses = tuple(address for address in channels if address)
    own = (Person(LEADERSHIP_CHANNEL, "", notify=addresses),) if addresses else ()
    return (*_once(found), *own)


def read_digest(
    reading: Reading,
    form: DigestForm,
    people: Mapping[str, Person],
    default_lead: str,
    leadership: tuple[Person, ...],
    environ: Mapping[str, str] | None,
) -> DigestPlan:
    """The digest as the file has it; off where nobody is named. Problems are noted on the reading."""
    leads = {default_lead, *(person.lead for person in people.values())}
    groups = {
        LEADERSHIP: leadership,
        LEADS: tuple(person for person in people.values() if person.id in leads),
    }
    readers: list[Reader] = []
    named: set[str] = set()
    for audience, written in ((Audience.INTERNAL, form.internal), (Audience.PUBLIC, form.public)):
        for place, word in _each(("digest", audience.value), written):
            if word in named:
                reading.note(place, f'"{word}" is here twice' if not is_address(word) else "this channel is here twice")
            named.add(word)
            if is_address(word):
                address = read_address(reading, place, word, environ)
                readers.append(Reader(word.strip(), audience, (address,) if address else ()))
            elif word in groups or word in people:
                group = groups.get(word) or ((people[word],) if word in people else ())
                readers += [_reader(person, audience) for person in group]
            else:
                allowed = [*groups, *people]
                reading.note(
                    place,
                    f'"{word}" is nobody in this file',
                    in_words([*allowed, _CHANNEL], word),
                    closest(word, allowed),
                )
    return DigestPlan(tuple(_each_once(readers)), _DAYS[form.day], _read_hour(reading, form.at))


def _each(path: tuple[str, ...], written: list[str] | str) -> list[tuple[tuple[str | int, ...], str]]:
    """Every word of a list, with its place; a single one is a list of one."""
    if isinstance(written, str):
        return [(path, written)]
    return [((*path, index), word) for index, word in enumerate(written)]


def _once(people: Iterable[Person]) -> tuple[Person, ...]:
    return tuple({person.id: person for person in people}.values())


def _reader(person: Person, audience: Audience) -> Reader:
    return Reader(person.id.removeprefix(":"), audience, person.notify)


def _each_once(readers: Iterable[Reader]) -> Iterable[Reader]:
    """The first of each, without the addresses that an earlier one has: who may read more comes first."""
    seen: set[str] = set()
    taken: set[str] = set()
    for reader in readers:
        own = tuple(address for address in dict.fromkeys(reader.addresses) if address not in taken)
        taken.update(own)
        if reader.id not in seen and (own or not reader.addresses):
            yield replace(reader, addresses=own)
        seen.add(reader.id)


def _read_hour(reading: Reading, written: str) -> dt.time:
    hour = _HOUR.match(written.strip())
    if hour is None:
        reading.note(("digest", "at"), f'"{written}" is no time of day', 'an hour of the calendar\'s zone, as "09:00"')
        return dt.time(9)
    return dt.time(int(hour[1]), int(hour[2]))

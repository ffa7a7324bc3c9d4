"""Which ticket somebody means: its address in the browser, its key as people say it, or the full `TRACKER:KEY`.

What fits one ticket only is taken, and of several the one that has a case, or those that share one. Asks no tracker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from rules.refs import Place, TicketRef, place_of
from worker.config import Config, TrackerSettings
from worker.trackers import key_on_page, web_address

_NUMBER = re.compile(r"(?P<repository>[^#\s]*)#(?P<number>[1-9]\d*)\Z")
_ISSUE = re.compile(r"(?P<project>[A-Za-z][A-Za-z0-9_]*)-(?P<number>[1-9]\d*)\Z")
_BARE = re.compile(r"[1-9]\d*\Z")
_SHOWN_MAX = 5
FORMS = (
    "write TRACKER:KEY, such as github:acme/shop#7 or jira:OPS-12, the key alone where only one can be meant, "
    "or the ticket's address in the browser"
)


class NotOneTicket(ValueError):
    """No ticket is meant, or several could be. The text is a sentence for who asked."""


class SeveralTickets(NotOneTicket):
    """Several tickets could be meant."""


def ticket_meant(written: str, config: Config, cases_of: Callable[[TicketRef], Sequence[str]]) -> TicketRef:
    """The one ticket that is meant. `cases_of` says which cases a ticket belongs to. Raises NotOneTicket."""
    written = written.strip()
    if "://" in written:
        return _one(written, _at(config, written), cases_of, _elsewhere(config, written))
    prefix, colon, key = written.partition(":")
    if not colon:
        return _one(written, _called(config, config.trackers, written), cases_of, f"{written!r} is no ticket: {FORMS}.")
    if prefix not in config.trackers:
        there = ", ".join(config.trackers)
        raise NotOneTicket(f'There is no tracker "{prefix}" in the configuration; there is {there}.')
    if not key:
        raise NotOneTicket(f"{written!r} is no ticket: {FORMS}.")
    found = list(_called(config, [prefix], key))
    return _one(written, found, cases_of, "") if found else TicketRef(prefix, key)


def ticket_among_words(
    words: Sequence[str], config: Config, cases_of: Callable[[TicketRef], Sequence[str]]
) -> TicketRef | None:
    """The ticket that is asked for where words are looked for too; None where they are words, such as `UTF-8`, or a
    figure that no case has for a number. Raises SeveralTickets."""
    if len(words) != 1:
        return None
    word = words[0].strip()
    try:
        found = ticket_meant(word, config, cases_of)
    except SeveralTickets:
        if _BARE.match(word):
            return None
        raise
    except NotOneTicket:
        return None
    if word.partition(":")[0] in config.trackers or "://" in word or cases_of(found):
        return found
    return found if place_of(found) in config.places and not _BARE.match(word) else None


def _one(
    written: str, found: Iterable[TicketRef], cases_of: Callable[[TicketRef], Sequence[str]], none: str
) -> TicketRef:
    fitting = list(dict.fromkeys(found))
    if not fitting:
        raise NotOneTicket(none)
    if len(fitting) > 1:
        known = {ref: tuple(cases) for ref in fitting if (cases := cases_of(ref))}
        # A failure and its post-mortem may both be number 1, and it is one case that is asked about.
        fitting = [next(iter(known))] if len(set(known.values())) == 1 else fitting
    if len(fitting) == 1:
        return fitting[0]
    more = f", or {len(fitting) - _SHOWN_MAX} more" if len(fitting) > _SHOWN_MAX else ""
    raise SeveralTickets(f'"{written}" could be {" or ".join(map(str, fitting[:_SHOWN_MAX]))}{more}: write which one.')


def _at(config: Config, url: str) -> Iterator[TicketRef]:
    """The ticket at an address, on each tracker that has it."""
    for settings in config.trackers.values():
        if settings.url and (key := key_on_page(settings, url)):
            yield _as_configured(config, settings, key)


def _called(config: Config, trackers: Iterable[str], key: str) -> Iterator[TicketRef]:
    """Every ticket that may be called so, in the places of these trackers."""
    for name in trackers:
        settings = config.trackers[name]
        places = [place for place in config.places if place.tracker == name]
        yield from (_on_github if settings.kind == "github" else _in_jira)(config, settings, places, key)


def _on_github(config: Config, settings: TrackerSettings, places: list[Place], key: str) -> Iterator[TicketRef]:
    found = _NUMBER.match(key)
    if found and "/" in found["repository"]:
        container = found["repository"].casefold()
        is_ours = any(place.container.casefold() == container for place in config.places)
        if not is_ours or any(place.container.casefold() == container for place in places):
            yield _as_configured(config, settings, key)
    elif found or _BARE.match(key):
        repository, number = (found["repository"], found["number"]) if found else ("", key)
        for place in places:
            if not repository or place.container.casefold().endswith(f"/{repository}".casefold()):
                yield TicketRef(place.tracker, f"{place.container}#{number}")


def _in_jira(config: Config, settings: TrackerSettings, places: list[Place], key: str) -> Iterator[TicketRef]:
    if found := _ISSUE.match(key):
        is_ours = any(place.container == found["project"].upper() for place in config.places)
        if not is_ours or Place(settings.name, found["project"].upper()) in places:
            yield TicketRef(settings.name, key.upper())
    elif _BARE.match(key):
        for place in places:
            yield TicketRef(place.tracker, f"{place.container}-{key}")


def _as_configured(config: Config, settings: TrackerSettings, key: str) -> TicketRef:
    """GitHub reads a repository's name in any capitals; the ledger has it as the configuration does."""
    container, hash_sign, number = key.rpartition("#")
    for place in config.places:
        if place.tracker == settings.name and place.container.casefold() == container.casefold():
            container = place.container
    return TicketRef(settings.name, f"{container}{hash_sign}{number}")


def _elsewhere(config: Config, url: str) -> str:
    there = ", ".join(f"{settings.name} ({web_address(settings)})" for settings in config.trackers.values())
    return f"{url} is no ticket on a tracker of the configuration: there is {there}."

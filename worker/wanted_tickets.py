"""What an installation wants new tickets to get, as `aftermath check` asks each tracker about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.inspection import Finding, WantedTicket, note
from rules.refs import Place
from worker.config import Config, Opening
from worker.config.openings import FAILURE, POST_MORTEM, SECTIONS
from worker.config.place_keys import route_of


def wanted_tickets(config: Config) -> Mapping[Place, tuple[WantedTicket, ...]]:
    """By the places in which they are opened."""
    wanted: dict[Place, list[WantedTicket]] = {}
    for section, role in SECTIONS.items():
        opening = config.opening(role)
        for place in _homes(config, role):
            wanted.setdefault(place, []).append(_wanted(section, opening, _has_parent(config, role, place)))
    return {place: tuple(dict.fromkeys(tickets)) for place, tickets in wanted.items()}


def idle_parents(config: Config) -> Iterator[Finding]:
    """Parents that no ticket will have, since they stand on another tracker."""
    for section, role in SECTIONS.items():
        parent = config.opening(role).parent
        apart = [place for place in _homes(config, role) if parent and not _has_parent(config, role, place)]
        if apart:
            places = ", ".join(map(str, apart))
            found = f"What is opened in {places} is not put below its {parent}, which is on another tracker."
            yield note("configuration", found, f"It is linked all the same; `{section}.parent` may be left out.")


def _wanted(section: str, opening: Opening, has_parent: bool) -> WantedTicket:
    is_key = opening.parent not in ("", FAILURE, POST_MORTEM)
    return WantedTicket(
        key=section,
        ticket_type=opening.ticket_type,
        priorities=tuple(dict.fromkeys(opening.priorities.values())),
        parent=opening.parent if is_key else "",
        has_parent=has_parent,
        fields=tuple(opening.fields.items()),
    )


def _homes(config: Config, role: str) -> tuple[Place, ...]:
    routed = route_of(config, role)
    return (routed,) if routed else config.watch


def _has_parent(config: Config, role: str, place: Place) -> bool:
    """Whether a ticket that is opened there can be below what it is to be below."""
    parent = config.opening(role).parent
    if parent in (FAILURE, POST_MORTEM):
        homes = config.watch if parent == FAILURE else _homes(config, POST_MORTEM)
        return any(home.tracker == place.tracker for home in homes)
    return bool(parent)

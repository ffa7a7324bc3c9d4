"""What the configuration would carry to more people than may read it: told before anything runs (P14).

At run time such a ticket is simply not opened (`rules.opening_places`), and the case waits. Here it is told by
`aftermath check`, with the line of the file that says so. Asks each tracker who reads a place, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectors.errors import TrackerError
from connectors.inspection import Finding, note, wrong
from rules.facts import Audience
from rules.language.document import Document, KeyPath
from rules.refs import Place
from worker.program import Program
from worker.withheld import KEYS


class WiderPlaces:
    """The places that a configuration names, with who reads them and where the file names them."""

    def __init__(self, program: Program, source: Path) -> None:
        self._program = program
        self._config = program.config
        self._file = source.name
        self._document = Document.read(source)

    def findings(self, tracker: str) -> Iterator[Finding]:
        """What would be opened on that tracker for more people than may read its source.

        A place that cannot be asked about is left out: that it cannot be is told where it is looked over itself.
        """
        for role in KEYS:
            for index, watched in enumerate(self._config.watch):
                target = self._place_of(role, watched)
                if target.tracker != tracker or not self._is_public(target):
                    continue
                if self._is_internal(watched):
                    yield self._refused(role, target, watched, ("watch", index))
                elif role == "action" and self._is_internal(self._place_of("post-mortem", watched)):
                    yield self._half(target, watched, ("watch", index))

    def _refused(self, role: str, target: Place, watched: Place, named: KeyPath) -> Finding:
        found = (
            f"{self._at(role, named)}: {role}s are to be opened in {target}, which everybody can read, and not "
            f"everybody {watched}, where failures are labelled{self._also_at(named)}: no {role} of theirs is opened."
        )
        return wrong(target.container, found, self._todo(role, target))

    def _half(self, target: Place, watched: Place, named: KeyPath) -> Finding:
        mortems = self._place_of("post-mortem", watched)
        also = self._also_at(("post_mortems", "place"))
        found = (
            f"{self._at('action', named)}: actions are to be opened in {target}, which everybody can read, and not "
            f"everybody {mortems}, where post-mortems are opened{also}: what is written down there gets no ticket, "
            f"only what `/action` says on the failure itself."
        )
        return note(target.container, found, self._todo("action", target))

    def _todo(self, role: str, target: Place) -> str:
        routed = self._routed(role)
        private = f", or make {target.container} private" if routed else ""
        return f"Name a place under `{KEYS[role]}:` that no more people can read{private}."

    def _at(self, role: str, otherwise: KeyPath) -> str:
        """`aftermath.yaml:14`: the line that names where such tickets are opened."""
        path: KeyPath = (KEYS[role], "place") if self._routed(role) else otherwise
        return f"{self._file}:{self._document.at(path).line}"

    def _also_at(self, path: KeyPath) -> str:
        return f" (line {self._document.at(path).line})"

    def _routed(self, role: str) -> Place | None:
        return self._config.post_mortems if role == "post-mortem" else self._config.actions

    def _place_of(self, role: str, watched: Place) -> Place:
        return self._routed(role) or watched

    def _is_public(self, place: Place) -> bool:
        return self._audience(place) is Audience.PUBLIC

    def _is_internal(self, place: Place) -> bool:
        return self._audience(place) is Audience.INTERNAL

    def _audience(self, place: Place) -> Audience | None:
        try:
            return self._program.trackers[place.tracker].audience(place)
        except TrackerError:
            return None

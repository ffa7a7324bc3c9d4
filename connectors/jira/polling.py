"""What changed in several projects, by one search for all of them.

One project that may not be asked for has the whole search refused. It is found by asking for each, once, and asked for
alone from then on, so that the others go on together. What was put right is among them again at the next turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from connectors.errors import Refused, TrackerError
from connectors.jira.addresses import project_key
from connectors.jira.listing import TicketLister
from connectors.jira.parse import IssueParser
from connectors.jira.remembered import Remembered
from connectors.one_by_one import changed_one_by_one
from connectors.tracker import Changes
from rules.refs import Place

#: That a project was refused is remembered for so long since it last was.
_REFUSED_KEPT_S = 1800.0


class Polling:
    """For one site. Thread-safe."""

    def __init__(self, lister: TicketLister, now: Callable[[], dt.datetime]) -> None:
        self._lister = lister
        self._refused: Remembered[bool] = Remembered(now, _REFUSED_KEPT_S)

    def changed(self, place: Place, cursor: str, parser: IssueParser) -> Changes:
        """Tickets changed since the cursor, a time in ISO form; "" only makes a cursor. Raises connectors.errors."""
        project = project_key(place)
        return self._lister.changed({project: cursor}, parser)[project]

    def changed_in(self, cursors: Mapping[Place, str], parser: IssueParser) -> dict[Place, Changes | TrackerError]:
        """One search for all, and one for each that was refused lately. Raises connectors.errors but Refused."""
        alone = {place: cursor for place, cursor in cursors.items() if self._refused.get(place.container)}
        together = {place: cursor for place, cursor in cursors.items() if place not in alone}
        try:
            changes = self._lister.changed({project_key(place): together[place] for place in together}, parser)
        except Refused:
            alone, together = dict(cursors), {}
        answers: dict[Place, Changes | TrackerError] = {place: changes[place.container] for place in together}
        for place, answer in changed_one_by_one(lambda one, cursor: self.changed(one, cursor, parser), alone).items():
            self._refused.put(place.container, isinstance(answer, Refused))
            answers[place] = answer
        return answers

"""A tracker as it stands now: what it is asked it is asked once, and the world behind it stands still from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from connectors.accounts import AccountNow
from connectors.errors import Refused, Temporary, TrackerError
from connectors.inspection import Finding, Wanted
from connectors.tracker import Changes, Delivery, FailedDelivery, Found, Tracker
from rules.facts import Actor, Audience, Ticket
from rules.refs import Place, TicketRef, place_of

T = TypeVar("T")
_NO_WEBHOOKS = "a rehearsal has no webhooks"


class ReadOnce:
    """The reading half of the `Tracker` that it is given. Its refusals are remembered too; once it is away it stays so,
    since nobody waits in a rehearsal."""

    def __init__(self, behind: Tracker, now: Callable[[], dt.datetime]) -> None:
        self.name = behind.name
        self._behind = behind
        self._now = now
        self._tickets: dict[TicketRef, Ticket] = {}
        self._present: dict[TicketRef, TicketRef] = {}
        self._refused: dict[TicketRef, Refused] = {}
        self._away: TrackerError | None = None
        self._answers: dict[tuple[Any, ...], Any] = {}

    # --- asked of the tracker behind, once ------------------------------------------------------

    @cached_property
    def _us(self) -> Actor:
        return self._behind.who_we_are()

    def who_we_are(self) -> Actor:
        return self._us

    def audience(self, place: Place, *, is_anew: bool = False) -> Audience:
        return self._once(("audience", place), lambda: self._behind.audience(place, is_anew=is_anew))

    def check_place(self, place: Place) -> None:
        self._once(("place", place), lambda: self._behind.check_place(place))

    def inspect(self, wanted: Wanted) -> Iterator[Finding]:
        return self._behind.inspect(wanted)

    def assignable(self, place: Place) -> tuple[Actor, ...]:
        return self._once(("assignable", place), lambda: self._behind.assignable(place))

    def account_now(self, account: str, known_id: str) -> AccountNow:
        return self._once(("account", account, known_id), lambda: self._behind.account_now(account, known_id))

    def key_named(self, text: str) -> str:
        return self._behind.key_named(text)

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        return self._once(("rights", place_of(ref), account), lambda: self._behind.has_rights(ref, account))

    def edits_silently(self, ref: TicketRef) -> bool:
        return self._behind.edits_silently(ref)

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        return self._once(("labelled", place, label), lambda: self._behind.labelled(place, label))

    def changed(self, place: Place, cursor: str) -> Changes:
        return Changes((), cursor or self._now().isoformat())

    def changed_in(self, cursors: Mapping[Place, str]) -> dict[Place, Changes | TrackerError]:
        return {place: self.changed(place, cursor) for place, cursor in cursors.items()}

    # --- tickets --------------------------------------------------------------------------------

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        self._fetch([ref], lambda refs: {refs[0]: self._behind.fetch_ticket(refs[0])})
        return self._known(ref)

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        self._fetch(refs, self._behind.fetch_tickets)
        there = [ref for ref in refs if ref in self._present or ref in self._refused]
        return {ref: self._refused.get(ref) or self._known(ref) for ref in there}

    def _fetch(
        self, refs: Sequence[TicketRef], ask: Callable[[Sequence[TicketRef]], Mapping[TicketRef, Ticket | Refused]]
    ) -> None:
        """Learn what is not known yet. Raises Temporary, from then on each time."""
        missing = [ref for ref in refs if ref not in self._present and ref not in self._refused]
        if not missing:
            return
        if self._away:
            raise self._away
        try:
            answers = ask(missing)
        except Refused as error:
            answers = {missing[0]: error}
        except Temporary as error:
            self._away = error
            raise
        for ref, answer in answers.items():
            if isinstance(answer, Refused):
                self._refused[ref] = answer
            else:
                self._tickets.setdefault(answer.ref, answer)
                self._present[ref] = self._present[answer.ref] = answer.ref

    def _known(self, ref: TicketRef) -> Ticket:
        if error := self._refused.get(ref):
            raise error
        return self._tickets[self._present[ref]]

    # --- deliveries -----------------------------------------------------------------------------

    def parse_delivery(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        raise Refused(_NO_WEBHOOKS, status=400)

    def failed_deliveries(self, place: Place, path: str, since: dt.datetime) -> tuple[FailedDelivery, ...]:
        return ()

    def redeliver(self, place: Place, failed: FailedDelivery) -> None:
        raise Refused(_NO_WEBHOOKS, status=400)

    # --- inside ---------------------------------------------------------------------------------

    def _once(self, question: tuple[Any, ...], ask: Callable[[], T]) -> T:
        """The answer of the tracker behind, or its refusal: asked for once."""
        if question not in self._answers:
            try:
                self._answers[question] = ask()
            except Refused as error:
                self._answers[question] = error
        answer = self._answers[question]
        if isinstance(answer, Refused):
            raise answer
        return answer  # type: ignore[no-any-return]

"""What becomes of a webhook delivery: believed or not, noted in the ledger with its ticket or its place, and answered.

It asks no tracker, and writes to the ledger once: delivery and hint in one transaction, so that neither is there
without the other. Everything else is read. The scheduler takes it from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from connectors.errors import Denied, Refused
from connectors.tracker import Delivery
from rules.labels import has_label
from rules.refs import Place, TicketRef, place_of
from worker.clock import stopwatch_s
from worker.ledger import Ledger
from worker.outages import LEDGER, problem_in_words
from worker.polling import hinted, severities_told
from worker.program import Program

#: What the ledger keeps of a delivery's id; a longer one is told by its digest.
_DELIVERY_ID_CHARACTERS_MAX = 80
#: An organisation's webhook tells of all its places; of so many it is said.
_UNWATCHED_TOLD_MAX = 100

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, and a sentence. It tells nothing that whoever called does not know."""

    status: int
    sentence: str


class Receiving:
    """Takes deliveries. `on_hint` is called when something new waits; it must return at once. Thread-safe."""

    def __init__(self, program: Program, on_hint: Callable[[], None]) -> None:
        self._program = program
        self._on_hint = on_hint
        self._refused: set[tuple[str, str]] = set()
        self._unwatched: set[Place] = set()

    def take(self, name: str, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Answer:
        """A delivery to the tracker of that name. `path_secret` is what followed the name in the address; it is
        compared, and stands nowhere else."""
        try:
            delivery = self._program.trackers[name].parse_delivery(headers, raw, path_secret)
        except Denied as error:
            self._tell_refused(name, str(error))
            return Answer(401, "the signature is missing or wrong")
        except Refused as error:
            _log.warning("delivery not understood", tracker=name, problem=str(error))
            return Answer(400, str(error))
        self._refused = {one for one in self._refused if one[0] != name}
        if delivery is None or not (delivery.ref or delivery.places or delivery.is_greeting):
            return Answer(202, "nothing in it for us")
        if delivery.is_greeting:
            return Answer(200, "good to hear from you: deliveries arrive, and their signature is right")
        outages, asked_s = self._program.outages, stopwatch_s()
        try:
            answer = self._note(name, delivery, raw)
        except SQLAlchemyError as error:
            outages.away(LEDGER, problem_in_words(error), asked_s=asked_s)
            return Answer(503, "not now: the ledger does not answer; the next poll will see the change")
        outages.back(LEDGER, asked_s=asked_s)
        return answer

    def _note(self, name: str, delivery: Delivery, raw: bytes) -> Answer:
        ref, sources = delivery.ref, self._polled(delivery)
        if ref and delivery.moved_from:
            _move(self._program.ledger, delivery.moved_from, ref)
        if ref and not self._concerns_us(delivery, ref):
            return Answer(202, "no failure, and none of ours")
        if not ref and not sources:
            return Answer(202, "no place of ours, and no label that we know")
        inbox, now = self._program.ledger.inbox, self._program.clock.now()
        told = severities_told([(ref, delivery.labels)] if ref else [], self._program.policy())
        if not inbox.receive(name, _delivery_id(delivery, raw), ref, now, sources=sources, severities=told):
            return Answer(200, "seen before")
        self._on_hint()
        return Answer(202, "will be looked at")

    def _concerns_us(self, delivery: Delivery, ref: TicketRef) -> bool:
        program = self._program
        # A delivery that names its ticket by a bare id cannot be told from a stranger's: it is looked at.
        if ref.key.isdigit() or hinted(ref, delivery.labels, program.ledger, program.policy()):
            return True
        if has_label(delivery.labels, *program.policy().failure_labels):
            self._tell_unwatched(place_of(ref))
        return False

    def _polled(self, delivery: Delivery) -> tuple[str, ...]:
        """The places of the configuration that a delivery about places means, by whichever of their names. One about
        labels matters where a failure is told by it, or what we opened."""
        policy, config = self._program.policy(), self._program.config
        if delivery.labels and not has_label(delivery.labels, *policy.failure_labels, policy.our_label):
            return ()
        meant = {_folded(place) for place in delivery.places}
        meant |= {_folded(self._program.ledger.place_names.configured(place)) for place in delivery.places}
        return tuple(str(place) for place in config.places if _folded(place) in meant)

    def _tell_refused(self, name: str, problem: str) -> None:
        """Once for each cause, until a delivery is believed: whoever sends with a wrong secret sends often. The
        figures count each."""
        if (name, problem) not in self._refused:
            self._refused = {*self._refused, (name, problem)}
            todo = f"Give the webhook the secret in trackers.{name}.webhook_secret, or take it away; polling goes on."
            _log.warning("deliveries are refused", tracker=name, problem=problem, todo=todo)

    def _tell_unwatched(self, place: Place) -> None:
        """Once for each place: whoever labels a failure there may wonder why nothing comes of it (P7)."""
        if place not in self._unwatched and len(self._unwatched) < _UNWATCHED_TOLD_MAX:
            self._unwatched = {*self._unwatched, place}
            todo = "Put the place under `watch:` in the configuration, if its failures are to be seen through."
            _log.info("a failure lies where nothing is watched, and is left alone", place=str(place), todo=todo)


def _folded(place: Place) -> tuple[str, str]:
    """GitHub's names are the same in any capitals, and Jira's keys have none but capitals."""
    return place.tracker, place.container.casefold()


def _delivery_id(delivery: Delivery, raw: bytes) -> str:
    """The tracker's own id; the digest of the body where it gave none."""
    if 0 < len(delivery.id) <= _DELIVERY_ID_CHARACTERS_MAX:
        return delivery.id
    return hashlib.sha256(delivery.id.encode() or raw).hexdigest()


def _move(ledger: Ledger, old: TicketRef, new: TicketRef) -> None:
    """Follow a ticket of ours to its new address, before anybody could take it there for an unknown one."""
    rows = (row for root in ledger.cases.roots_of(old) for row in ledger.cases.tickets(root))
    known = next((row for row in rows if row.ref == old), None)
    if known:
        ledger.cases.move_ticket(old, new, known.uid)

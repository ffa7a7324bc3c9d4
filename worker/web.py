"""The web side: webhook deliveries come in, health and figures go out. It asks no tracker and decides nothing.

A delivery is verified over its raw body before anything of it is read (P11), noted in the ledger with its
ticket, and answered. The scheduler takes it from there; so an answer waits for the ledger alone, and a lost
queue is none of a tracker's business (P1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from connectors.errors import Denied, Refused
from connectors.tracker import Delivery
from rules.labels import has_label
from rules.refs import Place, TicketRef, place_of
from worker.clock import stopwatch_s
from worker.ledger import Ledger
from worker.outages import LEDGER, problem_in_words
from worker.polling import hinted
from worker.program import Program
from worker.readiness import Readiness

#: What the ledger keeps of a delivery's id; a longer one is told by its digest.
_DELIVERY_ID_CHARACTERS_MAX = 80
#: A body that is too large is read to its end and dropped, so that the sender gets an answer; up to here.
_DRAINED_BYTES_MAX = 30_000_000
#: An organisation's webhook tells of all its places; of so many it is said.
_UNWATCHED_TOLD_MAX = 100

_log = structlog.get_logger(__name__)


class Web:
    """The routes. `on_hint` is called when something new waits; it must return at once. Health and figures are there
    in every role, deliveries only where `takes_webhooks` says so."""

    def __init__(
        self, program: Program, readiness: Readiness, on_hint: Callable[[], None], *, takes_webhooks: bool = True
    ) -> None:
        self._program = program
        self._readiness = readiness
        self._on_hint = on_hint
        self._refused: set[tuple[str, str]] = set()
        self._unwatched: set[Place] = set()
        webhooks = Route("/webhooks/{tracker}", self._receive, methods=["POST"])
        self.app = Starlette(
            routes=[
                *([webhooks] if takes_webhooks else []),
                Route("/healthz", self._healthz),
                Route("/readyz", self._readyz),
                Route("/metrics", self._metrics),
            ]
        )

    async def _receive(self, request: Request) -> Response:
        name = request.path_params["tracker"]
        if name not in self._program.trackers:
            return _said(404, "no such tracker")
        answer = await self._answer(name, request)
        self._program.metrics.delivered(name, answer.status_code)
        return answer

    async def _answer(self, name: str, request: Request) -> Response:
        raw = await _bounded_body(request, self._program.config.webhook_bytes_max)
        if raw is None:
            return _said(413, f"more than {self._program.config.webhook_bytes_max:,} bytes")
        return await run_in_threadpool(self._take, name, dict(request.headers), raw)

    def _take(self, name: str, headers: Mapping[str, str], raw: bytes) -> Response:
        try:
            delivery = self._program.trackers[name].parse_delivery(headers, raw)
        except Denied as error:
            self._tell_refused(name, str(error))
            return _said(401, "the signature is missing or wrong")
        except Refused as error:
            _log.warning("delivery not understood", tracker=name, problem=str(error))
            return _said(400, str(error))
        self._refused = {one for one in self._refused if one[0] != name}
        if delivery is None or delivery.ref is None:
            return _said(202, "nothing in it for us")
        outages, asked_s = self._program.outages, stopwatch_s()
        try:
            answer = self._note(name, delivery, delivery.ref, raw)
        except SQLAlchemyError as error:
            outages.away(LEDGER, problem_in_words(error), asked_s=asked_s)
            return _said(503, "not now: the ledger does not answer; the next poll will see the change")
        outages.back(LEDGER, asked_s=asked_s)
        return answer

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

    def _note(self, name: str, delivery: Delivery, ref: TicketRef, raw: bytes) -> Response:
        program, now = self._program, self._program.clock.now()
        if delivery.moved_from:
            _move(program.ledger, delivery.moved_from, ref)
        # A delivery that names its ticket by a bare id cannot be told from a stranger's: it is looked at.
        concerns_us = ref.key.isdigit() or hinted(ref, delivery.labels, program.ledger, program.policy())
        if not concerns_us:
            if has_label(delivery.labels, *program.policy().failure_labels):
                self._tell_unwatched(place_of(ref))
            return _said(202, "no failure, and none of ours")
        if not program.ledger.inbox.receive(name, _delivery_id(delivery, raw), ref, now):
            return _said(200, "seen before")
        self._on_hint()
        return _said(202, "will be looked at")

    async def _healthz(self, _: Request) -> Response:
        return _said(200, "alive")

    async def _readyz(self, _: Request) -> Response:
        readiness = self._readiness
        problems = await run_in_threadpool(readiness.problems)
        warnings = await run_in_threadpool(readiness.warnings)
        is_ready = readiness.is_ready(problems)
        told = {
            "ready": is_ready,
            "role": readiness.role,
            "standing": readiness.standing(),
            "problems": problems,
            "warnings": warnings,
        }
        return JSONResponse(told, 200 if is_ready else 503)

    async def _metrics(self, _: Request) -> Response:
        try:
            page = await run_in_threadpool(self._program.metrics.render)
        except SQLAlchemyError:
            return _said(503, "the ledger does not answer")
        return PlainTextResponse(page, media_type="text/plain; version=0.0.4")


def _said(status: int, sentence: str) -> Response:
    return JSONResponse({"status": sentence}, status)


async def _bounded_body(request: Request, bytes_max: int) -> bytes | None:
    """The raw body, or None when it is larger; never more than `bytes_max` are held."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _DRAINED_BYTES_MAX:
            return None
        if size <= bytes_max:
            chunks.append(chunk)
        else:
            chunks.clear()
    return b"".join(chunks) if size <= bytes_max else None


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

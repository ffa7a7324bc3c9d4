"""`/cases` and `/cases/REF`: what `aftermath explain` tells, in a browser.

A case's page reads its tickets as a look would, which costs requests: one page is made at a time, and for a while the
same one is shown again. Nothing is written anywhere.
"""

from __future__ import annotations

import datetime as dt
from threading import Lock
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from connectors.errors import Gone, TrackerError
from worker.explaining import explain, why_no_case
from worker.logs import Mask
from worker.pages.drawing import Listed, draw_case, draw_cases, draw_sentence
from worker.pages.protection import HEADERS, is_let_in, turned_away
from worker.phrases import moment
from worker.program import Program
from worker.referring import NotOneTicket, ticket_meant

#: For so long a page is shown again as it was.
SHOWN_AGAIN = dt.timedelta(seconds=30)
_KEPT_MAX = 50
#: Who has waited so long for another page to be made is told so.
_PATIENCE_S = 5
_REF_CHARACTERS_MAX = 300


class _Page(NamedTuple):
    status: int
    html: str
    at: dt.datetime


class CasePages:
    """The routes, where the configuration has a password for them; none otherwise."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._mask = Mask(program.config.secrets)
        self._one_at_a_time = Lock()
        self._kept: dict[str, _Page] = {}

    @property
    def routes(self) -> list[Route]:
        if not self._program.config.page_password:
            return []
        return [
            Route("/cases", self._list, methods=["GET"]),
            Route("/cases/{ref:path}", self._case, methods=["GET"]),
        ]

    async def _list(self, request: Request) -> Response:
        if not self._lets_in(request):
            return turned_away()
        return _answer(await run_in_threadpool(self._drawn_list))

    async def _case(self, request: Request) -> Response:
        if not self._lets_in(request):
            return turned_away()
        return _answer(await run_in_threadpool(self._page, request.path_params["ref"][:_REF_CHARACTERS_MAX]))

    def _lets_in(self, request: Request) -> bool:
        return is_let_in(request.headers.get("authorization", ""), self._program.config.page_password)

    def _drawn_list(self) -> _Page:
        now, zone = self._program.clock.now(), self._program.policy().calendar.zone
        try:
            rows = self._program.ledger.cases.all()
        except SQLAlchemyError:
            return _Page(503, draw_sentence("The ledger does not answer.", self._mask), now)
        listed = [
            Listed(str(row.failure), row.title, row.phase, moment(row.wake_at, zone) if row.wake_at else "")
            for row in rows
        ]
        return _Page(200, draw_cases(listed, self._mask), now)

    def _page(self, written: str) -> _Page:
        now = self._program.clock.now()
        # Deliveries are taken by the same threads, and wait for no page.
        if not self._one_at_a_time.acquire(timeout=_PATIENCE_S):
            return _Page(503, draw_sentence("Another page is being made: try again in a moment.", self._mask), now)
        try:
            return self._page_in_turn(written, now)
        finally:
            self._one_at_a_time.release()

    def _page_in_turn(self, written: str, now: dt.datetime) -> _Page:
        kept = self._kept.get(written)
        if kept and abs(now - kept.at) < SHOWN_AGAIN:
            return kept
        page = self._drawn(written, now)
        if len(self._kept) >= _KEPT_MAX:
            self._kept.clear()
        self._kept[written] = page
        return page

    def _drawn(self, written: str, now: dt.datetime) -> _Page:
        try:
            return self._explained(written, now)
        except NotOneTicket as error:
            status, sentence = 404, str(error)
        except Gone:
            status, sentence = 404, "That ticket is not there, or our account may not read it."
        except TrackerError as error:
            status, sentence = 502, f"The tracker does not tell now: {error}"
        except SQLAlchemyError:
            status, sentence = 503, "The ledger does not answer."
        return _Page(status, draw_sentence(sentence, self._mask), now)

    def _explained(self, written: str, now: dt.datetime) -> _Page:
        program = self._program
        ref = ticket_meant(written, program.config, program.ledger.cases.roots_of)
        found = explain(program, ref)
        if not found:
            return _Page(404, draw_sentence(why_no_case(program, ref), self._mask), now)
        return _Page(200, draw_case(found, self._mask), now)


def _answer(page: _Page) -> Response:
    return HTMLResponse(page.html, page.status, HEADERS)

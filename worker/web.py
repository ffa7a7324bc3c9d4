"""The web side: webhook deliveries come in, health and figures go out. It asks no tracker and decides nothing, but
for the pages on cases, which are there where a password is configured (`worker.pages`).

A delivery is verified over its raw body before anything of it is read (P11), noted in the ledger with its
ticket, and answered (`worker.receiving`). The scheduler takes it from there; so an answer waits for the ledger alone,
and a lost queue is none of a tracker's business (P1).

An address may end in a secret. Neither it nor anything else of a request's address is ever logged or answered.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from worker.pages.case_pages import CasePages
from worker.program import Program
from worker.readiness import Readiness
from worker.receiving import Receiving

#: A body that is too large is read to its end and dropped, so that the sender gets an answer; up to here.
_DRAINED_BYTES_MAX = 30_000_000


class Web:
    """The routes. `on_hint` is called when something new waits; it must return at once. Health and figures are there
    in every role, deliveries only where `takes_webhooks` says so."""

    def __init__(
        self, program: Program, readiness: Readiness, on_hint: Callable[[], None], *, takes_webhooks: bool = True
    ) -> None:
        self._program = program
        self._readiness = readiness
        self._receiving = Receiving(program, on_hint)
        webhooks = [
            Route("/webhooks/{tracker}", self._receive, methods=["POST"]),
            # For a tracker that cannot sign. Whatever stands there is one secret, a slash in it too.
            Route("/webhooks/{tracker}/{secret:path}", self._receive, methods=["POST"]),
        ]
        self.app = Starlette(
            routes=[
                *(webhooks if takes_webhooks else []),
                Route("/healthz", self._healthz),
                Route("/readyz", self._readyz),
                Route("/metrics", self._metrics),
                *CasePages(program).routes,
            ]
        )
        # A redirect would say the address again, and with it what may be a secret.
        self.app.router.redirect_slashes = False

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
        secret = request.path_params.get("secret", "")
        told = await run_in_threadpool(self._receiving.take, name, dict(request.headers), raw, secret)
        return _said(told.status, told.sentence)

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

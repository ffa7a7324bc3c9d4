"""An answer as bytes, and the answers that faults put in place of a real one.

The limits' bodies follow https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api and
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from connectors.sandbox.http import ApiError, Response

if TYPE_CHECKING:
    import datetime as dt

    from connectors.sandbox.faults import Fault

_PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_SERVICE_PAGE = (
    "<!DOCTYPE html><html><head><title>Maintenance</title></head>"
    "<body><h1>We are down for maintenance</h1><p>We will be back within the hour.</p></body></html>"
)
_LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in</title></head>"
    "<body><form action='/login' method='post'><h1>Sign in to continue</h1></form></body></html>"
)
_SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
_LIMIT_PAGE = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"


@dataclass(frozen=True, slots=True)
class Wire:
    """Status, headers and body as they go out."""

    status: int
    data: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Response | ApiError) -> Wire:
        """An API's answer: its body as JSON, or as it is where the API says that it is a page."""
        if answer.body is None:
            return cls(answer.status, b"", dict(answer.headers))
        if isinstance(answer.body, str) and answer.headers.get("Content-Type", "").startswith("text/html"):
            return cls(answer.status, answer.body.encode(), dict(answer.headers))
        headers = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
        return cls(answer.status, json.dumps(answer.body).encode(), headers)

    @classmethod
    def html(cls, status: int, page: str) -> Wire:
        return cls(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def encode(self, at: dt.datetime, *, with_body: bool = True, is_last: bool = False) -> bytes:
        """The whole HTTP/1.1 answer. `at` goes into the Date header; `is_last` says that the connection ends."""
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Date: {format_datetime(at, usegmt=True)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.data)}")
        if is_last:
            lines.append("Connection: close")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        return head + (self.data if with_body and self.status not in (204, 304) else b"")


def fault_answer(fault: Fault, site_kind: str) -> Wire | None:
    """What the caller sees instead of an answer; None for the kinds that are no answer at all.

    A limit whose `retry_after_s` is 0 names no time, as both trackers do now and then.
    """
    retry = {"Retry-After": str(fault.retry_after_s)} if fault.retry_after_s else {}
    is_github = site_kind == "github"
    match fault.kind:
        case "limit" | "secondary" if not is_github:
            return Wire.of(Response(429, {"errorMessages": ["Rate limit exceeded."], "errors": {}}, retry))
        case "limit" | "secondary":
            status = 429 if fault.kind == "limit" else 403
            return Wire.of(Response(status, {"message": _SECONDARY, "documentation_url": _LIMIT_PAGE}, retry))
        case "error-500" if is_github:
            return Wire.of(Response(500, {"message": "Server Error"}))
        case "error-500":
            return Wire.of(Response(500, {"errorMessages": ["Internal server error"], "errors": {}}))
        case "error-502" | "error-502-done":
            return Wire.html(502, _PROXY_PAGE)
        case "error-503":
            return replace(page := Wire.html(503, _SERVICE_PAGE), headers=page.headers | retry)
        case "html":
            return Wire.html(200, _LOGIN_PAGE)
        case _:
            return None

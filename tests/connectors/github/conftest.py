"""A tracker on a scripted server, whose clock stands still and whose waits are only noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from connectors.access import Access, Secret
from connectors.github.tracker import GitHubTracker
from connectors.markers import MarkerCodec
from rules.facts import Marker
from rules.refs import Place, TicketRef
from tests.connectors.github.scripted import Reply, Scripted

if TYPE_CHECKING:
    from tests.connectors.github.company import Company

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
TOKEN = "aftermath-token"
SECRET = b"webhook-secret"
CODEC = MarkerCodec("tests", b"marker-secret")
MARKER = Marker(case="abcdefghij234567abcd.1", key="klmnopqrst234567klmn", kind="reminder", extra="said")
SHOP = Place("github", "acme/shop")
SEVEN = TicketRef("github", "acme/shop#7")


def issue_json(number: int = 7, place: str = "acme/shop", /, **more: Any) -> dict[str, Any]:
    """An issue as GitHub shows it, as far as anybody looks."""
    api = f"https://api.github.com/repos/{place}"
    return {
        "id": 9000 + number,
        "number": number,
        "url": f"{api}/issues/{number}",
        "repository_url": api,
        "html_url": f"https://github.com/{place}/issues/{number}",
        "title": "Checkout was down",
        "body": "For an hour.",
        "state": "open",
        "state_reason": None,
        "user": {"login": "ada", "id": 1, "type": "User"},
        "labels": [{"name": "failure"}],
        "assignees": [],
        "created_at": "2026-11-02T08:00:00Z",
        "updated_at": "2026-11-02T08:00:00Z",
        "closed_at": None,
        **more,
    }


@pytest.fixture
def waits() -> list[float]:
    """Seconds that the tracker would have waited between tries."""
    return []


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as scripted:
        scripted.on("GET", "/user", Reply(body={"login": "aftermath", "id": 99, "type": "User"}))
        repository = {"full_name": "acme/shop", "private": False, "visibility": "public", "has_issues": True}
        scripted.on("GET", "/repos/acme/shop", Reply(body=repository))
        yield scripted


@pytest.fixture
def tracker(server: Scripted, waits: list[float]) -> GitHubTracker:
    return make_tracker(server.url, waits)


def make_tracker(url: str, waits: list[float], timeout_s: float = 5) -> GitHubTracker:
    access = Access(Secret(TOKEN), timeout_s=timeout_s)
    return GitHubTracker("github", url, access, CODEC, Secret(SECRET.decode()), now=lambda: NOW, sleep=waits.append)


@pytest.fixture
def acme() -> Iterator[Company]:
    from tests.connectors.github.company import company  # noqa: PLC0415 - it takes clock and secrets from here

    with company() as running:
        yield running

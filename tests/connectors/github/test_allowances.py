"""What GitHub's answers say is left, read off whatever the headers hold."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.allowance import Allowance
from connectors.errors import TrackerError
from connectors.github.allowances import allowance_in
from connectors.github.tracker import GitHubTracker
from tests.connectors.github.conftest import MARKER, NOW, SEVEN
from tests.connectors.github.scripted import Reply, Scripted

RESET = int(NOW.timestamp()) + 90
RESET_AT = dt.datetime.fromtimestamp(RESET, dt.UTC)
COMMENTS = "/repos/acme/shop/issues/7/comments"


def headers(
    limit: str = "5000", remaining: str = "4242", reset: str = str(RESET), resource: str = "core"
) -> dict[str, str]:
    told = {"limit": limit, "remaining": remaining, "reset": reset, "resource": resource}
    return {f"X-RateLimit-{name.title()}": value for name, value in told.items() if value}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        pytest.param(headers(), Allowance("core", 5_000, 4_242, RESET_AT), id="core"),
        pytest.param(
            headers(resource="graphql"),
            Allowance("graphql", 5_000, 4_242, RESET_AT, has_another_way=True),
            id="graphql, for which REST stands in",
        ),
        pytest.param(headers(remaining="0"), Allowance("core", 5_000, 0, RESET_AT), id="nothing left"),
        pytest.param(headers(resource=""), Allowance("core", 5_000, 4_242, RESET_AT), id="an older server"),
        pytest.param({}, None, id="a server without limits"),
        pytest.param(headers(limit="0"), None, id="a limit of nothing"),
        pytest.param(headers(remaining="-1"), None, id="a negative rest"),
        pytest.param(headers(remaining="many"), None, id="words"),
        pytest.param(headers(reset="999999999999"), None, id="a reset in another age"),
        pytest.param(headers(reset="soon"), None, id="no moment"),
    ],
)
def test_what_is_left_is_read_or_left_alone(given: dict[str, str], found: Allowance | None) -> None:
    assert allowance_in({name.lower(): value for name, value in given.items()}) == found


@pytest.mark.parametrize("garbled", ["many", "inf", "nan", "9" * 400, "-1", ""])
@pytest.mark.parametrize("name", ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"])
def test_a_count_that_is_none_does_not_hide_what_was_done(
    server: Scripted, tracker: GitHubTracker, name: str, garbled: str
) -> None:
    """P3: the comment is there, and nobody has to look for it."""
    server.on("POST", COMMENTS, Reply(201, {"id": 1}, {**headers(), name: garbled}))
    assert tracker.post_comment(SEVEN, "Hello", MARKER) == "1"
    assert tracker.requests.allowances.all() == ()


@pytest.mark.parametrize("status", [201, 403, 404, 422, 429, 500])
def test_every_answer_is_heard_good_or_bad(server: Scripted, tracker: GitHubTracker, status: int) -> None:
    server.on("POST", COMMENTS, Reply(status, {"message": "No", "id": 1}, headers()))
    try:
        tracker.post_comment(SEVEN, "Hello", MARKER)
    except TrackerError:
        assert status != 201
    assert tracker.requests.allowances.all() == (Allowance("core", 5_000, 4_242, RESET_AT),)

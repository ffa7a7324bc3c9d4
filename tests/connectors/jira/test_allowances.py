"""What Jira's answers say is left: Cloud's way and a Data Center's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from requests.structures import CaseInsensitiveDict

from connectors.allowance import Allowance
from connectors.errors import TrackerError
from connectors.jira.allowances import allowance_in
from tests.connectors.jira.scripted import Reply, Scripted
from tests.connectors.jira.test_errors import NOW, client_of

IN_TWO_MINUTES = NOW + dt.timedelta(minutes=2)
LEFT = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "4"}
BUCKET = {"X-RateLimit-Interval-Seconds": "60", "X-RateLimit-FillRate": "5"}
RESET = {"X-RateLimit-Reset": "2026-11-02T09:02Z"}


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as scripted:
        yield scripted


@pytest.mark.parametrize(
    ("given", "found"),
    [
        pytest.param(LEFT | RESET, Allowance("rest", 100, 4, IN_TWO_MINUTES), id="Cloud with a reset"),
        pytest.param(LEFT, None, id="Cloud without one"),
        pytest.param(LEFT | BUCKET, Allowance("rest", 100, 4, NOW + dt.timedelta(minutes=1)), id="Data Center"),
        pytest.param(LEFT | {"X-RateLimit-Reset": "tomorrow"}, None, id="no moment"),
        pytest.param(LEFT | {"X-RateLimit-Interval-Seconds": "999999999999"}, None, id="an interval of ages"),
        pytest.param(RESET, None, id="a reset alone"),
        pytest.param(LEFT | RESET | {"X-RateLimit-Remaining": "-4"}, None, id="a negative rest"),
        pytest.param(LEFT | RESET | {"X-RateLimit-Limit": "0"}, None, id="a limit of nothing"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_what_is_left_is_read_or_left_alone(given: dict[str, str], found: Allowance | None) -> None:
    assert allowance_in(CaseInsensitiveDict({name.lower(): value for name, value in given.items()}), NOW) == found


@pytest.mark.parametrize("status", [200, 404, 429, 500])
def test_every_answer_is_heard_good_or_bad(server: Scripted, status: int) -> None:
    server.on("POST", "x", Reply(status, {}, LEFT | RESET))
    client = client_of(server.url)
    try:
        client.write("POST", "x", {})
    except TrackerError:
        assert status != 200
    assert client.meter.allowances.all() == (Allowance("rest", 100, 4, IN_TWO_MINUTES),)

"""What Jira's answers mean, over real HTTP: whether it was done, and what is said about it."""

from __future__ import annotations

import datetime as dt
import socket
import traceback
from collections.abc import Iterator

import pytest
from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.errors import Ambiguous, Denied, Gone, Limited, LimitedThere, Refused, Temporary, TrackerError
from connectors.jira.answers import FieldsRefused
from connectors.jira.client import JiraClient
from connectors.metering import RequestMeter
from tests.connectors.jira.scripted import Reply, Scripted

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
TOKEN = "the-secret-token"
HTML = Reply(200, b"<html>log in</html>", {"Content-Type": "text/html"})


def client_of(url: str) -> JiraClient:
    return JiraClient(
        url,
        "bot@example.com",
        Access(Secret(TOKEN), timeout_s=1),
        meter=RequestMeter(),
        now=lambda: NOW,
        wait=wait_none(),
    )


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as scripted:
        yield scripted


@pytest.mark.parametrize(
    ("reply", "of_read", "of_write"),
    [
        pytest.param(Reply(400, {"errorMessages": ["no"], "errors": {}}), Refused, Refused, id="400"),
        pytest.param(Reply(401), Denied, Denied, id="401"),
        pytest.param(Reply(403, b"", {"x-authentication-denied-reason": "CAPTCHA"}), Denied, Denied, id="403"),
        pytest.param(Reply(404, {"errorMessages": None}), Gone, Gone, id="404-null-messages"),
        pytest.param(Reply(410, [1]), Gone, Gone, id="410-a-list"),
        pytest.param(Reply(409, {}), Temporary, Temporary, id="409"),
        pytest.param(Reply(429, b"5"), Limited, Limited, id="429"),
        pytest.param(Reply(429, b"", {"Retry-After": "soon"}), Limited, Limited, id="429-retry-after-nonsense"),
        pytest.param(Reply(503, b"", {"Retry-After": "7"}), Temporary, Temporary, id="503-with-retry-after"),
        pytest.param(Reply(503), Temporary, Ambiguous, id="503"),
        pytest.param(Reply(500, {"message": {"a": 1}}), Temporary, Ambiguous, id="500-strange-body"),
        pytest.param(Reply(502, b"<html>", {"Content-Type": "text/html"}), Temporary, Ambiguous, id="502-html"),
        pytest.param(HTML, Temporary, Ambiguous, id="200-html"),
        pytest.param(Reply(200, b"", {"Content-Type": "text/html"}), Temporary, Ambiguous, id="200-empty-html"),
        pytest.param(Reply(302, b"", {"Location": "/login"}), Temporary, Ambiguous, id="302"),
        pytest.param(Reply(200, b"3"), Temporary, Ambiguous, id="200-a-number"),
    ],
)
def test_an_answer_says_whether_it_was_done(
    server: Scripted, reply: Reply, of_read: type[TrackerError], of_write: type[TrackerError]
) -> None:
    server.on("GET", "x", reply)
    server.on("POST", "x", reply)
    client = client_of(server.url)
    with pytest.raises(TrackerError) as read:
        client.get("x")
    with pytest.raises(TrackerError) as written:
        client.write("POST", "x", {"a": 1})
    assert (type(read.value), type(written.value)) == (of_read, of_write)
    assert len(server.asked("POST", "x")) == 1


@pytest.mark.parametrize(
    "body", [b"null", b'"x"', b"5", b'{"errorMessages": 5}', b'{"errors": null}', b'{"message": [1]}']
)
def test_an_error_of_any_shape_is_one_of_our_errors(server: Scripted, body: bytes) -> None:
    server.on("POST", "x", Reply(400, body))
    with pytest.raises((Refused, Ambiguous)):
        client_of(server.url).write("POST", "x", {})


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("30", 30.0, id="seconds"),
        pytest.param("Mon, 02 Nov 2026 09:01:30 GMT", 90.0, id="date"),
        pytest.param("Mon, 02 Nov 2026 08:00:00 GMT", 0.0, id="past-date"),
        pytest.param("-5", None, id="negative"),
        pytest.param("0", 0.0, id="at-once"),
        pytest.param("9" * 400, 999_999_999.0, id="absurd"),
        pytest.param("Fri, 02 Nov 3026 09:00:00 GMT", 31_556_908_800.0, id="absurd-date"),
        pytest.param("²", None, id="other-digits"),
        pytest.param("30.5", None, id="a-fraction"),
        pytest.param("", None, id="empty"),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(server: Scripted, value: str, seconds: float | None) -> None:
    """The client's own reading of a date would raise ValueError."""
    server.on("POST", "x", Reply(429, b"{}", {"Retry-After": value}))
    with pytest.raises(Temporary) as told:
        client_of(server.url).write("POST", "x")
    assert told.value.retry_after_s == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"X-RateLimit-Reset": "2026-11-02T09:02Z"}, 120.0, id="reset"),
        pytest.param({"X-RateLimit-Reset": "2026-11-02T09:02Z", "Retry-After": "30"}, 30.0, id="both"),
        pytest.param({"X-RateLimit-Reset": "tomorrow"}, None, id="garbled"),
        pytest.param({"X-RateLimit-Reset": "2026-11-02T08:00Z"}, 0.0, id="past reset"),
        pytest.param({"X-RateLimit-Reset": "2026-11-02T09:02Z", "Retry-After": "soon"}, 120.0, id="one garbled"),
        pytest.param({"RateLimit-Reason": "jira-burst-based", "Retry-After": "2"}, 2.0, id="with its reason"),
        pytest.param({}, None, id="neither"),
    ],
)
def test_a_limit_without_retry_after_may_say_when_it_is_reset(
    server: Scripted, headers: dict[str, str], seconds: float | None
) -> None:
    server.on("GET", "x", Reply(429, b"{}", headers))
    with pytest.raises(Limited) as told:
        client_of(server.url).get("x")
    assert told.value.retry_after_s == seconds


def test_a_limit_of_one_issue_is_told_apart_from_everybodys(server: Scripted) -> None:
    """Nothing was done, and nobody else has to wait."""
    headers = {"RateLimit-Reason": "jira-per-issue-on-write", "Retry-After": "7"}
    server.on("POST", "issue/OPS-1/comment", Reply(429, b"{}", headers))
    with pytest.raises(LimitedThere) as told:
        client_of(server.url).write("POST", "issue/OPS-1/comment", {})
    assert (told.value.retry_after_s, isinstance(told.value, Limited)) == (7.0, False)


def test_a_refusal_says_what_jira_says_and_of_which_field(server: Scripted) -> None:
    body = {"errorMessages": ["It cannot be."], "errors": {"assignee": "User 'x' cannot be assigned."}}
    server.on("POST", "issue", Reply(400, body))
    with pytest.raises(FieldsRefused) as told:
        client_of(server.url).write("POST", "issue", {})
    assert str(told.value) == (
        "Jira answered POST issue with 400: It cannot be.; assignee: User 'x' cannot be assigned."
    )
    assert told.value.fields == {"assignee": "User 'x' cannot be assigned."}


def test_a_read_is_tried_three_times_and_a_read_that_gets_better_succeeds(server: Scripted) -> None:
    server.on("GET", "bad", Reply(500))
    server.on("GET", "better", Reply(500), Reply(502), Reply(200, {"ok": True}))
    client = client_of(server.url)
    with pytest.raises(Temporary, match="tried 3 times"):
        client.get("bad")
    assert client.get("better") == {"ok": True}
    assert client.meter.snapshot() == (6, 0)


def test_what_stood_in_the_way_of_a_read_is_told_as_one_sentence() -> None:
    client = JiraClient(
        "http://jira.example",
        "bot@example.com",
        Access(Secret(TOKEN), timeout_s=1, proxy="http://127.0.0.1:1"),
        meter=RequestMeter(),
        now=lambda: NOW,
        wait=wait_none(),
    )
    with pytest.raises(Temporary) as told:
        client.get("myself")
    assert str(told.value).endswith("or at HTTPS_PROXY in the environment; tried 3 times")


def test_a_limit_is_not_run_against_again(server: Scripted) -> None:
    """Waiting is a wake-up in the database: neither a thread sleeps nor is a second request spent."""
    server.on("GET", "x", Reply(429, b"", {"Retry-After": "60"}))
    with pytest.raises(Temporary):
        client_of(server.url).get("x")
    assert len(server.seen) == 1


def test_a_connection_that_nobody_takes_was_surely_not_a_write() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Temporary):
            client.write("POST", "issue", {})
        with pytest.raises(Temporary):
            client.get("myself")


def test_a_connection_that_is_taken_and_not_answered_is_ambiguous() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = JiraClient(
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            "u",
            Access(Secret(TOKEN), timeout_s=0.1),
            meter=RequestMeter(),
            now=lambda: NOW,
        )
        with pytest.raises(Ambiguous):
            client.write("POST", "issue", {})


def test_no_error_and_no_repr_shows_the_token(server: Scripted) -> None:
    """Not even where Jira, or something before it, says the token back; and no vendor's error hangs on (P11)."""
    server.on("GET", "x", Reply(401, {"errorMessages": [f"wrong token {TOKEN}"]}))
    client = client_of(server.url)
    with pytest.raises(Denied) as told:
        client.get("x")
    trace = "".join(traceback.format_exception(told.value))
    assert TOKEN not in trace + repr(client) + repr(told.value)
    assert told.value.__context__ is None
    assert told.value.__cause__ is None


FAILED = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(200, {"issues": [], "isLast": True}, FAILED), id="200-with-nothing-in-it"),
        pytest.param(Reply(404, {"errorMessages": ["Issue does not exist"]}, FAILED), id="404"),
        pytest.param(Reply(200, {"issues": []}, {"X-AUSERNAME": "anonymous"}), id="200-of-a-data-center"),
        pytest.param(
            Reply(401, {"errorMessages": ["No permission.", "Login Required"]}, {"X-AUSERNAME": "anonymous"}),
            id="401-of-a-data-center-about-a-ticket",
        ),
    ],
)
def test_what_jira_would_answer_anybody_is_no_answer_to_us(server: Scripted, reply: Reply) -> None:
    """An expired token makes no ticket gone, and no search empty."""
    server.on("GET", "x", reply)
    with pytest.raises(Denied, match="answered as to anybody") as told:
        client_of(server.url).get("x")
    assert told.value.status == 401
    assert len(server.seen) == 1


def test_a_write_that_was_done_as_anybody_is_done(server: Scripted) -> None:
    """P3: it is never taken for one that was not."""
    server.on("POST", "issue", Reply(201, {"id": "10000"}, FAILED))
    assert client_of(server.url).write("POST", "issue", {}) == {"id": "10000"}

"""What every bad answer means: done, not done, or nobody knows. The difference is what P3 stands on."""

from __future__ import annotations

import email.utils
import socket
import traceback
from collections.abc import Callable

import pytest

from connectors.access import Access, Secret
from connectors.errors import Ambiguous, Denied, Gone, Limited, Refused, Temporary, TrackerError
from connectors.github.tracker import GitHubTracker
from tests.connectors.github.conftest import CODEC, MARKER, NOW, SEVEN, TOKEN, issue_json, make_tracker
from tests.connectors.github.scripted import Reply, Scripted

COMMENTS = "/repos/acme/shop/issues/7/comments"
ISSUE = "/repos/acme/shop/issues/7"
LOGIN_PAGE = "<!DOCTYPE html><title>Sign in</title>"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
RESET = str(int(NOW.timestamp()) + 90)
SPENT = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}


ErrorOf = Callable[[GitHubTracker], TrackerError]


def error_of_write(tracker: GitHubTracker) -> TrackerError:
    with pytest.raises(TrackerError) as caught:
        tracker.post_comment(SEVEN, "Hello", MARKER)
    return caught.value


def error_of_read(tracker: GitHubTracker) -> TrackerError:
    with pytest.raises(TrackerError) as caught:
        tracker.fetch_ticket(SEVEN)
    return caught.value


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(500, {"message": "Server Error"}), id="500"),
        pytest.param(Reply(502, "<h1>Bad gateway</h1>"), id="502-page"),
        pytest.param(Reply(503, {"message": "Service unavailable"}), id="503"),
        pytest.param(Reply(200, LOGIN_PAGE), id="200-with-a-login-page"),
        pytest.param(Reply(201, LOGIN_PAGE), id="201-with-a-page"),
        pytest.param(Reply(403, LOGIN_PAGE), id="403-from-a-proxy"),
        pytest.param(Reply(201, {"status": "ok"}), id="json-without-an-id"),
        pytest.param(Reply(201, [1]), id="a-list"),
        pytest.param(Reply(201, None), id="201-with-nothing"),
        pytest.param(Reply(408, {"message": "Timeout"}), id="408"),
        pytest.param(Reply(cut=True), id="cut"),
    ],
)
def test_a_write_whose_outcome_nobody_knows_is_ambiguous_and_sent_once(
    server: Scripted, tracker: GitHubTracker, reply: Reply
) -> None:
    """P3: a second sending could be a second comment."""
    server.on("POST", COMMENTS, reply)
    assert type(error_of_write(tracker)) is Ambiguous
    assert server.count("POST", COMMENTS) == 1


def test_a_write_that_times_out_after_sending_is_ambiguous(server: Scripted, waits: list[float]) -> None:
    server.on("POST", COMMENTS, Reply(hang=True))
    assert type(error_of_write(make_tracker(server.url, waits, timeout_s=0.2))) is Ambiguous
    assert server.count("POST", COMMENTS) == 1


def test_a_write_that_never_left_is_temporary(waits: list[float]) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}"
        error = error_of_write(make_tracker(url, waits))
    assert isinstance(error, Temporary)


def http_date(after_s: int) -> str:
    return email.utils.formatdate(NOW.timestamp() + after_s, usegmt=True)


@pytest.mark.parametrize(
    ("reply", "wait_s"),
    [
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": "17"}), 17, id="429-seconds"),
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": http_date(40)}), 40, id="429-date"),
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": "soon"}), None, id="429-garbled"),
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": "-5"}), None, id="429-negative"),
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": "0"}), 1, id="429-at-once"),
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": http_date(-40)}), 1, id="429-past-date"),
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": "1764000000000"}), 1.764e12, id="429-absurd"),
        pytest.param(Reply(429, {"message": "slow"}, {"Retry-After": "9" * 400}), float("inf"), id="429-endless"),
        pytest.param(Reply(429, {"message": "slow"}), None, id="429-without-anything"),
        pytest.param(Reply(429, {"message": "slow"}, SPENT), 90, id="429-until-reset"),
        pytest.param(Reply(429, LOGIN_PAGE), None, id="429-page"),
        pytest.param(Reply(403, {"message": SECONDARY}), None, id="secondary-without-a-time"),
        pytest.param(Reply(403, {"message": SECONDARY}, {"Retry-After": "30"}), 30, id="secondary"),
        pytest.param(Reply(403, {"message": SECONDARY}, {"Retry-After": http_date(40)}), 40, id="secondary-date"),
        pytest.param(Reply(403, {"message": SECONDARY}, {"Retry-After": "30", **SPENT}), 30, id="both-headers"),
        pytest.param(Reply(403, {"message": SECONDARY}, {"Retry-After": "soon", **SPENT}), 90, id="one-garbled"),
        pytest.param(Reply(403, {"message": "No"}, {"Retry-After": "30"}), 30, id="403-that-only-asks-to-wait"),
        pytest.param(Reply(403, {"message": "No"}, {"X-RateLimit-Remaining": "0"}), None, id="403-without-reset"),
        pytest.param(
            Reply(403, {"message": "No"}, {**SPENT, "X-RateLimit-Reset": "soon"}), None, id="403-garbled-reset"
        ),
        pytest.param(
            Reply(
                403,
                {"message": "API rate limit exceeded for user ID 1."},
                {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET},
            ),
            90,
            id="primary-until-reset",
        ),
        pytest.param(
            Reply(422, {"message": "Validation Failed", "errors": [{"message": "was submitted too quickly"}]}),
            None,
            id="too-quickly",
        ),
    ],
)
@pytest.mark.parametrize("error_of", [error_of_read, error_of_write], ids=["read", "write"])
def test_a_rate_limit_says_how_long_where_github_does(
    server: Scripted, tracker: GitHubTracker, error_of: ErrorOf, reply: Reply, wait_s: int | None
) -> None:
    """Where it names no time, the rest is for `connectors.patience` to choose."""
    server.on("POST", COMMENTS, reply)
    server.on("GET", ISSUE, reply)
    error = error_of(tracker)
    assert isinstance(error, Limited)
    assert error.retry_after_s == (None if wait_s is None else pytest.approx(wait_s, abs=1))


def test_a_rate_limit_is_never_slept_through(server: Scripted, tracker: GitHubTracker, waits: list[float]) -> None:
    """P6: waiting is a wake-up in the database."""
    server.on("GET", ISSUE, Reply(429, {"message": "slow"}, {"Retry-After": "1"}))
    error_of_read(tracker)
    assert (waits, server.count("GET", ISSUE)) == ([], 1)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        pytest.param(401, Denied, id="401"),
        pytest.param(403, Denied, id="403"),
        pytest.param(404, Gone, id="404"),
        pytest.param(410, Gone, id="410"),
        pytest.param(400, Refused, id="400"),
        pytest.param(422, Refused, id="422"),
        pytest.param(451, Refused, id="451"),
    ],
)
@pytest.mark.parametrize("error_of", [error_of_read, error_of_write], ids=["read", "write"])
def test_a_refusal_is_told_apart_by_its_status(
    server: Scripted, tracker: GitHubTracker, error_of: ErrorOf, status: int, kind: type[Refused]
) -> None:
    reply = Reply(status, {"message": "No"})
    server.on("POST", COMMENTS, reply)
    server.on("GET", ISSUE, reply)
    error = error_of(tracker)
    assert type(error) is kind
    assert error.status == status


def test_a_refusal_says_what_github_minds_and_no_more(server: Scripted, tracker: GitHubTracker) -> None:
    errors = [{"resource": "IssueComment", "field": "body", "code": "too_long", "value": "somebody's text"}]
    server.on("POST", COMMENTS, Reply(422, {"message": "Validation Failed", "errors": errors, "extra": "text"}))
    said = "GitHub answered 422 to POST /repos/acme/shop/issues/7/comments: Validation Failed, body too_long."
    assert str(error_of_write(tracker)) == said


def test_a_token_that_comes_back_in_an_answer_is_not_repeated(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("POST", COMMENTS, Reply(422, {"message": f"bad header token {TOKEN}"}))
    error = error_of_write(tracker)
    assert "bad header token …" in str(error)
    assert TOKEN not in "".join(traceback.format_exception(error))


class ChangingSecret(Secret):
    """Another one stands in its place as soon as it is looked at again."""

    def changed_from(self, used: str) -> bool:
        self._value = "another-token"
        return self._value != used


@pytest.mark.parametrize(
    ("reply", "sent"),
    [
        pytest.param(Reply(401, {"message": "Bad credentials"}), 2, id="by-github"),
        pytest.param(Reply(401, LOGIN_PAGE), 1, id="by-somebody-between"),
    ],
)
def test_a_write_is_repeated_with_another_token_on_github_s_own_word_alone(
    server: Scripted, reply: Reply, sent: int
) -> None:
    """P3: whoever stands between says nothing about what GitHub did."""
    server.on("POST", COMMENTS, reply)
    access = Access(ChangingSecret(TOKEN), timeout_s=5)
    tracker = GitHubTracker("github", server.url, access, CODEC, Secret(), now=lambda: NOW)
    assert isinstance(error_of_write(tracker), Denied if sent == 2 else Ambiguous)
    assert server.count("POST", COMMENTS) == sent


def test_no_repr_shows_a_secret(tracker: GitHubTracker) -> None:
    parts = [value for name, value in vars(tracker).items() if name != "_codec"]
    shown = repr(tracker) + repr(parts)
    assert shown.startswith("GitHubTracker('github', 'http://127.0.0.1")
    assert "webhook-secret" not in shown
    assert TOKEN not in shown


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(500, {"message": "Server Error"}), id="500"),
        pytest.param(Reply(502, "<h1>Bad gateway</h1>"), id="502-page"),
        pytest.param(Reply(200, LOGIN_PAGE), id="200-with-a-login-page"),
        pytest.param(Reply(404, LOGIN_PAGE), id="404-from-a-proxy-is-not-gone"),
        pytest.param(Reply(202, {"message": "later"}), id="202"),
        pytest.param(Reply(cut=True), id="cut"),
    ],
)
class TestAReadThatFails:
    def test_is_tried_three_times_with_short_waits_and_then_temporary(
        self, server: Scripted, tracker: GitHubTracker, waits: list[float], reply: Reply
    ) -> None:
        server.on("GET", ISSUE, reply)
        assert isinstance(error_of_read(tracker), Temporary)
        assert server.count("GET", ISSUE) == 3
        assert len(waits) == 2
        assert all(0 < wait <= 2 for wait in waits)

    def test_succeeds_when_a_later_try_does(self, server: Scripted, tracker: GitHubTracker, reply: Reply) -> None:
        server.on("GET", ISSUE, reply, Reply(body=issue_json()))
        server.on("GET", f"{ISSUE}/timeline", Reply(body=[]))
        assert tracker.fetch_ticket(SEVEN).title == "Checkout was down"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([], id="a-list"),
        pytest.param({"number": 7}, id="hardly-anything"),
        pytest.param(issue_json(created_at="yesterday"), id="no-time"),
        pytest.param(issue_json(labels=7), id="labels-a-number"),
        pytest.param(issue_json(user="ada"), id="user-a-string"),
        pytest.param(issue_json(repository_url="https://elsewhere/", url="?"), id="no-address"),
    ],
)
def test_json_that_is_not_githubs_is_temporary(server: Scripted, tracker: GitHubTracker, body: object) -> None:
    server.on("GET", ISSUE, Reply(body=body))
    server.on("GET", f"{ISSUE}/timeline", Reply(body=[]))
    assert isinstance(error_of_read(tracker), Temporary)


@pytest.mark.parametrize(
    "key",
    [
        "acme/shop",
        "acme/shop#",
        "acme/shop#x",
        "acme/shop#7/../8",
        "../user#7",
        "acme/..#7",
        "a/b/c#1",
        "OPS-12",
        "acme/s p#1",
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(
    server: Scripted, tracker: GitHubTracker, key: str
) -> None:
    """P11: text never chooses the endpoint."""
    ref = type(SEVEN)("github", key)
    with pytest.raises(Refused):
        tracker.add_label(ref, "failure")
    assert server.asked == []

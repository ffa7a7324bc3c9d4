"""Logs: one line an event, and never a secret (P11)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from worker.logs import MASK, Mask, set_up_logs

SECRET = "correct/horse battery"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs([SECRET], stream=stream)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(f"token {SECRET} refused", id="in-a-sentence"),
        pytest.param({"headers": {"x": [SECRET]}}, id="nested"),
        pytest.param(f"?secret={'correct%2Fhorse%20battery'}", id="percent-encoded"),
        pytest.param(SECRET.encode(), id="bytes"),
        pytest.param(ValueError(SECRET), id="an-exception"),
    ],
)
def test_a_configured_secret_is_masked_wherever_it_stands(log: io.StringIO, value: Any) -> None:
    """P11."""
    structlog.get_logger("x").warning("event", value=value)
    assert MASK in json.loads(log.getvalue())["value"].__str__()
    assert "horse" not in log.getvalue()


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param("Authorization: Bearer abcdef123456", "abcdef123456", id="bearer"),
        pytest.param("{'Authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz", id="basic-in-a-dict"),
        pytest.param("authorization=token gho_abcdef", "gho_abcdef", id="token-scheme"),
        pytest.param("redis://user:hunter2@host/0", "hunter2", id="url"),
        pytest.param("see ghp_0123456789abcdefABCDEF here", "ghp_0123456789", id="github-token-by-its-form"),
        pytest.param("Bearer ghs_0123456789abcdefABCDEF and more", "ghs_0123456789", id="installation-token"),
        pytest.param("got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2lnbmF0dXJl", "eyJpc3MiOjF9", id="json-web-token"),
        pytest.param("github_pat_0123456789abcdefABCDEF", "0123456789abcdef", id="fine-grained-token"),
    ],
)
def test_what_looks_like_a_credential_is_masked_though_nobody_configured_it(text: str, gone: str) -> None:
    """P11."""
    assert gone not in Mask().text(text)


def test_ordinary_text_stays_as_it_is() -> None:
    text = "github:acme/shop#7 has no owner; see https://example.com/a?b=c"
    assert Mask(["s3cret-value"]).text(text) == text


def test_a_library_s_own_log_is_masked_too(log: io.StringIO) -> None:
    """P11: tracebacks of libraries included."""
    try:
        raise RuntimeError(f"cannot log in with {SECRET}")
    except RuntimeError:
        logging.getLogger("some.library").exception("failed with %s", SECRET)
    assert "cannot log in with" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_an_event_is_one_line_of_json_when_nobody_watches(log: io.StringIO) -> None:
    structlog.get_logger("x").info("queue is away", ticket="jira:OPS-1")
    assert log.getvalue().count("\n") == 1
    event = json.loads(log.getvalue())
    assert (event["event"], event["ticket"], event["level"]) == ("queue is away", "jira:OPS-1", "info")


def test_a_repr_of_the_mask_shows_nothing() -> None:
    """P11."""
    assert "horse" not in repr(Mask([SECRET]))


def test_a_key_is_masked_line_by_line() -> None:
    """P11: a library's error may quote one line of it."""
    key = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\n-----END KEY-----"
    assert "MIIEow" not in Mask([key]).text("cannot parse MIIEowIBAAKCAQEA")


def test_a_secret_that_becomes_known_later_is_masked_from_then_on() -> None:
    """P11: a token is rotated while the logs stay set up."""
    known = ["first-secret"]
    mask = Mask(known)
    assert mask.text("first-secret, second-secret") == f"{MASK}, second-secret"
    known.append("second-secret")
    assert mask.text("first-secret, second-secret") == f"{MASK}, {MASK}"

"""What Jira's answers mean, in the words of `connectors.errors`: the one place where they are told apart.

The question is always whether it was done. A write that was answered with 5xx may have been done all the
same, and one that was answered with 429 was not. Messages are made for the person who runs Aftermath; they
carry what Jira says, and nothing of the request's headers or body.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests

from connectors.errors import Ambiguous, Denied, Gone, Limited, LimitedThere, Refused, Temporary, TrackerError
from connectors.unsent import was_never_sent, what_stood_in_the_way

_SAID_MAX = 600
#: Which limit a 429 is about. That of one issue says nothing of all others.
#: https://developer.atlassian.com/cloud/jira/platform/build-an-app-that-respects-rate-limits/
_LIMIT, _OF_ONE_ISSUE = "RateLimit-Reason", "jira-per-issue-on-write"
#: How Data Center says that a password was mistyped too often.
#: https://confluence.atlassian.com/jirakb/basic-auth-requests-to-jira-server-failing-with-403-captcha-challenge-1141476132.html
_DENIED_REASON = "X-Authentication-Denied-Reason"
_CAPTCHA = "our account was locked after failed logins: log in as it once in the browser and solve the CAPTCHA"


class FieldsRefused(Refused):
    """400 that names fields: `fields` maps a field's id to what Jira has against its value."""

    def __init__(self, message: str, fields: Mapping[str, str]) -> None:
        super().__init__(message, status=400)
        self.fields = dict(fields)


def retry_after_s(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds to wait, from a Retry-After of seconds or of a date; None where there is none that can be read."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return _seconds_until(parsedate_to_datetime(value), now) if value else None
    except (TypeError, ValueError, IndexError):
        return None


def _reset_s(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds until the limit is reset, from X-RateLimit-Reset in ISO 8601; None where there is none."""
    try:
        return _seconds_until(dt.datetime.fromisoformat(headers.get("X-RateLimit-Reset", "").strip()), now)
    except ValueError:
        return None


def _seconds_until(at: dt.datetime, now: dt.datetime) -> float:
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - now).total_seconds())


def error_of(
    status: int, headers: Mapping[str, str], text: str, *, asked: str, is_write: bool, now: dt.datetime
) -> TrackerError:
    """The error for an answer that is not 2xx. `asked` is method and path, for the message."""
    said, fields = _said(text)
    sentence = f"Jira answered {asked} with {status}" + (f": {said}" if said else "")
    wait_s = retry_after_s(headers, now)
    if status == 429:
        wait_s = _reset_s(headers, now) if wait_s is None else wait_s
        if headers.get(_LIMIT, "").strip() == _OF_ONE_ISSUE:
            return LimitedThere(f"{sentence} (too many writes to this issue)", retry_after_s=wait_s)
        return Limited(f"{sentence} (too many requests)", retry_after_s=wait_s)
    if status == 503 and wait_s is not None:
        return Temporary(f"{sentence} (too many requests)", retry_after_s=wait_s)
    if status == 407:
        return Temporary(f"{asked} was not let through by a proxy, which wants a password: look at `proxy`")
    if status >= 500:
        return Ambiguous(sentence) if is_write else Temporary(sentence)
    if status == 403 and "CAPTCHA" in headers.get(_DENIED_REASON, ""):
        # Nobody is let in: that says nothing of the ticket that was asked for.
        return Denied(f"{sentence} ({_CAPTCHA})", status=401)
    if status in (401, 403):
        return Denied(sentence, status=status)
    if status in (404, 410):
        return Gone(sentence, status=status)
    if status == 409:
        return Temporary(f"{sentence} (somebody else was changing it)")
    if status >= 400:
        return FieldsRefused(sentence, fields) if status == 400 and fields else Refused(sentence, status=status)
    return unreadable(asked, f"status {status}", is_write=is_write)


def was_let_in(answer: requests.Response, *, is_write: bool) -> bool:
    """False where the credential was not taken: by the status, or by the headers that Jira says it with when it goes
    on to answer as it would answer anybody (a Data Center names whom it answers). A write that it did all the same is
    done, whoever it was done as.
    https://confluence.atlassian.com/jirakb/login-issues-with-jira-server-and-data-center-203394747.html
    """
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        return False
    has_failed = "AUTHENTICATED_FAILED" in answer.headers.get("X-Seraph-LoginReason", "")
    return (is_write and answer.ok) or not (has_failed or is_for_nobody(answer))


def is_for_nobody(answer: requests.Response) -> bool:
    """Whether a Data Center says that it answers somebody who did not log in. Its 401 then speaks of the ticket that
    was asked for, and of a permission, which is not what is missing."""
    return answer.headers.get("X-AUSERNAME", "").casefold() == "anonymous"


def not_let_in(asked: str, status: int) -> Denied:
    """For an answer that anybody would have got: neither an empty list nor a 404 in it means anything."""
    return Denied(
        f"Jira did not take the token at {asked}, and answered as to anybody ({status}): is it expired or revoked?",
        status=HTTPStatus.UNAUTHORIZED,
    )


def unreadable(asked: str, what: str, *, is_write: bool) -> TrackerError:
    """For an answer that Jira's API does not give: a login page, a proxy's page, a redirect."""
    sentence = f"{asked} was answered with {what}, which is not Jira's API: a login page or a proxy?"
    return Ambiguous(sentence) if is_write else Temporary(sentence)


def error_of_exception(error: requests.RequestException, *, asked: str, is_write: bool) -> TrackerError:
    """The error for a request without an answer. Only a connection that never came about is surely not sent."""
    kind = type(error).__name__
    if not is_write or was_never_sent(error):
        why = what_stood_in_the_way(error)
        return Temporary(f"{asked} did not reach Jira or got no answer ({kind}){'. ' + why if why else ''}")
    return Ambiguous(f"{asked} was sent to Jira and not answered ({kind}); whether it was done is not known")


def _said(text: str) -> tuple[str, dict[str, str]]:
    """What Jira says, in one line, and what it says of which field."""
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError):
        return "", {}
    if not isinstance(body, dict):
        return "", {}
    messages = [body.get(name) for name in ("message", "errorMessage")]
    listed = body.get("errorMessages")
    messages += listed if isinstance(listed, list) else []
    errors = body.get("errors")
    fields = {str(name): str(what) for name, what in errors.items()} if isinstance(errors, dict) else {}
    parts = [message for message in messages if isinstance(message, str) and message]
    parts += [f"{name}: {what}" for name, what in fields.items()]
    return " ".join("; ".join(parts).split())[:_SAID_MAX], fields

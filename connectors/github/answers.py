"""What GitHub's answers mean: the one place where a status, a header or a cut connection becomes an error.

A write is `Ambiguous` unless it is certain that nothing was done: 5xx, timeouts, cut connections and
anything that is not GitHub's JSON say nothing about that. Sentences are made of GitHub's own message and
the names of the fields it minds; never of a whole body, a query or a credential.

See https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.errors import Ambiguous, Denied, Gone, Limited, Refused, Temporary, TrackerError
from connectors.github.wire import MOVED_TO
from connectors.unsent import was_never_sent, what_stood_in_the_way

_MESSAGE_CHARS_MAX = 200
_FIELDS_MAX = 5
#: What GraphQL says of queries that are not for us, today or ever; anything else may pass.
NOT_FOR_US = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})
_UNKNOWN_THERE = frozenset({"undefinedField", "undefinedType", "argumentNotAccepted", "argumentLiteralsIncompatible"})
_TOO_MUCH = frozenset({"MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED"})
_GRAPHQL_REFUSALS = NOT_FOR_US | _UNKNOWN_THERE | {"NOT_FOUND"}


class Unreachable(Temporary):
    """A read that failed on the way, and may be tried again at once."""


class Spent(Limited):
    """GraphQL's own points are used up; REST may answer all the same."""


class Unknown(Refused):
    """The server's schema does not have what a GraphQL query asks for."""


class TooMuch(Refused):
    """A GraphQL query asks for more than the server is willing to look up at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `data` is its JSON, `is_json` whether it had any,
    `chars` its length; header names are lower-case."""

    verb: str
    path: str
    status: int
    headers: Mapping[str, str]
    data: Any = None
    is_json: bool = False
    chars: int = 0

    @property
    def is_write(self) -> bool:
        return self.verb != "GET"

    @property
    def next_url(self) -> str:
        """The address of the next page, or empty. Raises Temporary where it is none: a listing must not end there.
        https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api"""
        links = requests.utils.parse_header_links(self.headers.get("link", ""))
        url = next((str(link["url"]) for link in links if link.get("rel") == "next"), "")
        if not _is_address(url):
            raise unexpected(self)
        return url


def _is_address(url: str) -> bool:
    """Whether it can be taken apart, its port too."""
    try:
        _ = urlsplit(url).port
    except ValueError:
        return False
    return True


def read_answer(verb: str, path: str, status: int, headers: Mapping[str, str], text: str) -> Answer:
    """An answer with its body parsed, if it is JSON, and without a redirect to what is no address."""
    try:
        data, is_json = json.loads(text), True
    except (ValueError, RecursionError):
        data, is_json = None, False
    if not _is_address(headers.get(MOVED_TO, "")):
        headers = {name: value for name, value in headers.items() if name != MOVED_TO}
    return Answer(verb, path, status, headers, data, is_json, len(text))


def lost(verb: str, path: str, failure: Exception) -> TrackerError:
    """The error for a request that brought no answer at all."""
    asked = f"{verb} {path}"
    if was_never_sent(failure):
        return Unreachable(f"GitHub could not be reached for {asked}. {what_stood_in_the_way(failure)}".strip())
    if isinstance(failure, requests.Timeout):
        what = f"GitHub did not answer {asked} in time"
    else:
        what = f"The connection to GitHub broke during {asked}"
    return Unreachable(f"{what}.") if verb == "GET" else Ambiguous(f"{what}; it may have been done.")


def error_in(answer: Answer, now: dt.datetime) -> TrackerError | None:
    """The error that an answer stands for, or None where it is a good one (2xx with JSON or no content, 304)."""
    status = answer.status
    if status in (204, 304) or (200 <= status < 300 and answer.is_json):
        return None
    if _is_limit(answer):
        wait_s = _asked_to_wait_s(answer, now)
        asked = "" if wait_s is None else f" It asks to wait {wait_s:.0f} s."
        return Limited(f"{_said(answer)}{asked}", retry_after_s=wait_s)
    if status == 407:
        return Temporary(f"{_asked(answer)} was not let through by a proxy, which wants a password: look at `proxy`.")
    if status >= 500 or status == 408:
        return _unknown(answer, _said(answer))
    if not answer.is_json:
        said = f"{_asked(answer)} was answered with {status} and no JSON: is the base URL right, is a proxy between?"
        return _unknown(answer, said)
    if status in (401, 403):
        return Denied(f"{_said(answer)}{_needed(answer)}", status=status)
    if status in (404, 410):
        return Gone(_said(answer), status=status)
    return Refused(_said(answer), status=status)


def graphql_error_in(answer: Answer, now: dt.datetime, *, partly: bool = False) -> TrackerError | None:
    """The error that an answer to a GraphQL query stands for, or None where it holds all the data that was asked for;
    with `partly` also where each error names its place among the data. GitHub refuses most queries with 200, and says
    why in `errors`.
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    error = error_in(answer, now)
    if error is not None:
        # Where REST is spoken and this is not, something between us does not let it through.
        is_blocked = not answer.is_json and answer.status in (400, 403, 404, 405, 410)
        return Refused(str(error), status=answer.status) if is_blocked else error
    told = answer.data if isinstance(answer.data, dict) else {}
    errors = graphql_errors(answer)
    if isinstance(told.get("data"), dict) and not told.get("errors"):
        return None
    if partly and isinstance(told.get("data"), dict) and errors and all(path_of(each) for each in errors):
        return None
    kinds = {kind_of(each) for each in errors}
    if "RATE_LIMITED" in kinds:
        return Spent("GitHub's limit for GraphQL is used up.", retry_after_s=_asked_to_wait_s(answer, now))
    if kinds & _UNKNOWN_THERE:  # with what follows from it: a fragment that is used nowhere else, for one
        return Unknown(f"GitHub does not know all of {_asked(answer)}.", status=answer.status)
    if kinds & _TOO_MUCH:
        return TooMuch(f"GitHub finds {_asked(answer)} too much.", status=answer.status)
    if kinds and kinds <= _GRAPHQL_REFUSALS:
        return Refused(f"GitHub does not answer {_asked(answer)}: {', '.join(sorted(kinds))}.", status=answer.status)
    return unexpected(answer)


def graphql_errors(answer: Answer) -> list[dict[str, Any]]:
    """The errors that a GraphQL answer names."""
    return [each for each in _errors(answer) if isinstance(each, dict)]


def path_of(error: dict[str, Any]) -> list[Any]:
    """Where among the data a GraphQL error stands; empty where it is about the whole query."""
    path = error.get("path")
    return path if isinstance(path, list) else []


def kind_of(error: dict[str, Any]) -> str:
    """A GraphQL error's type, or the code of one that the schema makes."""
    more = error.get("extensions")
    return str(error.get("type") or (more.get("code") if isinstance(more, dict) else "") or "")


def unexpected(answer: Answer) -> TrackerError:
    """The error for JSON that is not what GitHub's documentation promises."""
    return _unknown(answer, f"{_asked(answer)} was answered with {answer.status}, but not in GitHub's form.")


def _unknown(answer: Answer, said: str) -> TrackerError:
    return Ambiguous(f"{said} It may have been done.") if answer.is_write else Unreachable(said)


def _asked(answer: Answer) -> str:
    return f"{answer.verb} {answer.path}"


def _said(answer: Answer) -> str:
    words = ", ".join(part for part in (_message(answer), _fields(answer)) if part)
    return f"GitHub answered {answer.status} to {_asked(answer)}{': ' + words if words else ''}."


def _needed(answer: Answer) -> str:
    """Which permissions a fine-grained token or an App would need, where it lacks one.
    https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible"""
    needed = " ".join(answer.headers.get("x-accepted-github-permissions", "").split())[:_MESSAGE_CHARS_MAX]
    return f" It needs {needed}." if needed and answer.status == 403 and "not accessible" in _message(answer) else ""


def _message(answer: Answer) -> str:
    message = answer.data.get("message") if isinstance(answer.data, dict) else None
    plain = " ".join(message.split()) if isinstance(message, str) else ""
    return plain[:_MESSAGE_CHARS_MAX].rstrip(". ")


def _fields(answer: Answer) -> str:
    """What GitHub says of single fields, without the values: those may be anybody's text."""
    words = []
    for error in _errors(answer)[:_FIELDS_MAX]:
        if isinstance(error, str):
            words.append(error)
        elif isinstance(error, dict):
            parts = (error.get("field"), error.get("code"), error.get("message"))
            words.append(" ".join(part for part in parts if isinstance(part, str)))
    return "; ".join(" ".join(word.split())[:_MESSAGE_CHARS_MAX] for word in words if word)


def _errors(answer: Answer) -> list[Any]:
    errors = answer.data.get("errors") if isinstance(answer.data, dict) else None
    return errors if isinstance(errors, list) else [errors] if isinstance(errors, str) else []


def minds_field(error_words: str, *names: str) -> bool:
    """Whether a refusal's sentence names one of these fields."""
    return any(name in error_words.replace(";", " ").replace(",", " ").split() for name in names)


def _is_limit(answer: Answer) -> bool:
    """Whether the answer is a primary or a secondary rate limit."""
    said = f"{_message(answer)} {_fields(answer)}".lower()
    return (
        answer.status == 429
        or (answer.status == 403 and (_is_spent(answer) or "rate limit" in said or "retry-after" in answer.headers))
        or (answer.status in (403, 422) and "submitted too quickly" in said)
    )


def _is_spent(answer: Answer) -> bool:
    return answer.headers.get("x-ratelimit-remaining", "").strip() == "0"


def _asked_to_wait_s(answer: Answer, now: dt.datetime) -> float | None:
    """Seconds to wait, at least one, as a rate limit's headers name them; None where they do not."""
    wait_s = _retry_after_s(answer.headers.get("retry-after", ""), now)
    if wait_s is None and _is_spent(answer):
        wait_s = _until_reset_s(answer.headers.get("x-ratelimit-reset", ""), now)
    return None if wait_s is None else max(1.0, wait_s)


def _retry_after_s(value: str, now: dt.datetime) -> float | None:
    """Retry-After comes in seconds or as an HTTP date."""
    if value.strip().isdecimal():
        return float(value)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp() - now.timestamp()


def _until_reset_s(value: str, now: dt.datetime) -> float | None:
    try:
        return float(value) - now.timestamp()
    except ValueError:
        return None

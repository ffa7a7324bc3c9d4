"""What Jira's answers say of how many requests are left.

Cloud tells limit and rest with each answer, but a reset (ISO 8601) mostly with refusals; without one nobody knows how
long little is left, so that it is not remembered. A Data Center with rate limiting gives so many requests
(`FillRate`) every so many seconds (`Interval-Seconds`), up to a limit: a moment of plenty is never further away.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ and
https://confluence.atlassian.com/adminjiraserver/adjusting-your-code-for-rate-limiting-987143384.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from connectors.allowance import Allowance, whole_number

#: Neither names what it limits.
RESOURCE = "rest"


def allowance_in(headers: Mapping[str, str], now: dt.datetime) -> Allowance | None:
    """From an answer's headers, in whatever capitals they come; None where they do not tell."""
    limit = whole_number(headers.get("X-RateLimit-Limit"))
    remaining = whole_number(headers.get("X-RateLimit-Remaining"))
    reset_at = _reset_at(headers, now)
    if not limit or remaining is None or reset_at is None:
        return None
    return Allowance(RESOURCE, limit, remaining, reset_at)


def _reset_at(headers: Mapping[str, str], now: dt.datetime) -> dt.datetime | None:
    interval_s = whole_number(headers.get("X-RateLimit-Interval-Seconds"))
    try:
        if interval_s:
            return now + dt.timedelta(seconds=interval_s)
        at = dt.datetime.fromisoformat(headers.get("X-RateLimit-Reset", "").strip())
        return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None

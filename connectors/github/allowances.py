"""What GitHub's answers say of the primary limit: how many requests are left of `core`, `graphql` or `search`.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from connectors.allowance import Allowance, whole_number


def allowance_in(headers: Mapping[str, str], owner: str = "") -> Allowance | None:
    """From an answer's headers, their names in small letters; None where they do not tell, as on a server without
    limits. The moment of the reset is in seconds since 1970. With an `owner` it is what is left for that owner's
    repositories alone, `core/acme`. Whatever else runs out, REST does it, or it waits for itself."""
    limit, remaining, reset = (whole_number(headers.get(f"x-ratelimit-{name}")) for name in _NAMES)
    if not limit or remaining is None or reset is None:
        return None
    try:
        reset_at = dt.datetime.fromtimestamp(reset, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    resource = headers.get("x-ratelimit-resource", "").strip()[:40] or _REST
    name = f"{resource}/{owner}" if owner else resource
    return Allowance(name, limit, remaining, reset_at, has_another_way=resource != _REST)


_NAMES = ("limit", "remaining", "reset")
_REST = "core"

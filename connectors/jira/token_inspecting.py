"""Looks when the token ends that we show to a Data Center, for `aftermath check`.

Data Center lists an account's personal access tokens, and does not say which of them is asking. Where there is one
alone it is ours; of several the one that ends first is named. Cloud tells nothing of the kind, nor does a Data Center
from before there were such tokens (8.14): of what cannot be asked nothing is said.

https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from connectors.errors import TrackerError
from connectors.inspection import Finding, note, token_end
from connectors.jira.changes import parse_time
from connectors.jira.client import JiraClient
from connectors.jira.understood import understood

_TOKENS = "/rest/pat/latest/tokens"


def token_findings(client: JiraClient, now: dt.datetime, page: str) -> Iterator[Finding]:
    """One finding or none, by one read. `page` is where tokens are made."""
    try:
        told = client.get(_TOKENS)
        with understood("our account's tokens"):
            tokens = [one for one in ((_end(token), str(token.get("name") or "")) for token in told) if one[0] > now]
    except TrackerError:
        return
    ends, name = min(tokens, default=(_NEVER, ""))
    if ends == _NEVER:
        return
    if len(tokens) == 1:
        yield token_end(ends, now, page)
    elif (first := token_end(ends, now, page)).todo:
        found = f"Of our account's {len(tokens)} tokens {name} ends first, on {ends:%Y-%m-%d}."
        yield note("token", found, "If that is ours, make a new one before that.", first.where)


#: When a token ends that has no end.
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def _end(token: dict[str, Any]) -> dt.datetime:
    return parse_time(token["expiringAt"]) if token.get("expiringAt") else _NEVER

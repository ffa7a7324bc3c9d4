"""The fields that a Jira site has, by the name that people see: which of them are asked for with each ticket, and what
stands in those.

A name may be that of several fields, since each team-managed project makes its own: all of them are asked for, and the
one that holds something is meant. The list is read once a day, and sooner for a name that it does not have; nothing is
read where nobody asks for a field.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/#api-rest-api-3-field-get
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.jira.client import JiraClient
from connectors.jira.creation import name_of
from connectors.jira.remembered import Remembered
from connectors.jira.understood import understood
from connectors.wanted_fields import FieldText, Wants, by_wanted_name

_TTL_S, _ANEW_AFTER_S = 24 * 3600, 600


class SiteFields:
    """The fields of one site. Thread-safe."""

    def __init__(self, client: JiraClient, now: Callable[[], dt.datetime], wants: Wants) -> None:
        self._client = client
        self._wants = wants
        self._known: Remembered[tuple[tuple[str, str], ...]] = Remembered(now, _TTL_S)
        #: Whether a name was looked for in vain a moment ago.
        self._lately: Remembered[bool] = Remembered(now, _ANEW_AFTER_S)

    def asked(self) -> tuple[tuple[str, str], ...]:
        """Id and name of each field that is wanted, some perhaps of one name; at most one request. Raises Temporary,
        Denied, Refused."""
        wanted = self._wants().names
        if not wanted:
            return ()
        there = self._known.get("") or self._fetch()
        if missing_in(wanted, there) and not self._lately.get(""):
            there = self._fetch()
        folded = {name.casefold() for name in wanted}
        return tuple((one, name) for one, name in there if name.casefold() in folded or one in wanted)

    def names(self) -> tuple[str, ...]:
        """The names of all fields there are, and their ids, which do for a name. One request. Raises as `asked`."""
        there = self._fetch()
        return tuple(dict.fromkeys((*(name for _, name in there), *(one for one, _ in there))))

    def told(self, fields: Mapping[str, Any], markdown_of: Callable[[Any], str]) -> Mapping[str, FieldText]:
        """What stands in the wanted fields of a ticket, by the name that was asked for. Never raises."""
        wanted = self._wants().names
        known = self._known.get("") or ()
        named = [(name, one) for one, name in known if one in fields] if wanted else []
        by_id = [(one, one) for one in wanted if one in fields]
        return by_wanted_name(wanted, ((name, text_of(fields[one], markdown_of)) for name, one in [*named, *by_id]))

    def _fetch(self) -> tuple[tuple[str, str], ...]:
        listed = self._client.get("field")
        with understood("the fields of this Jira"):
            found = tuple((str(one["id"]), str(one["name"])) for one in listed)
        self._lately.put("", True)
        return self._known.put("", found)


def missing_in(wanted: Iterable[str], there: Iterable[tuple[str, str]]) -> list[str]:
    """Which of the names, or ids, none of the fields has."""
    known = {word for one, name in there for word in (one, name.casefold())}
    return [name for name in wanted if name not in known and name.casefold() not in known]


def text_of(value: Any, markdown_of: Callable[[Any], str]) -> FieldText:
    """What people see of a value, several as a tuple; empty for none, and for what is none of these: a text, a number,
    an option, somebody, an issue, and whatever else has a name.

    https://developer.atlassian.com/server/jira/platform/jira-rest-api-examples/#setting-custom-field-data-for-other-field-types
    """
    if isinstance(value, list):
        return tuple(text for one in value if isinstance(text := text_of(one, markdown_of), str) and text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == value // 1 else str(value)
    if isinstance(value, str):
        return value.strip()
    return _text_in(value, markdown_of) if isinstance(value, Mapping) else ""


def _text_in(value: Mapping[str, Any], markdown_of: Callable[[Any], str]) -> str:
    if value.get("type") == "doc":
        return markdown_of(value).strip()
    if isinstance(value.get("displayName"), str):
        return str(value["displayName"])
    below = value.get("child")
    parts = [name_of(one) or str(one.get("key") or "") for one in (value, below) if isinstance(one, Mapping)]
    return " / ".join(part for part in parts if part)

"""What an organisation has beside GitHub's own fields of an issue: types, and fields with values.

Neither is everywhere: a person's repositories have none, nor do older servers, and what an organisation has is told to
those of its members alone whose token may read it. Where GitHub does not tell, there are none for us. What it tells is
remembered for a day.

https://docs.github.com/en/rest/orgs/issue-fields#list-issue-fields-for-an-organization
https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/managing-issue-fields-in-your-organization
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from connectors.errors import Denied, Gone
from connectors.github.addresses import account_in_path, repository_path
from connectors.github.client import GitHubClient, listed
from connectors.github.standing import Kept
from connectors.github.understood import understood
from connectors.inspection import in_short

_KEPT = dt.timedelta(days=1)
#: What a date by which something is due is called, in whatever case: of several fields, the first of these.
DUE_NAMES = ("due date", "due", "target date")
PRIORITY_NAME = "priority"
DATE, CHOICE, CHOICES, NUMBER = "date", "single_select", "multi_select", "number"
_SHOWN_MAX = 6


@dataclass(frozen=True, slots=True)
class IssueField:
    """One field of an organisation's issues; `options` are what a choice takes."""

    id: int
    name: str
    kind: str
    options: tuple[str, ...] = ()

    def value_of(self, written: str) -> Any:
        """A value as people write it, as GitHub takes it. Raises ValueError, whose text ends a sentence."""
        match self.kind:
            case "date":
                return _day(written)
            case "number":
                return _number(written)
            case "single_select":
                return self._option(written)
            case "multi_select":
                return [self._option(part) for part in written.split(",") if part.strip()]
        return " ".join(written.split())

    def _option(self, written: str) -> str:
        wanted = written.strip().casefold()
        for option in self.options:
            if option.casefold() == wanted:
                return option
        raise ValueError(f"it takes {in_short(self.options, _SHOWN_MAX) or 'nothing'}")


@dataclass(frozen=True, slots=True)
class IssueFields:
    """The fields of one organisation; `is_told` is not so where GitHub does not say what there is."""

    fields: tuple[IssueField, ...] = ()
    is_told: bool = True

    def named(self, name: str) -> IssueField | None:
        return next((field for field in self.fields if field.name.casefold() == name.casefold()), None)

    @property
    def due(self) -> IssueField | None:
        """The field that says by when."""
        dates = {field.name.casefold(): field for field in self.fields if field.kind == DATE}
        return next((dates[name] for name in DUE_NAMES if name in dates), None)


class IssueFieldBook:
    """The fields and types of each owner's issues. Thread-safe."""

    def __init__(self, client: GitHubClient) -> None:
        self._client = client
        self._fields: Kept[str, IssueFields] = Kept(client.now, _KEPT)
        self._types: Kept[str, tuple[str, ...]] = Kept(client.now, _KEPT)

    def fields(self, container: str) -> IssueFields:
        """One request a day for each owner. Raises Temporary, and Denied for a credential that is not taken."""
        owner = container.partition("/")[0]
        return self._fields.get(owner.casefold(), lambda: self._fetch_fields(owner))

    def types(self, container: str) -> tuple[str, ...]:
        """The names of a repository's issue types; one request a day for each. Raises as `fields` does.
        https://docs.github.com/en/rest/repos/repos"""
        return self._types.get(container.casefold(), lambda: self._fetch_types(container))

    def _fetch_fields(self, owner: str) -> IssueFields:
        told = self._told(f"/orgs/{account_in_path(owner)}/issue-fields", owner)
        if told is None:
            return IssueFields(is_told=False)
        with understood(f"the issue fields of {owner}"):
            return IssueFields(tuple(_field(one) for one in told))

    def _fetch_types(self, container: str) -> tuple[str, ...]:
        told = self._told(f"{repository_path(container)}/issue-types", container)
        with understood(f"the issue types of {container}"):
            return tuple(str(one["name"]) for one in told or () if one.get("is_enabled", True))

    def _told(self, path: str, to: str) -> list[dict[str, Any]] | None:
        try:
            return listed(self._client.read(path, to=to))
        except Gone:
            return None
        except Denied as denied:
            if denied.status == 401:
                raise
            return None


def _field(told: dict[str, Any]) -> IssueField:
    options = tuple(str(one["name"]) for one in told.get("options") or ())
    return IssueField(int(told["id"]), str(told["name"]), str(told["data_type"]), options)


def _day(written: str) -> str:
    try:
        return dt.date.fromisoformat(written.strip()).isoformat()
    except ValueError:
        raise ValueError("it takes a day such as 2026-12-01") from None


def _number(written: str) -> float | int:
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("it takes a number")
    return int(number) if number == int(number) else number

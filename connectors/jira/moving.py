"""Moving one of our own issues to a status of a category, through whatever workflow stands between.

Jira shows only the steps from where an issue stands, so the way is found by going it: a step that leads there is taken
before one that leads on, and one that leads on before one that leads towards the beginning. No status is entered twice
but to leave it by another step, at a dead end; there are a handful of steps at most, and where an issue has been is
remembered for a day, so that one that cannot be moved is not moved to and fro. Before each step the status is read as
it is: so what was moved by an answer that never came is seen, and a later go begins where an earlier one ended.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-get
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import Refused
from connectors.inspection import in_short
from connectors.jira.client import JiraClient
from connectors.jira.creation import CreationField, creation_field, name_of
from connectors.jira.edition import Edition, Json
from connectors.jira.remembered import Remembered
from connectors.jira.statuses import category_of
from connectors.jira.understood import understood
from rules.facts import Status

_STEPS_MAX = 8
_TTL_S = 24 * 3600
#: So many steps from one status are tried where Jira refuses them for certain.
_TRIES_MAX = 4
#: What a required text says.
_WORDS = "Closed by Aftermath: it was opened twice."
_RESOLUTIONS = ("Duplicate", "Won't Do", "Won't Fix", "Done")


@dataclass(frozen=True, slots=True)
class Step:
    """One transition as its screen tells it. `to` is the status it leads to; `blanks` are required fields for which
    nothing could be found to write."""

    id: str
    name: str
    to: str
    category: Status
    fields: Json
    blanks: tuple[str, ...] = ()


@dataclass(slots=True)
class Way:
    """Where an issue has been: the statuses that it stood in, and those that could be seen from each."""

    seen: dict[str, set[str]] = field(default_factory=dict)

    def onward(self, here: str, steps: list[Step]) -> list[Step]:
        """The steps that lead to where it has not been; at a dead end those back to where another one does."""
        self.seen[here] = {step.to for step in steps}
        fresh = [step for step in steps if step.to not in self.seen]
        return fresh or [step for step in steps if step.to != here and self.seen[step.to] - self.seen.keys()]


class StatusMover:
    """Moves issues, of which only one look at a time is to ask. Thread-safe."""

    def __init__(self, client: JiraClient, edition: Edition, now: Callable[[], dt.datetime]) -> None:
        self._client = client
        self._edition = edition
        self._ways: Remembered[Way] = Remembered(now, _TTL_S)

    def reach(self, name: str, wanted: Status) -> None:
        """Move an issue until its status is of that category: two reads and a write for each step. Nothing where it is
        already. Raises Refused where no way is found, Ambiguous where nobody knows whether a step was done."""
        way = self._ways.get(name) or self._ways.put(name, Way())
        for _ in range(_STEPS_MAX):
            issue = self._client.get(f"issue/{name}", {"fields": "status"})
            with understood(f"issue {name}"):
                status = issue["fields"]["status"]
                here, category = str(status["id"]), category_of(status)
            if category is wanted:
                return
            self._step(name, wanted, way, here, str(status.get("name") or here))
        raise Refused(f"{name} is a double that cannot be closed: after {_STEPS_MAX} steps it is not in a done status")

    def _step(self, name: str, wanted: Status, way: Way, here: str, title: str) -> None:
        """Take the best step from here. Raises Refused where there is none, or Jira refuses those that there are."""
        steps = sorted(way.onward(here, self._steps(name)), key=lambda step: _rank(step, wanted))
        refused: Refused | None = None
        for step in steps[:_TRIES_MAX]:
            body = {"transition": {"id": step.id}} | ({"fields": step.fields} if step.fields else {})
            try:
                self._client.write("POST", f"issue/{name}/transitions", body)
            except Refused as error:
                if error.status != 400:
                    raise
                refused = error
            else:
                return
        said = f"{name} is a double that cannot be closed: its workflow has no way from here ({title}) to a done status"
        if not steps:
            raise Refused(f"{said}.")
        blanks = [blank for step in steps for blank in step.blanks]
        wants = f", and wants {in_short(blanks)}" if blanks else ""
        why = f" {refused}" if refused else ""
        tried = in_short(step.name for step in steps)
        raise Refused(f"{said} that we may go: tried {tried}{wants}.{why}")

    def _steps(self, name: str) -> list[Step]:
        answer = self._client.get(f"issue/{name}/transitions", {"expand": "transitions.fields"})
        with understood(f"transitions of issue {name}"):
            return [self._read(one) for one in answer["transitions"]]

    def _read(self, told: Json) -> Step:
        given: Json = {}
        blanks: list[str] = []
        for field_id, shown in (told.get("fields") or {}).items():
            blank = creation_field(shown, field_id)
            if field_id == "resolution":
                given |= _resolution(blank)
            elif blank.is_required:
                value = shown.get("defaultValue") or self._filled(blank)
                if value is None:
                    blanks.append(blank.name)
                else:
                    given[field_id] = value
        to = told.get("to") or {}
        # A required field that we cannot fill may be filled already: Jira knows.
        return Step(str(told["id"]), str(told.get("name") or told["id"]), str(to.get("id") or ""), category_of(to),
                    given, tuple(blanks))  # fmt: skip

    def _filled(self, blank: CreationField) -> Any:
        """Something that a required field takes, or None."""
        if blank.allowed:
            first = _named(blank.allowed[0])
            return [first] if blank.kind == "array" else first
        if blank.kind == "string":
            return self._edition.body_of(_WORDS) if blank.is_paragraph else _WORDS
        if blank.kind == "array" and blank.items == "string":
            return ["aftermath"]
        return 0 if blank.kind == "number" else None


def _rank(step: Step, wanted: Status) -> tuple[int, int, bool]:
    """Lower is better: there, then on, then back; with nothing left open before with something; and of those the one
    that lets us say why."""
    nearness = {wanted: 0, Status.DOING: 1}.get(step.category, 2)
    return nearness, len(step.blanks), "resolution" not in step.fields


def _resolution(shown: CreationField) -> Json:
    """A resolution, by preference Duplicate, where the screen has one: another only where one is required."""
    known = {name_of(one).casefold(): one for one in reversed(shown.allowed)}
    for name in _RESOLUTIONS if shown.is_required else _RESOLUTIONS[:1]:
        if name.casefold() in known:
            return {shown.id: _named(known[name.casefold()])}
    return {shown.id: _named(shown.allowed[0])} if shown.is_required and shown.allowed else {}


def _named(allowed: Json) -> dict[str, str]:
    if allowed.get("id"):
        return {"id": str(allowed["id"])}
    return {"value": str(allowed["value"])} if allowed.get("value") else {"name": str(allowed["name"])}

"""What is wished of a new issue beside its text and its labels: who has it, its type, values of its fields.

None of it may keep an issue from being opened. What the organisation does not have is left out before it is asked for;
what GitHub refuses all the same is taken out of the request, each time for a definite refusal. GitHub drops some things
without a word where our account may not set them: the answer tells. What was left out is told in a sentence each.

https://docs.github.com/en/rest/issues/issues#create-an-issue
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import Refused
from connectors.github.answers import minds_field
from connectors.github.issue_fields import PRIORITY_NAME, IssueField, IssueFieldBook, IssueFields
from connectors.inspection import in_short
from connectors.tracker import Draft

_ASSIGNEES, _TYPE, _VALUES = "assignees", "type", "issue_field_values"
_NO_PARENT = "parent: on GitHub an issue is put below another by the link between them, once both are there"
_SHOWN_MAX = 12


@dataclass(slots=True)
class Wishes:
    """The parts of a request that stand for a draft's wishes; `left_out` grows."""

    body: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def drop(self, refused: Refused) -> bool:
        """Take out of the request what GitHub refused there: all that is named, or where nothing is, what not every
        server knows and not everybody may set. False where nothing is left to take out."""
        said = str(refused).replace('"', " ")
        named = [part for part in self.body if minds_field(said, part, part.removesuffix("s"))]
        gone = named if refused.status == 422 and named else [one for one in (_TYPE, _VALUES) if one in self.body]
        for part in gone if refused.status in (403, 422) else ():
            del self.body[part]
            self.left_out.append(f"{_IN_WORDS[part]}: {refused}")
        return bool(gone) and refused.status in (403, 422)

    def compare(self, opened: Mapping[str, Any]) -> None:
        """What was dropped without a word, as far as the issue that was opened shows it."""
        if _TYPE in self.body and opened.get(_TYPE, "") is None:
            self.left_out.append(f"type: GitHub left {self.body[_TYPE]} out, as it does where we may not write")
        shown = opened.get(_VALUES)
        if _VALUES in self.body and isinstance(shown, list):
            there = {one.get("issue_field_id") for one in shown if isinstance(one, dict)}
            if any(one["field_id"] not in there for one in self.body[_VALUES]):
                self.left_out.append("fields: GitHub left some out, as it does where we may not write")


_IN_WORDS = {_ASSIGNEES: "assignee", _TYPE: "type", _VALUES: "fields"}


def wishes_of(draft: Draft, book: IssueFieldBook) -> Wishes:
    """One request a day for each owner where a day or a field is wished, one for each repository where a type is.
    Raises Temporary, Denied."""
    wishes = Wishes()
    if draft.assignee:
        wishes.body[_ASSIGNEES] = [draft.assignee]
    if draft.ticket_type:
        _add_type(wishes, draft, book)
    if draft.due_on or draft.priority or draft.fields:
        _add_values(wishes, draft, book.fields(draft.place.container))
    if draft.parent:
        wishes.left_out.append(_NO_PARENT)
    return wishes


def _add_type(wishes: Wishes, draft: Draft, book: IssueFieldBook) -> None:
    types = book.types(draft.place.container)
    found = next((name for name in types if name.casefold() == draft.ticket_type.casefold()), None)
    if found is None:
        there = f"it has {in_short(types, _SHOWN_MAX)}" if types else "it has none"
        wishes.left_out.append(f"type: {draft.place.container} has no issue type {draft.ticket_type}; {there}")
    else:
        wishes.body[_TYPE] = found


def _add_values(wishes: Wishes, draft: Draft, fields: IssueFields) -> None:
    written = dict(draft.fields)
    if draft.priority:
        written.setdefault(PRIORITY_NAME, draft.priority)
    values: dict[int, Any] = {}
    for name, value in written.items():
        known = fields.named(name)
        if known is None:
            there = in_short((one.name for one in fields.fields), _SHOWN_MAX)
            why = f"the organisation has no such issue field; it has {there or 'none'}"
        else:
            why = _put(values, known, value)
        if why:
            wishes.left_out.append(f"{name}: {why}")
    if draft.due_on and fields.due:
        values.setdefault(fields.due.id, draft.due_on.isoformat())
    if values:
        wishes.body[_VALUES] = [{"field_id": field_id, "value": value} for field_id, value in values.items()]


def _put(values: dict[int, Any], known: IssueField, written: str) -> str:
    """Why a value cannot be given, or nothing."""
    try:
        values[known.id] = known.value_of(written)
    except ValueError as unfit:
        return str(unfit)
    return ""

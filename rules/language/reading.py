"""One file being read: its document, what is wrong so far, and how single values are understood.

A value that cannot be understood is noted and stands as None, so that reading goes on to the next error.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel

from rules.conditions import Condition
from rules.durations import ALLOWED, Duration, parse_duration
from rules.language.document import Document, KeyPath, ListNode, Node, Scalar
from rules.language.problems import DocumentError, Problem, closest, in_words, nearest_duration
from rules.language.validation import shown, validate
from rules.policy import People
from rules.templates import Templates
from rules.variables import Variables

Word = TypeVar("Word", bound=StrEnum)
Form = TypeVar("Form", bound=BaseModel)


def no_day(written: str) -> str:
    """That a date is of the right form and of no calendar, as 2026-02-30; nothing for anything else."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)(?![\d-])", written.strip())
    if match is None:
        return ""
    year, month, day = map(int, match.groups())
    if not 1 <= month <= len(calendar.month_name) - 1:
        return "is no date: a year has 12 months"
    days = calendar.monthrange(year, month)[1] if year else 0
    return f"is no date: {calendar.month_name[month]} {year} has {days} days" if days and not 1 <= day <= days else ""


class Reading:
    """A document, the templates, variables and people that it may name, and the problems found in it. Without a people
    file (`people` is None) it may name nobody."""

    def __init__(
        self,
        document: Document,
        templates: Templates,
        variables: Variables | None = None,
        people: People | None = None,
    ) -> None:
        self.document = document
        self.templates = templates
        self.people = people
        self.variables = variables or Variables()
        #: What was compiled already, by text and subject.
        self.conditions: dict[tuple[str, str], Condition] = {}
        self.problems: list[Problem] = []
        #: The first business duration that was read, and where.
        self.first_business: tuple[KeyPath, Duration] | None = None
        #: The policy's own fields, id to type: facts of every rule. Filled once their form is read.
        self.fields: Mapping[str, str] = {}

    def note(self, path: Sequence[str | int], message: str, allowed: str = "", suggestion: str = "") -> None:
        self.problems.append(self.document.problem(path, message, allowed, suggestion))

    def note_key(self, path: Sequence[str | int], message: str, allowed: str = "", suggestion: str = "") -> None:
        """As `note`, with the caret under the key that `path` ends in."""
        place = self.document.key_at(path)
        self.problems.append(self.document.problem(path, message, allowed, suggestion, node=place))

    def form(self, model: type[Form], path: Sequence[str | int]) -> Form | None:
        """The node at `path` as a form, or None with its problems noted."""
        try:
            return validate(self.document, model, path)
        except DocumentError as error:
            self.problems.extend(error.problems)
            return None

    def text(self, path: KeyPath) -> str | None:
        """A text that is not empty."""
        node = self.document.at(path)
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.strip():
            return node.value
        self.note(path, f"{shown(node)} stands here, where text is wanted")
        return None

    def duration(self, path: KeyPath, allowed: str = ALLOWED) -> Duration | None:
        node = self.document.at(path)
        written = str(node.value) if isinstance(node, Scalar) and node.value is not None else ""
        try:
            duration = parse_duration(written)
        except ValueError:
            self.note(path, f"{shown(node)} is no duration", allowed, nearest_duration(written))
            return None
        if duration.is_business and self.first_business is None:
            self.first_business = (path, duration)
        return duration

    def positive_duration(self, path: KeyPath, allowed: str = ALLOWED) -> Duration | None:
        duration = self.duration(path, allowed)
        if duration and duration.amount <= 0:
            self.note(path, f'"{duration}" does not look ahead: the amount is 1 or more')
            return None
        return duration

    def date(self, path: KeyPath) -> dt.date | None:
        node = self.document.at(path)
        try:
            return dt.date.fromisoformat(str(node.value) if isinstance(node, Scalar) else "")
        except ValueError:
            written = str(node.value) if isinstance(node, Scalar) else ""
            self.note(path, f"{shown(node)} {no_day(written) or 'is no date'}", "a day of the calendar as 2026-12-25")
            return None

    def word(self, path: KeyPath, words: type[Word], what: str) -> Word | None:
        """One of an enum's values; `what` names it: `"boss" is no role`."""
        node = self.document.at(path)
        names = [word.value for word in words]
        if isinstance(node, Scalar) and node.value in names:
            return words(str(node.value))
        found = str(node.value) if isinstance(node, Scalar) else ""
        self.note(path, f"{shown(node)} is no {what}", in_words(names, found), closest(found, names))
        return None

    def words(self, path: KeyPath, words: type[Word], what: str) -> tuple[Word, ...]:
        """One or a list of an enum's values, each at most once."""
        paths = self.each(path)
        found = [self.word(inner, words, what) for inner in paths]
        for index, word in enumerate(found):
            if word is not None and word in found[:index]:
                self.note(paths[index], f'"{word}" is here twice')
        if not paths:
            self.note(path, f"an empty list, where a {what} is wanted", in_words(word.value for word in words))
        return tuple(dict.fromkeys(word for word in found if word is not None))

    def each(self, path: KeyPath) -> list[KeyPath]:
        """The paths of a list's items; a single value is a list of one."""
        node: Node = self.document.at(path)
        return [(*path, index) for index in range(len(node.items))] if isinstance(node, ListNode) else [path]

    def template(self, path: KeyPath, *, is_title: bool = False) -> str | None:
        """A template's name that exists; a title's begins with `title-` and no other's does."""
        name = self.text(path)
        if name is None:
            return None
        fitting = sorted(known for known in self.templates.names() if known.startswith("title-") == is_title)
        if name not in fitting:
            what = "no template of a title" if is_title else "no template of a text"
            what = (
                what if name in self.templates.names() else "no template that ships, and none in templates/ beside it"
            )
            self.note(path, f'"{name}" is {what}', in_words(fitting, name), closest(name, fitting))
            return None
        return name

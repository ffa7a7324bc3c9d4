"""The part of JQL that the sandbox understands, from text to a test over tickets.

Clauses joined by AND and OR, without brackets, over project, labels, key or id, reporter, creator, assignee, status
category, updated and created, whether there is a security level, and an ORDER BY. Everything else, entity properties
among it, is refused with 400 as Jira refuses what it does not know: never ignored, since a clause that is passed over
gives too much.

https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TypeVar

from connectors.sandbox.jira_query import Context, Query, Test

_TOKEN = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(>=|<=|!=|[=<>(),])|([^\s"'=<>!(),]+))""")
_RELATIVE = re.compile(r"([+-]?\d+)([wdhm])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_MOMENTS = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
_TIMES = frozenset({"updated", "updateddate", "created", "createddate"})
_WORDS = frozenset({"project", "labels", "key", "issuekey", "id", "issue", "reporter", "creator", "assignee"})
_KEYS = frozenset({"key", "issuekey", "id", "issue"})
_PEOPLE = frozenset({"reporter", "creator", "assignee"})
_KNOWN = _TIMES | _WORDS | {"statuscategory", "level"}
_SORTS = {"created": "created", "createddate": "created", "updated": "updated", "updateddate": "updated", "key": "key"}


_T = TypeVar("_T")


class JqlError(ValueError):
    """A query that Jira would refuse; its arguments are sentences for the answer."""


def parse_jql(text: str, context: Context) -> Query:
    """Raises JqlError for what is not understood, and, by a strict context, for all that is named and not there."""
    query = _Parser(_tokens(text), context).query()
    if context.is_strict and query.missing:
        raise JqlError(*query.missing)
    return query


def _not_there(field: str, value: str) -> str:
    if field not in _KEYS:
        return f"The value '{value}' does not exist for the field '{field}'."
    if value.isdigit():
        return f"An issue with ID '{value}' does not exist for the field '{field}'."
    return f"An issue with key '{value}' does not exist for field '{field}'."


def _tokens(text: str) -> list[tuple[str, str]]:
    """(kind, text): `word`, `quoted` or `op`."""
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise JqlError(f"Error in the JQL Query: the character '{text[at:].strip()[:1]}' is not expected here.")
        double, single, operator, word = match.groups()
        quoted = double if double is not None else single
        if quoted is not None:
            found.append(("quoted", re.sub(r"\\(.)", r"\1", quoted)))
        else:
            found.append(("op", operator) if operator else ("word", word))
        at = match.end()
    return found


class _Parser:
    """One query, read from left to right."""

    def __init__(self, tokens: list[tuple[str, str]], context: Context) -> None:
        self._tokens = tokens
        self._context = context
        self._at = 0
        self._missing: list[str] = []

    def query(self) -> Query:
        """Clauses that all have to be met, or several such groups of which one has to be: AND binds closer than OR."""
        groups: list[list[Test]] = []
        while self._tokens[self._at :] and not self._is_word("order"):
            if not groups or self._take_word("or"):
                groups.append([])
            elif not self._take_word("and"):
                raise JqlError(f"Error in the JQL Query: expecting 'AND' or 'ORDER BY' but got '{self._peek()[1]}'.")
            groups[-1].append(self._clause())
        tests = tuple(groups[0]) if len(groups) == 1 else ()
        if len(groups) > 1:
            tests = (lambda indexed: any(all(test(indexed) for test in group) for group in groups),)
        return Query(tests, self._order(), tuple(self._missing))

    # --- clauses ------------------------------------------------------------------------------

    def _clause(self) -> Test:
        kind, name = self._next("a field")
        field = name.casefold()
        if kind == "op" or field not in _KNOWN:
            raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
        operator = self._operator()
        if field in _TIMES:
            return self._time_test(field, operator)
        if field == "level":
            return self._level_test(operator)
        if operator not in {"=", "!=", "in", "not in"}:
            raise JqlError(f"The operator '{operator}' is not supported by the '{name}' field.")
        values = self._list() if operator.endswith("in") else [self._value()]
        test = self._word_test(field, values)
        return (lambda indexed: not test(indexed)) if operator in {"!=", "not in"} else test

    def _operator(self) -> str:
        kind, text = self._next("an operator")
        if kind == "op" and text not in "(),":
            return text
        if kind == "word" and text.casefold() == "in":
            return "in"
        if kind == "word" and text.casefold() == "not" and self._take_word("in"):
            return "not in"
        if kind == "word" and text.casefold() == "is":
            return "is not" if self._take_word("not") else "is"
        raise JqlError(f"Error in the JQL Query: expecting an operator but got '{text}'.")

    def _list(self) -> list[str]:
        self._expect("(")
        values = [self._value()]
        while self._peek() == ("op", ","):
            self._at += 1
            values.append(self._value())
        self._expect(")")
        return values

    def _value(self) -> str:
        kind, text = self._next("a value")
        if kind == "op":
            raise JqlError(f"Error in the JQL Query: expecting a value but got '{text}'.")
        if kind == "word" and self._peek() == ("op", "("):
            self._at += 1
            self._expect(")")
            if text.casefold() != "currentuser":
                raise JqlError(f"Unable to find JQL function '{text}()'.")
            return self._context.account
        return text

    def _word_test(self, field: str, values: list[str]) -> Test:
        if field == "project":
            projects = self._named(field, values, self._context.project_of)
            return lambda indexed: indexed.ticket.container in projects
        if field in _KEYS:
            uids = self._named(field, values, self._context.uid_of)
            return lambda indexed: indexed.ticket.uid in uids
        if field in _PEOPLE:
            people = self._named(field, values, self._context.person_of)
            if field == "assignee":
                return lambda indexed: not people.isdisjoint(indexed.ticket.assignees)
            return lambda indexed: indexed.ticket.reporter in people
        if field == "labels":
            folded = {value.casefold() for value in values}  # Jira's index keeps labels in small letters
            return lambda indexed: not folded.isdisjoint(map(str.casefold, indexed.labels))
        names = {"to do": "new", "in progress": "indeterminate"}
        categories = {names.get(value.casefold(), value.casefold()) for value in values}
        return lambda indexed: indexed.ticket.category in categories

    def _named(self, field: str, values: list[str], find: Callable[[str], _T | None]) -> set[_T]:
        """What the values name; for each that names nothing a sentence is kept."""
        found: set[_T] = set()
        for value in values:
            named = find(value)
            if named is None:
                self._missing.append(_not_there(field, value))
            else:
                found.add(named)
        return found

    def _level_test(self, operator: str) -> Test:
        if operator not in {"is", "is not"} or not self._take_word("empty"):
            raise JqlError(f"The operator '{operator}' is not supported by the 'level' field here.")
        return lambda indexed: bool(indexed.ticket.level) is (operator == "is not")

    def _time_test(self, field: str, operator: str) -> Test:
        moment = self._moment(field, self._value())
        tests: dict[str, Callable[[dt.datetime], bool]] = {
            ">=": lambda at: at >= moment,
            ">": lambda at: at > moment,
            "<=": lambda at: at <= moment,
            "<": lambda at: at < moment,
        }
        if operator not in tests:
            raise JqlError(f"The operator '{operator}' is not supported by the '{field}' field here.")
        test = tests[operator]
        if field.startswith("updated"):
            return lambda indexed: test(indexed.updated_at)
        return lambda indexed: test(indexed.ticket.created_at)

    def _moment(self, field: str, text: str) -> dt.datetime:
        """A date with or without minutes in UTC, epoch milliseconds, or a span from now such as -5m."""
        relative = _RELATIVE.fullmatch(text)
        if relative:
            return self._context.now + dt.timedelta(**{_UNITS[relative[2]]: int(relative[1])})
        if text.isdigit():
            return dt.datetime.fromtimestamp(int(text) / 1000, dt.UTC)
        for form in _MOMENTS:
            try:
                return dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC)
            except ValueError:
                continue
        raise JqlError(
            f"Date value '{text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
            "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
        )

    # --- order --------------------------------------------------------------------------------

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self._take_word("order"):
            return ()
        if not self._take_word("by"):
            raise JqlError("Error in the JQL Query: expecting 'BY' after 'ORDER'.")
        order: list[tuple[str, bool]] = []
        while True:
            _, name = self._next("a field to order by")
            if name.casefold() not in _SORTS:
                raise JqlError(f"Not able to sort using field '{name}'.")
            is_descending = self._take_word("desc")
            if not is_descending:
                self._take_word("asc")
            order.append((_SORTS[name.casefold()], is_descending))
            if self._peek() != ("op", ","):
                break
            self._at += 1
        if self._tokens[self._at :]:
            raise JqlError(f"Error in the JQL Query: '{self._peek()[1]}' is not expected here.")
        return tuple(order)

    # --- tokens -------------------------------------------------------------------------------

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self, what: str) -> tuple[str, str]:
        token = self._peek()
        if token[0] == "end":
            raise JqlError(f"Error in the JQL Query: expecting {what} before the end of the query.")
        self._at += 1
        return token

    def _expect(self, operator: str) -> None:
        if self._next(f"'{operator}'") != ("op", operator):
            raise JqlError(f"Error in the JQL Query: expecting '{operator}'.")

    def _is_word(self, word: str) -> bool:
        kind, text = self._peek()
        return kind == "word" and text.casefold() == word

    def _take_word(self, word: str) -> bool:
        is_there = self._is_word(word)
        self._at += is_there
        return is_there

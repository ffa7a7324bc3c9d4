"""What happened in a test, as the `expect:` of that test would say it: to be read, and pasted if it is right. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from worker.rehearsal.happening import Happening
from worker.rehearsal.trial.people import called
from worker.rehearsal.trial.result import TrialResult


def recorded(result: TrialResult) -> Iterator[str]:
    """The lines of the block, as YAML; everything that is looked at, with its moment."""
    if not result.seen:
        yield "expect: []"
        return
    yield "expect:"
    for one in result.seen:
        yield f"  - {{{', '.join(_pairs(result, one))}}}"


def _pairs(result: TrialResult, one: Happening) -> Iterator[str]:
    at = one.at.astimezone(result.file.policy.calendar.zone)
    yield f"at: {at:%Y-%m-%d %H:%M}"
    people = [_plain(called(person)) for person in one.asks]
    if one.verb == "open":
        yield f"open: {one.what}"
        if one.title and one.what == "action":
            yield f"on: {_plain(result.name_of(one))}"
        return
    if one.verb == "remind":
        yield f"remind: {people[0] if len(people) == 1 else _list(people)}"
        people = []
    else:
        yield f"{one.verb}: {_plain(one.what)}"
    yield f"on: {_plain(result.name_of(one))}"
    if people:
        yield f"asks: {_list(people)}"


def _list(words: list[str]) -> str:
    return f"[{', '.join(words)}]"


def _plain(text: str) -> str:
    """A word as it may stand in a flow mapping."""
    is_plain = bool(text) and all(char.isalnum() or char in " ._-/#" for char in text) and text[0].isalnum()
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return text if is_plain else f'"{escaped}"'

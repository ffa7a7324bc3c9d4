"""Draws pages from what is told of a case. Pure: the text is data, escaped by the template and masked here (P11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rules.verdicts.sentences import Line, Mark
from worker.explaining import Explained, RuleTold
from worker.logs import Mask

#: What is read aloud of a mark, and shown of it.
SIGNS = {
    Mark.YES: ("✓", "as asked"),
    Mark.NO: ("✗", "not as asked"),
    Mark.NOW: ("→", "now"),
    Mark.WAITS: ("…", "later"),
    Mark.PLAIN: ("·", ""),
}
_TEMPLATES = ("layout.html", "case.html", "cases.html", "sentence.html")


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in the list."""

    ref: str
    title: str
    phase: str
    next_look: str

    @property
    def path(self) -> str:
        return case_path(self.ref)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line as it is shown, with those below it."""

    line: Line
    below: tuple[_Shown, ...]

    @property
    def sign(self) -> str:
        return SIGNS[self.line.mark][0]

    @property
    def said(self) -> str:
        return SIGNS[self.line.mark][1]


def case_path(ref: str) -> str:
    """Where a case's page is; a `#` in a ticket's key would else be the browser's."""
    return f"/cases/{quote(ref, safe='')}"


def draw_case(explained: Sequence[Explained], mask: Mask) -> str:
    """The page of the cases that a ticket belongs to."""
    told = [
        {
            "one": one,
            "to_do": [effect for effect in one.case.effects if not effect.held],
            "applying": [(rule, _tree(rule)) for rule in one.rules if rule.speaks],
            "others": [(rule, _tree(rule)) for rule in one.rules if not rule.speaks],
        }
        for one in explained
    ]
    return _draw("case.html", mask, told=told, title=mask.text(explained[0].case.failure) if explained else "")


def draw_cases(listed: Sequence[Listed], mask: Mask) -> str:
    """The list of all cases."""
    return _draw("cases.html", mask, listed=listed, title="Cases")


def draw_sentence(sentence: str, mask: Mask) -> str:
    """A page that says one thing: what is not there, or does not work."""
    return _draw("sentence.html", mask, sentence=sentence, title="Aftermath")


def _draw(name: str, mask: Mask, **values: object) -> str:
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(_sources()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Before it is escaped: a secret with an `&` in it would not be recognised afterwards.
        finalize=lambda value: mask.text(value) if type(value) is str else value,
    )
    return environment.get_template(name).render(values)


@cache
def _sources() -> dict[str, str]:
    return {name: (files("worker.pages") / name).read_text(encoding="utf-8") for name in _TEMPLATES}


def _tree(rule: RuleTold) -> tuple[_Shown, ...]:
    """The lines as a tree, without the rule's own."""
    return tuple(_below(list(rule.lines[1:]), 1))


def _below(lines: Sequence[Line], depth: int) -> Iterator[_Shown]:
    starts = [index for index, line in enumerate(lines) if line.depth == depth]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        yield _Shown(lines[start], tuple(_below(lines[start + 1 : end], depth + 1)))

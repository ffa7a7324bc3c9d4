"""Named Jinja2 templates that turn a view into finished Markdown.

Every value is escaped on its way in, unless it is `rules.views.Markdown`, which we composed from escaped
parts ourselves: forgetting a filter is harmless. Templates whose name begins with `title-` give plain
one-line titles instead. What a template can use is what `TextView` has; `check` finds anything else at
load, so that no text fails at two in the morning.

Templates come from the operator, never from a ticket. This module opens no files and reads no clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rules import texts
from rules.template_check import TemplateProblem, problems_in
from rules.variables import Variables
from rules.views import Markdown, TextView, TicketView

#: Templates of this name give titles: plain text in one line.
TITLE_PREFIX = "title-"
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


class TemplateRenderError(ValueError):
    """A template that cannot be rendered with this view; the text names the template, `reason` says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.reason = reason


class Templates:
    """Template sources by name (`overdue.md`). Equal and hashed by content; never changes."""

    __slots__ = ("_markdown", "_sources", "_titles")

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = tuple(sorted(sources.items()))
        self._markdown = _environment(dict(self._sources), _finished, _whole)
        self._titles = _environment(dict(self._sources), _untouched, _untouched)

    def render(self, name: str, view: TextView) -> str:
        """Finished Markdown, or a plain title. Raises TemplateRenderError, also for an unknown name."""
        is_title = name.startswith(TITLE_PREFIX)
        environment = self._titles if is_title else self._markdown
        values = {field: getattr(view, field) for field in TextView.__dataclass_fields__}
        try:
            text = environment.get_template(name).render(values)
        except TemplateError as error:
            raise TemplateRenderError(name, f"{type(error).__name__}: {error.message or name}") from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateRenderError(name, f"{type(error).__name__}: {error}") from error
        return texts.title_line(text) if is_title else _BLANK_LINES.sub("\n\n", text).strip()

    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self._sources)

    def source(self, name: str) -> str:
        """A template as written. Raises KeyError for an unknown name."""
        return dict(self._sources)[name]

    def check(self, variables: Variables | None = None) -> tuple[TemplateProblem, ...]:
        """Everything wrong that can be known at load: syntax, unknown variables, the policy's own (`vars`) among them,
        filters, includes.

        What looks right is rehearsed with the barest case there is, so that a template asks before it
        leans on a post-mortem, an owner or a date that may not be there.
        """
        problems: list[TemplateProblem] = []
        known = variables or Variables()
        bare = replace(_BARE, vars=known)
        for name, source in self._sources:
            problems += problems_in(name, source, self._markdown, known) or self._rehearse(name, bare)
        return tuple(problems)

    def _rehearse(self, name: str, bare: TextView) -> list[TemplateProblem]:
        try:
            self.render(name, bare)
        except TemplateRenderError as error:
            number = _line_of(error)
            absent = _absent_in(self.source(name).split("\n")[number - 1], error.reason)
            if absent:
                told = f'"{absent[1]}" may be nothing: put {{% if {absent[1]} %}} and {{% endif %}} around it'
                return [TemplateProblem(name, number, told, column=absent.start() + 1)]
            told = f"fails where the case has nothing yet: {error.reason}"
            return [TemplateProblem(name, number, told, column=1)]
        return []

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Templates) and self._sources == other._sources

    def __hash__(self) -> int:
        return hash(self._sources)

    def __repr__(self) -> str:
        return f"Templates({', '.join(name for name, _ in self._sources)})"


#: A case just begun, of which nothing is known: what every template must be able to speak of.
_NO_TICKET = TicketView("", "", "", Markdown(""), "", "", "open")
_BARE = TextView(_NO_TICKET, _NO_TICKET, None, (), severity=3, generation=1, phase="active")


def _absent_in(line: str, reason: str) -> re.Match[str] | None:
    """Where a line asks something of a value that a case may not have, if that is why it fails."""
    asked = re.search(r"'None' has no attribute '(\w+)'", reason)
    places = re.finditer(rf"(?<![\w.])([a-z_]+)\.{asked[1]}\b", line) if asked else ()
    return next((place for place in places if getattr(_BARE, place[1], "") is None), None)


def _line_of(error: TemplateRenderError) -> int:
    """The template's line at which rendering ended: Jinja2 writes its own lines into the traceback."""
    trace = error.__cause__.__traceback__ if error.__cause__ else None
    line = 1
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _environment(sources: dict[str, str], finalize: Any, whole: Any) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        auto_reload=False,
        cache_size=-1,
    )
    # Only what reads well in a text: no clock, no randomness, no debugging aids.
    environment.globals.clear()
    for filter_name in ("random", "pprint", "xmlattr", "urlize", "safe", "tojson"):
        environment.filters.pop(filter_name, None)
    environment.filters["whole"] = whole
    environment.filters["in_a_row"] = texts.names_in_a_row
    environment.filters["within"] = texts.within
    return environment


def _finished(value: Any) -> Any:
    """What stands in the text for a value. Text of unknown making is a ticket's text."""
    if isinstance(value, Markdown | Undefined):
        return value
    if isinstance(value, bool | int):
        return str(value)
    return texts.escape(str(value))


def _untouched(value: Any) -> Any:
    return value if isinstance(value, Undefined) else str(value)


def _whole(value: str) -> Markdown:
    """The filter `whole`: up to 5,000 characters instead of 200."""
    return value if isinstance(value, Markdown) else texts.escape(value, texts.WHOLE_CHARACTERS_MAX)

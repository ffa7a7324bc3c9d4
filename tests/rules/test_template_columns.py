"""Each name in a template's tree knows its column, whatever stands before it, and each type its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from rules.template_columns import column_of, parsed
from rules.template_types import called
from rules.variables import Variables
from rules.views import Markdown, TicketView

#: As templates are read: lines of blocks leave nothing behind.
ENVIRONMENT = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
PIECES = (
    "plain text, {{ one }}", "\n", "  ", "\t{% if two %}", "{% endif %}", "{# a {{ comment }}\n b #}", "{%- if one -%}",
    "{{ one.two | upper }}", '{{ one["two"] ~ two }}', "{% raw %}{{ one }}\n{% endraw %}", "\r\n", "ünï",
    "{{ one\n   .three | join(attribute='two') }}", "{{- two -}}", "{% endif %}",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_each_name_stands_at_its_line_and_column(pieces: list[str]) -> None:
    source = "".join(pieces)
    opened = source.count("if two") + source.count("if one")
    source = source.replace("{% endif %}", "") + "{% endif %}" * opened
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for name in parsed(ENVIRONMENT, source, "a.md").find_all(nodes.Name):
        begins = column_of(name) - 1
        assert lines[name.lineno - 1][begins:].startswith(name.name)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (str, "string"),
        (Markdown, "Markdown"),
        (int, "int"),
        (bool, "bool"),
        (TicketView, "ticket"),
        (TicketView | None, "ticket or nothing"),
        (Sequence[str], "list of string"),
        (Sequence[TicketView], "list of ticket"),
        (Variables, "variables"),
    ],
    ids=str,
)
def test_a_type_has_a_name_for_people(kind: Any, words: str) -> None:
    assert called(kind) == words

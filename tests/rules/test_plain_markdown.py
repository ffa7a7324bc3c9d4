"""What is plainly written reads as the parser reads it, without the parser; all else stays the parser's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from rules.decide import decide
from rules.effects import OpenTicket
from rules.markdown import _BLOCKS as PARSER
from rules.plain_markdown import plain_blocks, plain_inline
from tests.rules.cases import PACK, a_case, a_failure, at

MANY = settings(max_examples=300, deadline=None)

LINES = st.sampled_from(
    """
|words here|1990 was better|12) twelfth|1. first|`code` first|**bold** first|*so* it is|/ack it is known|@ada knows
|- one|- **who:** Ada|- [ ] to do|- [x] done|* star|+ plus|-|- |--|- - -|-  two spaces|- 3. in it|- > in it|- # in it
|# Heading|## Below  |### C#|# closed #|####### seven|#no space|#\ttab|> said|> - in it|>no space|>|> # in it
| indented|    code|\ttab|~~~|```|---|===|***|___|<div>|<!-- hint|-->|[x]: /url|[x](y)|[ ] box|: y|a | b|--- | ---|\\\\
""".replace("\n", "").split("|")
)
ENDS = st.sampled_from(["\n", "\n", "\n\n", "  \n", "\\\n", "\n \t\n", "\n\n\n", ""])
WRITTEN = st.lists(st.tuples(LINES, ENDS).map("".join), max_size=9).map("".join)
ANYTHING = st.text("#>-*+_=`~<|:.[]()!&\\/1a \t\n\u3000\xa0\x0b\x0c\u2028é✅", max_size=24)


def parsed(text: str) -> list[Token]:
    return PARSER.parse(text, {})


def parsed_inline(source: str) -> list[Token]:
    tokens: list[Token] = []
    PARSER.inline.parse(source, PARSER, {}, tokens)
    return tokens


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("It grew.\nAnd grew.\n\nThen it fell.", id="paragraphs"),
        pytest.param("# What happened\nIt grew.\n## Below  \n", id="headings"),
        pytest.param("To do:\n- [ ] one\n- [x] two\n\n\nMore.\n\n* a\n* b\n", id="lists"),
        pytest.param("> Somebody said\n> so.\n\nYes.", id="quotes"),
        pytest.param("2026-03-02 was **late**.\n- 09:00 up\n# 2 Why", id="figures-and-marks"),
        pytest.param("- last\n ", id="a-last-line-of-spaces"),
        pytest.param("\n\n  \n# A\n\t\n", id="blank-lines"),
    ],
)
def test_plain_text_needs_no_parser(text: str) -> None:
    assert plain_blocks(text) == parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- a\n  - b", id="list-in-a-list"),
        pytest.param("- a\n\n- b", id="list-with-gaps"),
        pytest.param("- a\n* b", id="two-lists-without-a-gap"),
        pytest.param("- a\nb", id="words-that-belong-to-an-item"),
        pytest.param("> a\nb", id="words-that-belong-to-a-quote"),
        pytest.param("A\n---", id="underlined"),
        pytest.param("[x]: /url", id="a-link-defined"),
        pytest.param("a\n[x]: /url", id="a-link-as-if-defined"),
        pytest.param("    code", id="indented"),
        pytest.param("```\n# A\n```", id="fence"),
        pytest.param("<!-- # A -->", id="hidden"),
        pytest.param("| a |\n|---|", id="table"),
        pytest.param("1. a", id="numbered"),
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(text: str) -> None:
    assert plain_blocks(text) is None


@MANY
@given(st.one_of(WRITTEN, ANYTHING))
@example("a\n- b\n ")
@example("- a\n\n  \n\n# b")
def test_blocks_are_the_parsers_or_left_to_it(text: str) -> None:
    references: dict[str, Any] = {}
    assert plain_blocks(text) in (None, PARSER.parse(text, references))
    assert plain_blocks(text) is None or not references


@MANY
@given(st.text("ab1 .:/@#*_`~[]()<>!&;\\\n\u3000\xa0é✅\t-|'\"", max_size=20))
@example("")
@example(" spaces stay ")
def test_inline_text_is_the_parsers_or_left_to_it(source: str) -> None:
    assert plain_inline(source) in (None, parsed_inline(source))


def test_a_plain_line_is_one_piece_of_text() -> None:
    assert plain_inline("Add an alert (owner: @ada, due: 2026-04-01)!") is not None


def test_a_post_mortem_as_our_pack_opens_it_is_plain() -> None:
    """What most post-mortems begin as; a template that goes beyond it costs each look at a new one its time."""
    effects = decide(PACK, a_case(a_failure("sev1")), at("03-02 10:00")).effects
    bodies = [effect.body for effect in effects if isinstance(effect, OpenTicket)]
    assert bodies
    for body in bodies:
        assert plain_blocks(body) == parsed(body)

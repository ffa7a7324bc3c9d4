"""Cutting: what is left of a text that a tracker does not take whole, and what follows it, stays what it was."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.cutting import NOTE, cut

_PARSER = MarkdownIt("commonmark").enable("table")


@pytest.mark.parametrize(
    ("tail", "kept"),
    [
        pytest.param("see [the plan](https://x.example/a/b)", "see", id="link"),
        pytest.param("see [a [b] \\] c](https://x.example/(a)/b)", "see", id="link-with-brackets"),
        pytest.param("see ![the plan](https://x.example/a.png)", "see", id="image"),
        pytest.param("see [the long plan][reference]", "see", id="link-by-reference"),
        pytest.param("ask [Ada Lovelace](mention:ada)", "ask", id="mention"),
        pytest.param("ask @ada-lovelace-of-london", "ask", id="mention-by-name"),
        pytest.param("see https://x.example/abcdefghijklmnopqr", "see", id="address"),
        pytest.param("see <https://x.example/abcdefghijklmnop>", "see", id="address-in-brackets"),
        pytest.param("see acme/shop#12345678", "see", id="reference"),
        pytest.param("a <!-- hidden words of a template -->", "a", id="hidden-comment"),
        pytest.param("a <!-- hidden\n\nwords\n\nof a template -->", "a", id="hidden-comment-over-lines"),
        pytest.param("say `@name and [a](https://x.example/)`", "say", id="code-span"),
        pytest.param("say ``a ` @name``", "say", id="code-span-with-a-tick"),
    ],
)
def test_a_cut_never_goes_through_what_would_mean_something_else(tail: str, kept: str) -> None:
    for inside in range(len(kept), len(tail)):
        body = tail + " and more" * 40
        shortened = cut(body, inside + len(NOTE))
        assert shortened.startswith(kept)
        left = shortened.removesuffix(NOTE)
        assert shortened == left + NOTE
        assert "](" not in left or tail in left
        assert "@" not in left or tail in left
        assert "//" not in left or tail in left
        assert left.count("<!--") == left.count("-->")


def test_a_cut_takes_no_more_than_it_must() -> None:
    body = "One [link](https://x.example/) and some words. " * 100
    for limit in range(200, 300):
        assert limit - len("[link](https://x.example/)") - len(" and") <= len(cut(body, limit)) <= limit


@pytest.mark.parametrize(
    ("body", "end"),
    [
        pytest.param("```python\n" + "code @nobody [no](link)\n" * 100, "\n```", id="backticks"),
        pytest.param("~~~~\n" + "```\n" * 100, "\n~~~~", id="tildes"),
        pytest.param("> ```\n" + "> code\n" * 100, "", id="in-a-quote-that-ends-anyway"),
        pytest.param("- a\n  ```\n" + "  code\n" * 100, "", id="in-an-item-that-ends-anyway"),
        pytest.param("> ```\n" + "no code any more\n" * 100, "", id="ended-with-its-quote"),
    ],
)
def test_a_code_block_that_is_cut_is_closed(body: str, end: str) -> None:
    shortened = cut(body, 400)
    assert 350 < len(shortened) <= 400
    assert shortened.removesuffix(NOTE).endswith(end)
    assert _says_at_the_end_that_it_was_cut(shortened)


def test_html_that_is_cut_open_is_left_out() -> None:
    assert cut("a\n\n<pre>\n" + "\n\nb" * 100 + "</pre>", 200) == "a" + NOTE


@pytest.mark.parametrize("limit", range(len(NOTE), len(NOTE) + 30))
def test_a_code_block_for_which_there_is_no_room_is_left_out(limit: int) -> None:
    shortened = cut("a\n\n```python title=x\ncode\n" + "more\n" * 100, limit)
    assert len(shortened) <= limit
    assert _says_at_the_end_that_it_was_cut(shortened)


def test_a_code_block_that_is_closed_is_not_closed_again() -> None:
    assert cut("```\na\n```\n" + "word " * 100, 100).count("```") == 2


def test_one_endless_word_is_cut_through() -> None:
    assert cut("x" * 1_000, 200) == "x" * (200 - len(NOTE)) + NOTE


@pytest.mark.parametrize(
    "filling",
    [
        "[",
        "![a](b)",
        "[a](",
        "<!--",
        "```\n",
        "<a:",
        "\\",
        "a",
        "@",
        "> ",
        "- ",
        "[[]",
        "((((",
        "`",
        "``` a ` b ",
        "\n\n`",
    ],
)
def test_cutting_takes_no_time_worth_mentioning(filling: str) -> None:
    body = filling * (400_000 // len(filling))
    began = time.process_time()
    for limit in (1_000, 32_767, 65_536):
        assert len(cut(body, limit)) <= limit
    assert time.process_time() - began < 8


_PIECES = st.sampled_from(
    [
        "word ",
        "[a](https://x.example/)",
        "[A](mention:a)",
        "@name ",
        "\n",
        "\n\n",
        "```\n",
        "~~~\n",
        "> ",
        "- ",
        "    ",
        "`",
        "<!-- x -->",
        "# ",
        "1. ",
        "![i](https://x.example/i.png)",
        "[",
        "]",
        "\\",
        "```python\n",
    ]
)


@settings(deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=60).map("".join), st.integers(len(NOTE), 200))
def test_whatever_was_cut_the_note_is_a_paragraph_of_its_own(body: str, limit: int) -> None:
    """What follows the cut is nothing's part: neither code's, nor a comment's, nor a list's (P7)."""
    shortened = cut(body, limit)
    assert len(shortened) <= limit
    if shortened != body:
        assert _says_at_the_end_that_it_was_cut(shortened)
        whole = {str(link.attrGet("href")) for link in _links(_PARSER.parse(body))}
        assert {str(link.attrGet("href")) for link in _links(_PARSER.parse(shortened))} <= whole


def _says_at_the_end_that_it_was_cut(text: str) -> bool:
    tokens = _PARSER.parse(text)
    return tokens[-2].type == "inline" and tokens[-2].level == 1 and tokens[-2].content == NOTE.strip()


def _links(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or () if child.type == "link_open"]

"""Markdown to ADF: always a document that Jira takes, never an exception, nothing that people did not write."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from md_adf import validate_adf

from connectors.jira.adf import DEPTH_LIMIT, TEXT_LIMIT, adf_of, plain_adf, text_of
from connectors.jira.markdown import markdown_of
from connectors.sandbox.jira_adf import is_document

NASTY = [
    pytest.param("", id="nothing"),
    pytest.param(" \n\t\n ", id="white-space"),
    pytest.param("```\n```", id="empty-fence"),
    pytest.param("```python", id="open-fence"),
    pytest.param("- ", id="empty-item"),
    pytest.param("- [ ] \n- [x] ", id="empty-boxes"),
    pytest.param("- [ ] a\n  - [x] b\n    - c", id="nested-boxes"),
    pytest.param("> > > quoted\n> - [ ] box\n> | a | b |\n> |---|---|\n> | c | d |", id="quote-with-everything"),
    pytest.param("1. a\n   > b\n   # c\n   ---\n   | d | e |\n   |---|---|\n", id="item-with-everything"),
    pytest.param("| a | b |\n|:--|--:|\n| `x|y` | **z** |\n| only one |", id="table"),
    pytest.param("\u202eevil\u202c שלום مرحبا", id="right-to-left"),
    pytest.param("<script>alert(1)</script>\n\n<b>x</b> &lt; &amp;#60;", id="html"),
    pytest.param("<details><summary>x</summary>\n\n- y\n\n</details>", id="details"),
    pytest.param("@everyone @[~accountid:x] [~bob] {panel}", id="mentions-in-other-tongues"),
    pytest.param("\x00\x07\x1b[31m\ud800 a\u2028b", id="control-characters"),
    pytest.param("**a *b `c` d* e** ~~f~~ ***g***", id="marks-in-marks"),
    pytest.param("[**a** `b`](https://x.example/) ![i](https://x.example/i.png)", id="marks-in-links"),
    pytest.param("[a]: javascript:x\n\n[a] [b](<javascript:x>) ![c](data:text/html,x)", id="bad-links"),
    pytest.param("# \n## a\n###### b\n####### c", id="headings"),
    pytest.param("a  \nb\\\nc\nd", id="line-breaks"),
    pytest.param("[A](mention:557058:f58131cb-b67d)[B](mention:x)", id="mentions"),
    pytest.param("".join("  " * level + "- a\n" for level in range(60)), id="deep-list"),
    pytest.param("> " * 200 + "x", id="deep-quote"),
]


@pytest.mark.parametrize("text", NASTY)
def test_whatever_is_written_is_valid_adf(text: str) -> None:
    document = adf_of(text)
    result = validate_adf(document)
    assert result.valid, result.errors
    assert is_document(document)
    assert depth_of(document) <= 2 * DEPTH_LIMIT


@pytest.mark.parametrize("text", NASTY)
def test_no_word_is_lost_when_it_is_read_again(text: str) -> None:
    document = adf_of(text)
    words = {word for node in nodes_of(document) for word in re.findall(r"\w+", str(node.get("text", "")))}
    assert words <= set(re.findall(r"\w+", markdown_of(document)))


def test_a_text_of_60_000_characters_is_cut_to_what_jira_takes() -> None:
    document = adf_of("word " * 12_000)
    assert len(text_of(document)) <= TEXT_LIMIT
    assert "shortened here" in text_of(document)


def test_a_table_of_thousands_of_rows_takes_no_time_worth_mentioning() -> None:
    """The schema check of the converter would take minutes here; without it the whole text comes through."""
    document = adf_of("|a|b|\n|-|-|\n" + "|c|d|\n" * 4_000)
    assert document["content"][0]["type"] == "table"
    assert len(document["content"][0]["content"]) == 4_001


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x09;script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/relative",
        "mention:not/an/account",
    ],
)
def test_a_link_that_must_not_be_followed_is_text(href: str) -> None:
    document = adf_of(f"see [this]({href}) now")
    assert marks_of(document) == []
    assert text_of(document) == "see this now"


@pytest.mark.parametrize("href", ["https://x.example/a?b=c#d", "HTTP://x.example", "mailto:a@x.example"])
def test_a_link_to_a_page_or_an_address_stays(href: str) -> None:
    assert [mark["attrs"]["href"] for mark in marks_of(adf_of(f"[x]({href})"))] == [href]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        pytest.param("[Ana](mention:5b10ac8d)", [("5b10ac8d", "@Ana")], id="name"),
        pytest.param("[@Ana](mention:5b10ac8d)", [("5b10ac8d", "@Ana")], id="name-with-at"),
        pytest.param("[Ana *B.* C](mention:557058:f-1)", [("557058:f-1", "@Ana ")], id="marked-name-is-one-mention"),
        pytest.param("[A](mention:a), [B](mention:b)", [("a", "@A"), ("b", "@B")], id="two"),
        pytest.param("- [ ] ask [A](mention:a)", [("a", "@A")], id="in-a-box"),
        pytest.param("`[A](mention:a)`", [], id="not-in-code"),
        pytest.param("    [A](mention:a)", [], id="not-in-indented-code"),
        pytest.param("@A mention:a", [], id="not-by-name"),
    ],
)
def test_a_mention_is_made_of_a_mention_link_and_of_nothing_else(text: str, mentions: list[tuple[str, str]]) -> None:
    found = [node["attrs"] for node in nodes_of(adf_of(text)) if node["type"] == "mention"]
    assert [(attrs["id"], attrs["text"]) for attrs in found] == mentions


def test_line_breaks_stay_line_breaks_as_people_see_them() -> None:
    content = adf_of("one\ntwo\n\nthree")["content"]
    assert [node["type"] for node in content[0]["content"]] == ["text", "hardBreak", "text"]
    assert len(content) == 2


def test_a_plain_document_keeps_lines_and_paragraphs() -> None:
    assert plain_adf("a\nb\n\n\nc") == {
        "version": 1,
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [{"type": "text", "text": "a"}, {"type": "hardBreak"}, {"type": "text", "text": "b"}],
            },
            {"type": "paragraph", "content": [{"type": "text", "text": "c"}]},
        ],
    }


PIECES = st.sampled_from(
    [
        "- ",
        "- [ ] ",
        "1. ",
        "> ",
        "```\n",
        "`",
        "**",
        "_",
        "|",
        "|---|",
        "\n",
        "\n\n",
        "  ",
        "    ",
        "# ",
        "~~",
        "[",
        "]",
        "](mention:a)",
        "](https://x)",
        "](javascript:x)",
        "<b>",
        "<!--",
        "&#0;",
        "\\",
        "word",
        "é",
        "\t",
        "---\n",
        "![",
        "\r",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map("".join)))
def test_no_text_raises_or_makes_a_document_that_jira_refuses(text: str) -> None:
    document = adf_of(text)
    assert is_document(document), document
    assert validate_adf(document).valid
    assert depth_of(document) <= 2 * DEPTH_LIMIT
    assert isinstance(markdown_of(document), str)


def nodes_of(node: Any) -> list[dict[str, Any]]:
    found = [node]
    for child in node.get("content", ()):
        found += nodes_of(child)
    return found


def marks_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [mark for node in nodes_of(document) for mark in node.get("marks", ())]


def depth_of(node: dict[str, Any]) -> int:
    return 1 + max((depth_of(child) for child in node.get("content", ())), default=0)

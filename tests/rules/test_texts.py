"""Text from tickets stays text; our own mentions and links are well-formed (P11)."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rules.texts import (
    TITLE_CHARACTERS_MAX,
    escape,
    letter_title,
    link,
    mention,
    names_in_a_row,
    shown_again,
    title_line,
)
from rules.views import Markdown

PARSER = MarkdownIt("gfm-like", {"linkify": False})
#: What GitHub looks for in the text that Markdown leaves: github.com/gjtorikian/html-pipeline and GFM's autolinks.
ALIVE = re.compile(
    r"@[A-Za-z0-9]|#\d|\bGH-\d|https?://|ftp://|\bwww\.|<!--|mention:|mailto:|\[~|(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,40}(?![0-9a-z])",
    re.IGNORECASE,
)
NASTY = [
    "@bob",
    "a@b.example",
    "me@acme/team",
    "\uff20bob",
    "#12",
    "acme/shop#1",
    "GH-1",
    "(gh-22)",
    "Fixes #3",
    "closes acme/shop#4",
    "https://evil.example",
    "HTTP://EVIL.EXAMPLE",
    "www.evil.example",
    "_www.evil.example",
    "ftp://x.example",
    "_https://x.example",
    "[x](http://evil.example)",
    "![x](http://evil.example/p.png)",
    "[x]: http://evil.example",
    "[x][y]",
    "[Bob](mention:bob)",
    "<https://evil.example>",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "<!-- aftermath/1 i=x -->",
    "&lt;b&gt;",
    "&#64;bob",
    "# heading",
    "## two",
    "Title\n===",
    "Title\n---",
    "---",
    "***",
    "___",
    "- item",
    "+ item",
    "* item",
    "1. one",
    "12) twelve",
    "- [ ] task",
    "> quote",
    "`code`",
    "```\ncode\n```",
    "~~~\ncode",
    "    indented code",
    "\tcode",
    "| a | b |\n|---|---|\n| c | d |",
    "a|b\n:-|-:",
    ":-",
    "**bold**",
    "_it_",
    "*it*",
    "__b__",
    "~~gone~~",
    "~gone~",
    "$x^2$",
    "$$x$$",
    "[^1]",
    "[^1]: note",
    "[~bob]",
    "{panel}",
    "!image.png!",
    "line  \nbreak",
    "line\\\nbreak",
    "\\",
    "\\\\",
    "a\\",
    "\\@bob",
    "`",
    "c0ffee1234",
    "a1b2c3d",
    "x a1b2c3d y",
    "javascript:alert(1)",
    "mailto:a@b.example",
    "\u202egnp.exe",
    "a\u2066b",
    "\x00\x1b[31m",
    "\ufeffx",
    "@\u200bbob",
    "@\u00adbob",
    "\ud800",
    "\u2028# x",
    "\x85# x",
    "\U000e0041tag",
    "/cancel",
    "/ack x",
    ":tada:",
    "",
]


def _text_of(markdown: str) -> str:
    """The words of a text that must be one plain paragraph, wherever it stands in a line."""
    tokens = PARSER.parse(f"{markdown}\n")
    if not markdown:
        return ""
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    return "".join(child.content for child in children)


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_nasty_text_comes_out_as_words_only(text: str) -> None:
    shown = _text_of(escape(text))
    assert not ALIVE.search(shown)
    assert not ALIVE.search(escape(text))


@given(st.text(max_size=300) | st.lists(st.sampled_from(NASTY), max_size=6).map("".join))
@example("0.\n")
@example("0000000000A")
@example("a" * 199 + "@b")
def test_any_text_comes_out_as_its_own_words(text: str) -> None:
    markdown = escape(text, 10_000)
    shown = _text_of(markdown)
    assert not ALIVE.search(shown)
    assert not ALIVE.search(markdown)
    kept = [
        char for char in text if char in "\u200c\u200d" or unicodedata.category(char)[0] not in "CZ" or char.isspace()
    ]
    visible = "".join(char for char in kept if not char.isspace())
    assume("](mention:" not in visible)  # of those the names alone are left
    assert "".join(shown.replace("\u200b", "").split()) == "".join(visible.split()) or _has_unassigned(text)


MENTIONS = [
    ("Ask [Ana B.](mention:557058:f-1) first", "Ask Ana B. first"),
    ("[Ana](mention:a), [Ben](mention:b)", "Ana, Ben"),
    ("[A[Every](mention:a)body](mention:b)", "[AEverybody](mention:b)"),
    ("[Ana\u200b](mention\u200b:a)", "Ana"),
    ("[ - Ana](mention:a)", "- Ana"),
    ("[Ana](mention: a)", "[Ana](mention: a)"),
]


@pytest.mark.parametrize(("text", "shown"), MENTIONS, ids=[ascii(text) for text, _ in MENTIONS])
def test_of_a_mention_in_a_value_its_name_is_left(text: str, shown: str) -> None:
    """Whom a person mentioned in a tracker's text is not mentioned again by us (P11)."""
    assert _text_of(escape(text)).replace("\u200b", "") == shown
    assert "(mention:" not in escape(text)


@pytest.mark.parametrize("text", ["[[a](mention:b)](mention:c)", "[" * 9 + "a" + "](mention:b)" * 9])
def test_a_title_has_no_mention_in_it_however_deep(text: str) -> None:
    assert title_line(text) == "a"


SHOWN_AGAIN = [
    ("Thanks, [Ana B.](mention:557058:f-1)!", "Thanks, Ana B.!"),
    ("[Ana](<mention:a>)", "[Ana]\u200b(<\u200bmention:a>)"),
    ("[A[Every](mention:a)body](mention:b)", "[AEverybody]\u200b(mention:b)"),
    ("[Ana](https://x.example/)", "[Ana](https://x.example/)"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN_AGAIN, ids=[text for text, _ in SHOWN_AGAIN])
def test_what_a_person_wrote_mentions_nobody_when_it_is_shown_again(text: str, shown: str) -> None:
    assert shown_again(text) == shown


def _has_unassigned(text: str) -> bool:
    """Characters newer than this Python are kept, which the sum above leaves out."""
    return any(unicodedata.category(char) == "Cn" for char in text)


@given(st.text(max_size=100), st.text(max_size=100))
def test_two_values_side_by_side_are_still_words_only(one: str, other: str) -> None:
    tokens = PARSER.parse(f"Told by {escape(one)}, {escape(other)}: yes\n")
    assert {child.type for child in tokens[1].children or []} <= {"text", "text_special"}
    assert len(tokens) == 3


@pytest.mark.parametrize(
    "frame", ["{}", "- {}", "> {}", "## {}", "**{}**", "[{}](https://our.example)", "| {} | b |\n|---|---|"], ids=repr
)
@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_a_value_cannot_change_what_stands_around_it(frame: str, text: str) -> None:
    def bones(value: str) -> list[str]:
        flat = [inner for token in PARSER.parse(frame.format(value)) for inner in (token, *(token.children or []))]
        return [token.type for token in flat if not token.type.startswith("text")]

    assert bones(escape(f"x{text}x")) == bones("harmless")
    if escape(text):
        assert bones(escape(text)) == bones("harmless")


def test_a_long_text_is_cut_where_it_gets_too_long() -> None:
    assert escape("x" * 60_000) == "x" * 199 + "…"
    assert len(escape("*" * 60_000, 5_000)) == 2 * 4_999 + 1


def test_what_fits_exactly_is_not_cut() -> None:
    assert escape("x" * 200) == "x" * 200


def test_joiners_that_languages_need_stay() -> None:
    assert escape("می\u200cخواهم 👩\u200d💻") == "می\u200cخواهم 👩\u200d💻"


TITLES = [
    ("one line\nonly", "one line only"),
    ("ask @bob", "ask @\u200bbob"),
    ("see #12", "see #\u200b12"),
    ("`code` *stays* <b>", "`code` *stays* <b>"),
    ("\x1b[31mred\x00", "[31mred"),
    ("\u202eevil", "evil"),
]


@pytest.mark.parametrize(("text", "title"), TITLES, ids=[ascii(text) for text, _ in TITLES])
def test_a_title_is_one_plain_line_that_mentions_nobody(text: str, title: str) -> None:
    assert title_line(text) == title


@given(st.text(max_size=400), st.integers(10, 255))
def test_a_title_fits_and_is_the_same_when_made_twice(text: str, limit: int) -> None:
    title = title_line(text, limit)
    assert len(title) <= limit
    assert title_line(title, limit) == title


@given(st.text(alphabet="@#a ", max_size=600))
def test_a_title_full_of_signs_still_fits(text: str) -> None:
    title = title_line(text, 100)
    assert len(title) <= 100
    assert not re.search(r"[@#](?!\u200b)", title)


LETTER_TITLES = [
    ("Checkout is down (again), since 9:30", "Checkout is down (again), since 9:30"),
    ("[P1] a_b fails", "(P1) a_b fails"),
    ("[Log in](https://evil.example/x)", "(Log in)(https:\u200b//evil.\u200bexample/x)"),
    ("www.evil.example, v1.2", "www.\u200bevil.\u200bexample, v1.2"),
    ("<!channel> @ada", "\u2039!\u200bchannel\u203a @\u200bada"),
    ("**b** __i__ _i_ `c` ~s~ ||h|| | a__b", "\u2217\u2217b\u2217\u2217 i i 'c' \u223cs\u223c |h| | a_b"),
    ("&lt;b&gt; R&D", "&\u200blt;b&\u200bgt; R&\u200bD"),
]


@pytest.mark.parametrize(("text", "title"), LETTER_TITLES, ids=[text for text, _ in LETTER_TITLES])
def test_a_letter_s_title_is_only_read(text: str, title: str) -> None:
    """P11: a chat puts it into its own Markdown."""
    assert letter_title(text) == title


@given(st.text(alphabet="@[](){}<>#*_`~|!&:/.\\ab ", max_size=300))
def test_no_letter_s_title_holds_a_link_a_call_or_emphasis(text: str) -> None:
    title = letter_title(text)
    assert len(title) <= TITLE_CHARACTERS_MAX
    assert not re.search(r"[\[\]<>`*~\\]|://|\|\||[@#!](?=\w)|\b_|_\b|__", title)


MENTIONS = [
    ("Ada Lovelace", "ada", "[Ada Lovelace](mention:ada)"),
    (
        "Ada",
        "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077",
        "[Ada](mention:557058:f58131cb-b67d-43c7-b30d-6b58d40bd077)",
    ),
    ("", "ada", "[ada](mention:ada)"),
    ("x](http://evil.example)[y", "ada", "[x http:\u200b//evil.example y](mention:ada)"),
    ("Ada", "a) [b](c", "[Ada](mention:a%29%20%5Bb%5D%28c)"),
    ("Ada", "", "Ada"),
    ("*Ada*", "ada", r"[\*Ada\*](mention:ada)"),
]


@pytest.mark.parametrize(("name", "account", "markdown"), MENTIONS, ids=[f"{n} {a}" for n, a, _ in MENTIONS])
def test_a_mention_names_one_account_and_nothing_more(name: str, account: str, markdown: str) -> None:
    assert mention(name, account) == markdown


LINKS = [
    ("acme/shop", "https://github.example/acme/shop", "[acme/shop](https://github.example/acme/shop)"),
    ("OPS-1", "http://127.0.0.1:8080/browse/OPS-1?a=b&c=d#e", "[OPS-1](http://127.0.0.1:8080/browse/OPS-1?a=b&c=d#e)"),
    ("x", "https://a.example/(b) c<d>", "[x](https://a.example/%28b%29%20c%3Cd%3E)"),
    ("x", "javascript:alert(1)", "x"),
    ("x", "data:text/html,hi", "x"),
    ("x", "//evil.example", "x"),
    ("x", "https://", "x"),
    ("x", "https://user:secret@a.example", "x"),
    ("x", "https://[broken", "x"),
    ("x", "", "x"),
    ("", "https://a.example", ""),
]


@pytest.mark.parametrize(("text", "url", "markdown"), LINKS, ids=[url or "none" for _, url, _ in LINKS])
def test_a_link_leads_by_http_or_is_no_link(text: str, url: str, markdown: str) -> None:
    assert link(text, url) == markdown


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_link_is_one_link_whatever_it_is_made_of(text: str, path: str) -> None:
    made = link(text, f"https://a.example/{path}")
    types = [child.type for child in (PARSER.parse(f"x {made} y")[1].children or [])]
    assert set(types) <= {"text", "text_special", "link_open", "link_close"}
    assert types.count("link_open") == (1 if made.startswith("[") else 0)


ROWS = [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]


@pytest.mark.parametrize(("names", "row"), ROWS, ids=["none", "one", "two", "three"])
def test_names_stand_in_a_row(names: list[str], row: str) -> None:
    assert names_in_a_row(names) == row


def test_a_row_is_markdown_only_where_every_name_is() -> None:
    assert isinstance(names_in_a_row([mention("a", "a"), mention("b", "b")]), Markdown)
    assert not isinstance(names_in_a_row([mention("a", "a"), "b"]), Markdown)

"""Commands are read where a person gave them, and nowhere else."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.commands import KNOWN_COMMANDS, parse_commands
from rules.facts import Actor, ActorKind, Comment, Marker
from rules.markdown import TEXT_CHARACTERS_MAX

AT = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
ANA = Actor("ana", "Ana")


def comment(body: str, author: Actor = ANA, marker: Marker | None = None) -> Comment:
    return Comment("c1", AT, author, body, marker=marker)


def read(body: str) -> list[tuple[str, str, int]]:
    return [(found.name, found.argument, found.line) for found in parse_commands([comment(body)])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("/ack", [("ack", "", 0)], id="alone"),
        pytest.param("/ack we know, next word at 15:00", [("ack", "we know, next word at 15:00", 0)], id="argument"),
        pytest.param("/ACK now", [("ack", "now", 0)], id="upper-case"),
        pytest.param("   /ack", [("ack", "", 0)], id="three-spaces"),
        pytest.param("On it.\n/owner @ben", [("owner", "@ben", 1)], id="second-line-of-a-paragraph"),
        pytest.param("a\r\n\r\n/ack\r\n/due 5 days", [("ack", "", 2), ("due", "5 days", 3)], id="windows-lines"),
        pytest.param("/ack\n\n/ack", [("ack", "", 0), ("ack", "", 2)], id="twice"),
        pytest.param("/same-as acme/shop#7", [("same-as", "acme/shop#7", 0)], id="hyphen"),
        pytest.param("/frobnicate it", [("frobnicate", "it", 0)], id="unknown-is-returned-too"),
        pytest.param("# Title\n/ack", [("ack", "", 1)], id="below-a-heading"),
        pytest.param("> quoted\n\n/ack", [("ack", "", 2)], id="after-a-quote"),
        pytest.param("`code` and\n/ack", [("ack", "", 1)], id="after-closed-inline-code"),
        pytest.param("a ` b\n/ack", [("ack", "", 1)], id="a-backtick-without-its-other"),
        pytest.param("a <!-- b\n/ack", [("ack", "", 1)], id="a-comment-without-its-end"),
        pytest.param("\u00a0\n/ack", [("ack", "", 1)], id="invisible-first-line-counts"),
        pytest.param("<b>x</b>\n\n/ack", [("ack", "", 2)], id="after-html"),
    ],
)
def test_a_command_is_a_line_that_begins_with_its_name(body: str, expected: list[tuple[str, str, int]]) -> None:
    assert read(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("see /ack", id="in-the-middle-of-a-line"),
        pytest.param("```\n/ack\n```", id="fence"),
        pytest.param("~~~text\n/ack\n", id="fence-never-closed"),
        pytest.param("    /ack", id="indented-code"),
        pytest.param("`a\n/ack\nb`", id="inline-code-over-lines"),
        pytest.param("``a ` b\n/ack\nb``", id="inline-code-of-two-backticks"),
        pytest.param("text <!-- \n/ack\n--> text", id="comment-within-a-paragraph"),
        pytest.param("> /ack", id="quote"),
        pytest.param("> quoted\n/ack", id="lazy-line-of-a-quote"),
        pytest.param("- /ack", id="bullet"),
        pytest.param("- a\n/ack", id="lazy-line-of-a-bullet"),
        pytest.param("1. /ack", id="numbered"),
        pytest.param("| a |\n|---|\n/ack", id="table-row"),
        pytest.param("<div>\n/ack\n</div>", id="html-block"),
        pytest.param("<!--\n\n/ack\n\n-->", id="hidden-comment"),
        pytest.param("<blockquote>\n\n/ack\n\n</blockquote>", id="html-quote"),
        pytest.param("<pre>\n\n/ack\n\n</pre>", id="html-code"),
        pytest.param("# /ack", id="heading"),
        pytest.param("/ack\n---", id="underlined-heading"),
        pytest.param("\\/ack", id="escaped"),
        pytest.param("/usr/bin/env python", id="path"),
        pytest.param("/etc", id="folder"),
        pytest.param("/tmp is full", id="folder-in-a-sentence"),
        pytest.param("/2", id="fraction"),
        pytest.param("/x", id="one-letter"),
        pytest.param("/" + "a" * 22, id="longer-than-a-name"),
        pytest.param("/ack, and so on", id="punctuation"),
        pytest.param("//ack", id="two-slashes"),
        pytest.param("/ſnooze 5 days", id="a-letter-that-only-looks-the-part"),
        pytest.param("a" * TEXT_CHARACTERS_MAX + "\n/ack", id="beyond-what-is-read"),
    ],
)
def test_what_is_shown_quoted_or_a_path_is_no_command(body: str) -> None:
    assert read(body) == []


@pytest.mark.parametrize(
    "author", [Actor("ci", "CI", ActorKind.BOT), Actor("aftermath", "Aftermath", ActorKind.OURS)], ids=["bot", "ours"]
)
def test_only_people_give_commands(author: Actor) -> None:
    assert parse_commands([comment("/ack", author)]) == ()


def test_a_comment_with_our_marker_holds_no_commands() -> None:
    assert parse_commands([comment("/ack", marker=Marker("root.1", "key", "reminder"))]) == ()


def test_a_command_knows_its_comment_line_author_and_time_and_no_rights_yet() -> None:
    (found,) = parse_commands([comment("hello\n/ack")])
    assert (found.id, found.author, found.at, found.rights) == ("c1.1", ANA, AT, None)


@pytest.mark.parametrize("name", sorted(KNOWN_COMMANDS))
def test_every_known_command_can_be_given(name: str) -> None:
    assert read(f"/{name} x") == [(name, "x", 0)]


@given(st.text())
def test_no_text_raises(body: str) -> None:
    for found in parse_commands([comment(body)]):
        assert found.name == found.name.lower()


_LINES = st.lists(st.sampled_from(["/ack", "/snooze 5 days because", "text", "- a", "| a |", "> b", "", "# h", "<!--"]))


@given(_LINES)
def test_a_fence_around_any_text_silences_it(lines: list[str]) -> None:
    assert read("````\n" + "\n".join(lines) + "\n````") == []


@given(_LINES)
def test_a_quote_of_any_text_gives_no_command(lines: list[str]) -> None:
    assert read("\n".join(f"> {line}" for line in lines)) == []


def test_a_half_character_does_no_harm() -> None:
    assert read("/ack \ud83d") == [("ack", "\ufffd", 0)]


@pytest.mark.parametrize(
    "piece",
    [
        "/ack ",
        "/ack\n",
        "`\n/a",
        "``` ",
        "<!--\n/ack\n",
        "> ",
        "- ",
        "[",
        "![](",
        "*a_ ",
        "|a",
        "漢字/",
        "\U0001f525\n",
        "\\",
    ],
)
def test_60_000_characters_of_anything_are_read_in_well_under_a_second(piece: str) -> None:
    """The worst takes a third of one; a reader that is quadratic takes minutes."""
    body = ("/ack\n" + piece * 60_000)[:60_000]
    began = time.process_time()
    read(body)
    assert time.process_time() - began < 3


def test_of_a_restricted_comment_no_words_are_read_that_would_be_shown() -> None:
    """P14: `/action` would make a public title of them, `/thanks` and `/ack` a line. That they stand there is read, so
    that their writer can be told."""
    body = "/ack secret\n/action secret\n/thanks @ann for secret\n/due 2027-01-01"
    found = parse_commands([replace(comment(body), readers="team")])
    assert [(one.name, one.argument, one.line) for one in found] == [
        ("ack", "", 0),
        ("action", "", 1),
        ("thanks", "", 2),
        ("due", "2027-01-01", 3),
    ]
    assert all(one.is_restricted for one in found)

"""What people wrote reads the same in whatever format a tracker keeps it: Markdown, ADF or wiki text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from connectors.jira.adf import TEXT_LIMIT, adf_of
from connectors.jira.markdown import markdown_of
from connectors.jira.wiki import wiki_of
from connectors.jira.wiki_reading import markdown_of_wiki
from rules.action_items import read_action_items
from rules.commands import parse_commands
from rules.facts import Actor, Comment
from rules.policy import ItemWords
from tests.rules.action_items.elsewhere import EXPECTED, WORDS, text_of
from tests.rules.action_items.reviewed import POST_MORTEMS, Reviewed, reviewed

Way = Callable[[str], str]


def by_adf(markdown: str) -> str:
    return markdown_of(adf_of(markdown))


def by_wiki(markdown: str) -> str:
    return markdown_of_wiki(wiki_of(markdown))


WAYS = pytest.mark.parametrize("way", [by_adf, by_wiki])


@pytest.mark.skipif(not POST_MORTEMS.is_dir(), reason="no ../shared/data/postmortems beside the project")
@WAYS
@pytest.mark.parametrize("document", reviewed(), ids=lambda document: document.name.rpartition("__")[2])
def test_a_real_post_mortem_has_the_same_items_in_jira(document: Reviewed, way: Way) -> None:
    """One of them is longer than a description in Jira may be, by the spaces that line up its tables."""
    text = re.sub(" {3,}", "  ", document.text) if len(document.text) > TEXT_LIMIT else document.text
    assert len(text) <= TEXT_LIMIT
    assert read_action_items(way(text)) == read_action_items(document.text)


@WAYS
@pytest.mark.parametrize("name", EXPECTED)
def test_another_document_has_the_same_items_in_jira(name: str, way: Way) -> None:
    """But for a quote within a bullet, which Jira knows in neither format: its lines come back as the bullet's own."""
    words = WORDS.get(name, ItemWords())
    written = re.sub(r"(?m)^ +> .*$", "", text_of(name))
    assert read_action_items(way(written), words) == read_action_items(text_of(name), words)


def said(text: str) -> list[tuple[str, str]]:
    comment = Comment("c1", dt.datetime(2026, 11, 2, tzinfo=dt.UTC), Actor("ada", "Ada"), text)
    return [(command.name, command.argument) for command in parse_commands([comment])]


def paragraph(*texts: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text} for text in texts]}


def adf(*content: dict[str, Any]) -> str:
    return markdown_of({"version": 1, "type": "doc", "content": list(content)})


def block(kind: str, *content: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def bullets(*texts: str) -> dict[str, Any]:
    return block("bulletList", *(block("listItem", paragraph(text)) for text in texts))


HEADING = block("heading", {"type": "text", "text": "Action items"}, level=2)
#: What talks about a command, or shows a list, and means neither: in ADF and in wiki text.
LEFT_ALONE = {
    "code": (
        adf(HEADING, block("codeBlock", {"type": "text", "text": "/due Friday\n- [ ] Add it"})),
        "h2. Action items\n{code}\n/due Friday\n* [ ] Add it\n{code}",
    ),
    "code-that-nobody-closes": (
        adf(HEADING, block("codeBlock", {"type": "text", "text": "```\n/due Friday\n- [ ] Add it"})),
        "h2. Action items\n{noformat}\n/due Friday\n* [ ] Add it",
    ),
    "quote": (
        adf(HEADING, block("blockquote", paragraph("/due Friday"), bullets("Add it"))),
        "h2. Action items\n{quote}\n/due Friday\n* Add it\n{quote}\nbq. /due Friday",
    ),
    "panel": (
        adf(HEADING, block("panel", paragraph("/due Friday"), bullets("Add it"), panelType="info")),
        "h2. Action items\n{panel:title=For example}\n/due Friday\n* Add it\n{panel}\n{info}\n* Add it\n{info}",
    ),
    "comment-in-html": (
        adf(HEADING, paragraph("<!-- /due Friday"), paragraph("-->")),
        "h2. Action items\n<!-- /due Friday -->",
    ),
    "in-a-line": (adf(paragraph("Please write /due Friday")), "Please write /due Friday, or {{/due Friday}}"),
    "in-a-list": (adf(bullets("/due Friday")), "* /due Friday"),
    "in-a-table": (
        adf(block("table", block("tableRow", block("tableCell", paragraph("/due Friday"))))),
        "||Command||\n|/due Friday|",
    ),
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(one, id=f"{name}-{way}")
        for name, both in LEFT_ALONE.items()
        for way, one in zip(("adf", "wiki"), (both[0], markdown_of_wiki(both[1])), strict=True)
    ],
)
def test_what_is_shown_in_jira_and_not_meant_is_left_alone(text: str) -> None:
    assert said(text) == []
    assert read_action_items(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            adf(block("expand", paragraph("/due Friday"), HEADING, bullets("Add it"), title="More")), id="adf"
        ),
        pytest.param(
            markdown_of_wiki("{expand:title=More}\n/due Friday\n\nh2. Action items\n* Add it\n{expand}"), id="wiki"
        ),
    ],
)
def test_what_is_folded_in_jira_is_meant_all_the_same(text: str) -> None:
    assert said(text) == [("due", "Friday")]
    assert [item.text for item in read_action_items(text)] == ["Add it"]

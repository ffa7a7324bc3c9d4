"""ADF to Markdown: what people wrote in Jira, with its boxes, its commands and its code where they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.jira.adf import adf_of
from connectors.jira.markdown import markdown_of
from rules.action_items import read_action_items
from rules.commands import parse_commands
from rules.facts import Actor, Comment
from rules.texts import escape, shown_again, title_line


def doc(*content: Any) -> dict[str, Any]:
    return {"version": 1, "type": "doc", "content": list(content)}


def p(*content: Any) -> dict[str, Any]:
    return {"type": "paragraph", "content": [text(one) if isinstance(one, str) else one for one in content]}


def text(words: str, *marks: str, href: str = "") -> dict[str, Any]:
    made: list[dict[str, Any]] = [{"type": mark} for mark in marks]
    if href:
        made.append({"type": "link", "attrs": {"href": href}})
    return {"type": "text", "text": words, "marks": made}


def block(kind: str, *content: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


BREAK = {"type": "hardBreak"}


_ANA = "[Ana B. de C](mention:557058:f-1) ok"


@pytest.mark.parametrize(
    ("document", "markdown"),
    [
        pytest.param(None, "", id="nothing"),
        pytest.param("wiki *text*", "wiki *text*", id="a-string-as-it-is"),
        pytest.param(
            doc(p("/due 2026-01-02", BREAK, "/ack we_are_on it")), "/due 2026-01-02\n/ack we_are_on it", id="commands"
        ),
        pytest.param(
            doc(
                block(
                    "taskList", block("taskItem", text("a"), state="TODO"), block("taskItem", text("b"), state="DONE")
                )
            ),
            "- [ ] a\n- [x] b",
            id="boxes",
        ),
        pytest.param(
            doc(
                block(
                    "taskList",
                    block("taskItem", text("a"), state="TODO"),
                    block("taskList", block("taskItem", text("b"), state="DONE")),
                )
            ),
            "- [ ] a\n  - [x] b",
            id="nested-boxes",
        ),
        pytest.param(
            doc(p("- [ ] typed", BREAK, "- [x] by hand")), "- [ ] typed\n- [x] by hand", id="boxes-typed-as-text"
        ),
        pytest.param(
            doc(
                block("bulletList", block("listItem", p("a"), block("orderedList", block("listItem", p("b")), order=3)))
            ),
            "- a\n  3. b",
            id="list-in-list",
        ),
        pytest.param(
            doc(block("bulletList", block("listItem", p("a"), block("codeBlock", text("/cancel\n\nx"))))),
            "- a\n\n  ```\n  /cancel\n\n  x\n  ```",
            id="code-in-a-list",
        ),
        pytest.param(doc(block("codeBlock", text("/ack"), language="sh")), "```sh\n/ack\n```", id="code"),
        pytest.param(doc(block("codeBlock", text("```\n/ack"))), "````\n```\n/ack\n````", id="code-with-a-fence-in-it"),
        pytest.param(doc(p(text("x\n/ack", "code"))), "`x /ack`", id="code-span-on-one-line"),
        pytest.param(doc(p(text("`", "code"))), "`` ` ``", id="code-span-with-a-tick"),
        pytest.param(doc(block("panel", p("a"), p("/ack"), panelType="info")), "> a\n>\n> /ack", id="panel"),
        pytest.param(doc(block("blockquote", p("a", BREAK, "b"))), "> a\n> b", id="quote"),
        pytest.param(doc(block("heading", text("Plan"), level=2)), "## Plan", id="heading"),
        pytest.param(doc(block("heading", text("Plan"), level=True)), "# Plan", id="heading-of-no-level"),
        pytest.param(
            doc(
                block(
                    "table",
                    block("tableRow", block("tableHeader", p("Action")), block("tableHeader", p("Who"))),
                    block(
                        "tableRow",
                        block("tableCell", p("a|b"), p("c")),
                        block("tableCell", block("codeBlock", text("/x\ny"))),
                    ),
                    block("tableRow", block("tableCell", p("d"))),
                )
            ),
            "| Action | Who |\n| --- | --- |\n| a\\|b c | `/x y` |\n| d |  |",
            id="table",
        ),
        pytest.param(doc(p(block("mention", id="557058:f-1", text="@Ana B. de C"), " ok")), _ANA, id="mention"),
        pytest.param(doc(p(block("mention", id="5b1"))), "[5b1](mention:5b1)", id="mention-without-a-name"),
        pytest.param(doc(p(block("mention", text="@Ana"))), "@Ana", id="mention-without-an-account"),
        pytest.param(doc(p(block("mention"))), "@unknown", id="mention-of-nobody"),
        pytest.param(
            doc(p(block("mention", id="5b1", text="@[x](mention:y)\n`z`"))),
            "[x mention:y z](mention:5b1)",
            id="mention-with-a-name-full-of-tricks",
        ),
        pytest.param(
            doc(p(block("mention", id="a)[b](mention:c", text="@Ana"))), "@Ana", id="mention-with-an-account-of-tricks"
        ),
        pytest.param(
            doc(block("table", block("tableRow", block("tableCell", p(block("mention", id="5", text="@A|B")))))),
            "| [A B](mention:5) |\n| --- |",
            id="mention-in-a-table",
        ),
        pytest.param(doc(p(block("emoji", shortName=":tada:", text="🎉"))), "🎉", id="emoji"),
        pytest.param(doc(p(block("date", timestamp="1767312000000"))), "2026-01-02", id="date"),
        pytest.param(doc(p(block("status", text="DONE"))), "DONE", id="status"),
        pytest.param(doc(p(block("inlineCard", url="https://x.example/1"))), "https://x.example/1", id="card"),
        pytest.param(doc(block("expand", p("a"), title="More")), "**More**\n\na", id="expand"),
        pytest.param(doc(p(text("a ", "strong"), text("b", "em", "strike"))), "**a** ~~*b*~~", id="marks"),
        pytest.param(doc(p(text("x", href="https://x.example/(1)"))), "[x](https://x.example/%281%29)", id="link"),
        pytest.param(doc(p(text("x", href="javascript:alert(1)"))), "x", id="link-that-must-not-be-followed"),
        pytest.param(doc(block("rule"), block("novelty", p("a"))), "---\n\na", id="unknown-block"),
        pytest.param(doc(p(block("novelty", text("a")), "b")), "ab", id="unknown-inline"),
    ],
)
def test_adf_reads_as_markdown(document: Any, markdown: str) -> None:
    assert markdown_of(document) == markdown


ANA = block("mention", id="557058:f-1", text="@Ana B. de C")


def a_box(*content: Any) -> dict[str, Any]:
    return block("taskItem", *(text(one) if isinstance(one, str) else one for one in content), state="TODO")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(["Rotate the keys ", ANA], "Rotate the keys", id="at the end"),
        pytest.param([ANA, ": rotate the keys"], "rotate the keys", id="at the beginning"),
        pytest.param(["Rotate the keys (owner: ", ANA, ", due 2026-12-01)"], "Rotate the keys", id="named"),
        pytest.param(["Have ", ANA, " rotate the keys"], "Have Ana B. de C rotate the keys", id="in the sentence"),
    ],
)
def test_who_is_mentioned_in_a_box_owns_it(content: list[Any], words: str) -> None:
    (item,) = read_action_items(markdown_of(doc(block("taskList", a_box(*content)))))
    assert (item.owner, item.text) == ("557058:f-1", words)


def test_a_command_knows_whom_it_names() -> None:
    said = Comment("c1", dt.datetime(2026, 3, 2, tzinfo=dt.UTC), Actor("a", "A"), markdown_of(doc(p("/owner ", ANA))))
    (command,) = parse_commands([said])
    assert (command.name, command.argument) == ("owner", "[Ana B. de C](mention:557058:f-1)")


@pytest.mark.parametrize(
    "node",
    [
        ANA,
        block("mention", id="x", text="@](mention:mel)[Mel"),
        text("[Mel](mention:mel)"),
        text("[Mel]\\(mention:mel)"),
    ],
    ids=["a mention", "a name of tricks", "typed", "typed with a backslash"],
)
def test_nobody_whom_people_mention_is_mentioned_by_us(node: Any) -> None:
    """P11: shown again in an excerpt, in a value or in a title, a mention is a name."""
    read = markdown_of(doc(p("Ask ", node, "!")))
    assert "(mention:" in read
    for ours in (shown_again(read), escape(read), title_line(read)):
        assert not [one for one in _nodes(adf_of(ours)) if one["type"] == "mention"]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in node.get("content", ()):
        yield child
        yield from _nodes(child)


@pytest.mark.parametrize(
    "markdown",
    [
        "- [ ] add an alarm\n- [x] tell the others",
        "/ack we are on it\n/due 2026-12-01",
        "## Plan\n\n1. one\n2. two",
        "- a\n  - b\n    - c\n- d",
        "> quoted\n> /ack",
        "```sh\n/cancel\n- [ ] no box\n```",
        "| Action | Owner |\n| --- | --- |\n| a \\| b | `c` |",
        "**bold** and *thin* and `code` and [link](https://x.example/)",
        "text\n\n---\n\nmore",
    ],
)
def test_what_we_write_reads_the_same_when_it_comes_back(markdown: str) -> None:
    assert markdown_of(adf_of(markdown)) == markdown


@pytest.mark.parametrize(
    "node",
    [
        pytest.param({"type": ["table"], "content": [p("x")]}, id="type-is-a-list"),
        pytest.param(p({"type": "text", "text": "x", "marks": [None, {"type": ["em"]}]}), id="mark-type-is-a-list"),
        pytest.param({"type": "paragraph", "content": {"type": "text"}, "text": "x"}, id="content-is-an-object"),
    ],
)
def test_a_node_that_is_malformed_is_read_for_what_it_has(node: dict[str, Any]) -> None:
    assert markdown_of(doc(node, p("y"))).split()[-1] == "y"


def test_a_document_of_a_thousand_levels_is_read_for_its_text() -> None:
    node: dict[str, Any] = p("deep")
    for _ in range(5_000):
        node = {"type": "blockquote", "content": [node]}
    assert "deep" in markdown_of(doc(node))


NODES = st.recursive(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "hardBreak", "mention", "date", "media", "inlineCard", "emoji"])},
        optional={
            "text": st.one_of(st.text(max_size=8), st.integers(), st.none()),
            "attrs": st.one_of(
                st.none(), st.dictionaries(st.sampled_from(["id", "text", "url", "timestamp"]), st.text(max_size=5))
            ),
            "marks": st.one_of(
                st.none(), st.just([{"type": "code"}]), st.just([None, {"type": ["x"]}, {"type": "link"}])
            ),
        },
    ),
    lambda children: st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                [
                    "doc",
                    "paragraph",
                    "heading",
                    "bulletList",
                    "orderedList",
                    "listItem",
                    "taskList",
                    "taskItem",
                    "table",
                    "tableRow",
                    "tableCell",
                    "codeBlock",
                    "panel",
                    "expand",
                    "novelty",
                ]
            ),
            "content": st.one_of(st.lists(children, max_size=4), st.none(), st.text(max_size=3)),
            "attrs": st.one_of(
                st.none(), st.dictionaries(st.sampled_from(["level", "order", "state"]), st.integers() | st.none())
            ),
        }
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        NODES,
        st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)),
    )
)
def test_no_json_at_all_raises(value: Any) -> None:
    assert isinstance(markdown_of(value), str)

"""Wiki markup to Markdown: what people wrote in Jira Data Center, with its boxes, commands and code where they were."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.jira.wiki import wiki_of
from connectors.jira.wiki_reading import markdown_of_wiki
from rules.action_items import read_action_items
from rules.commands import parse_commands
from rules.facts import Actor, Comment
from rules.texts import escape, shown_again, title_line

POST_MORTEMS = Path(__file__).parents[3].parent / "shared" / "data" / "postmortems"
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    ("wiki", "markdown"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("/due 2026-01-02\n/ack we_are_on it", "/due 2026-01-02\n/ack we_are_on it", id="commands"),
        pytest.param("  /ack a\n\t/due b", "/ack a\n/due b", id="space-before-a-line-means-nothing"),
        pytest.param("h2. Plan\nh1.Other\n text", "## Plan\n\n# Other\n\ntext", id="headings"),
        pytest.param("* a\n** b\n*# c\n# d\n## e\n- f", "- a\n  - b\n  1. c\n1. d\n   1. e\n- f", id="lists"),
        pytest.param("*** a\n* b", "- a\n- b", id="list-that-begins-deep"),
        pytest.param("* a\ngoes on\n\nafter", "- a\n  goes on\n\nafter", id="item-that-goes-on"),
        pytest.param("# a\n# b\n\n# c", "1. a\n2. b\n\n1. c", id="numbers"),
        pytest.param("a\n* b\n||c||\nh2. d", "a\n\n- b\n\n| c |\n| --- |\n\n## d", id="blocks-without-empty-lines"),
        pytest.param("a\n----\nb", "a\n\n---\n\nb", id="rule"),
        pytest.param("a\n---\nb\n===\nc", "a\n\\---\nb\n\\===\nc", id="dashes-make-no-heading"),
        pytest.param("*a* _b_ -c- +d+ ??e?? {{f}}", "**a** *b* ~~c~~ d *e* `f`", id="marks"),
        pytest.param("_*a*_ (*b*), {*}c{*}d", "***a*** (**b**), **c**d", id="marks-in-marks-and-braces"),
        pytest.param("a*b 2 x 3 _x y-z -a", "a*b 2 x 3 _x y-z -a", id="no-marks"),
        pytest.param("a*b*c _d_ 2*3", "a\\*b\\*c *d* 2\\*3", id="stars-in-words-stay-stars"),
        pytest.param("**bold** --flag __init__", "**bold** --flag __init__", id="doubled-signs"),
        pytest.param("\\*a\\* \\_b\\_ \\{c\\} \\[d\\] \\!e! \\-", "\\*a\\* \\_b\\_ {c} \\[d\\] !e! -", id="escapes"),
        pytest.param("C:\\Users \\. \\", "C:\\Users \\\\. \\", id="backslashes"),
        pytest.param("a \\\\ b\\\\c", "a\nb\nc", id="line-breaks"),
        pytest.param("h1&#46; a &amp; b &#92;", "h1. a &amp; b \\\\", id="character-references"),
        pytest.param("{{a\\[0\\] &#123;b&#125; `c`}}", "`` a[0] {b} `c` ``", id="inline-code"),
        pytest.param("{{{}code{}}} x", "`code` x", id="inline-code-in-braces"),
        pytest.param("{{*a* [~b]}}", "`*a* [~b]`", id="nothing-means-anything-in-code"),
        pytest.param("{code}\n/ack\n{code}", "```\n/ack\n```", id="code"),
        pytest.param("{code:java|title=A.java}\nx\n{code}", "**A.java**\n\n```java\nx\n```", id="code-with-a-title"),
        pytest.param("{code:title=a|language=sql}x{code}", "**a**\n\n```\nx\n```", id="code-with-a-title-first"),
        pytest.param("{noformat}\n* a\n{code}\n{noformat}", "```\n* a\n{code}\n```", id="noformat"),
        pytest.param("{noformat:title=toml}\na\n{noformat}", "```toml\na\n```", id="noformat-of-ours"),
        pytest.param("{code:none}\na\n{code}", "```\na\n```", id="code-in-no-language"),
        pytest.param("{CODE}\na\n{Code}", "```\na\n```", id="code-in-capitals"),
        pytest.param("{code}\n```\n/ack\n{code}", "````\n```\n/ack\n````", id="code-with-a-fence-in-it"),
        pytest.param("{code}\n/ack", "```\n/ack\n```", id="code-without-an-end"),
        pytest.param("a {code}b{code} c", "a\n\n```\nb\n```\n\nc", id="code-in-a-line"),
        pytest.param("\\{code} a {code", "{code} a {code", id="no-code"),
        pytest.param("{{code}} and {{quote}}", "`code` and `quote`", id="names-of-macros-in-code"),
        pytest.param(
            "* a\n{code}\nb\n\nc\n{code}\nd\n* e", "- a\n\n  ```\n  b\n\n  c\n  ```\n\n  d\n- e", id="code-in-an-item"
        ),
        pytest.param("* {code}\nb\n{code}", "-\n\n  ```\n  b\n  ```", id="code-alone-in-an-item"),
        pytest.param("{quote}a\n\n* b{quote}\nc", "> a\n>\n> - b\n\nc", id="quote"),
        pytest.param("{quote}\na {panel}b{panel}\n{quote}", "> a\n>\n> > b", id="panel-in-a-quote"),
        pytest.param("{quote}\n/ack", "/ack", id="quote-without-an-end-is-none"),
        pytest.param("bq. a\nbq. b\nc", "> a\n> b\n\nc", id="quoted-lines"),
        pytest.param("{panel:title=A *b*|x=#fff}\n/ack\n{panel}", "> **A \\*b\\***\n>\n> /ack", id="panel"),
        pytest.param("{expand:title=More}\n/ack\n{expand}", "**More**\n\n/ack", id="expand"),
        pytest.param("{color:red}a{color} {anchor:x}b {other}c", "a b {other}c", id="colours-and-other-macros"),
        pytest.param(
            "||A||B||\n|c|[d|https://x.example/]|",
            "| A | B |\n| --- | --- |\n| c | [d](https://x.example/) |",
            id="table",
        ),
        pytest.param("|a\\|b|{{c}}|\n|d|", "| a\\|b | `c` |\n| --- | --- |\n| d |  |", id="table-without-a-head"),
        pytest.param("|a\nb|c|\n|d \\\\ e||", "| a b | c |\n| --- | --- |\n| d e |  |", id="cells-of-several-lines"),
        pytest.param(
            "|!a.png|width=3!|{code}b\nc{code}|", "| a.png | `b c` |\n| --- | --- |", id="images-and-code-in-cells"
        ),
        pytest.param("||a||b||\n||c|d|", "| a | b |\n| --- | --- |\n| c | d |", id="heads-of-rows"),
        pytest.param("|a|(/)|\n|b|(x)|", "| a | ✅ |\n| --- | --- |\n| b | ❌ |", id="icons"),
        pytest.param("f(x) (x)y (!)", "f(x) (x)y (!)", id="no-icons"),
        pytest.param(
            "[a|https://x.example/] [https://y.example/]", "[a](https://x.example/) <https://y.example/>", id="links"
        ),
        pytest.param(
            "[*a*|https://x.example/(b)|smart-link]", "[**a**](https://x.example/%28b%29)", id="link-with-more"
        ),
        pytest.param(
            "https://x.example/a_b_*c* (https://y.example/)",
            "https://x.example/a_b_*c* (https://y.example/)",
            id="bare-addresses",
        ),
        pytest.param(
            "[a|javascript:b] [c|file:///d]", "a (javascript:b) c (file:///d)", id="links-that-must-not-be-followed"
        ),
        pytest.param(
            "[^a.txt] [b|^c.txt] [#d] [OPS-1] [e|OPS-2]", "a.txt b (c.txt) #d OPS-1 e (OPS-2)", id="other-links"
        ),
        pytest.param("[a] [ ] [] [b c]", "[a] [ ] [] [b c]", id="brackets"),
        pytest.param(
            "!a.png|thumbnail! !https://x.example/b.png!", "a.png [b.png](https://x.example/b.png)", id="images"
        ),
        pytest.param("Hey! You! !important!", "Hey! You! !important!", id="no-images"),
        pytest.param("[~ada] [~accountid:5b:1-c]", "[ada](mention:ada) [5b:1-c](mention:5b:1-c)", id="mentions"),
        pytest.param(
            "[~jürgen m] [~a@x.example]",
            "[jürgen m](mention:jürgen%20m) [a@x.example](mention:a@x.example)",
            id="accents-spaces-mail",
        ),
        pytest.param(
            "[~a)(b] [~a{b`c]", "[a b](mention:a%29%28b) [a b c](mention:a%7Bb%60c)", id="mentions-full-of-tricks"
        ),
        pytest.param("[~] [~ ] \\[~ada]", "@unknown @unknown \\[~ada]", id="mentions-of-nobody"),
        pytest.param("## Plan\n- [ ] a", "## Plan\n\n- [ ] a", id="pasted-heading"),
        pytest.param("```sh\n/ack *a*\n```\nb", "```sh\n/ack *a*\n```\n\nb", id="pasted-fence"),
        pytest.param("> a\n> /ack", "> a\n> /ack", id="pasted-quote"),
        pytest.param("[a](https://x.example/) `b`", "[a](https://x.example/) `b`", id="pasted-link-and-code"),
        pytest.param(
            "<details> <!-- a <https://x.example/>", "\\<details> \\<!-- a <https://x.example/>", id="tags-are-text"
        ),
        pytest.param("a\r\nb\rc", "a\nb\nc", id="line-ends"),
        pytest.param("\ufdd00\ufdd1 \ud800", "0 \ufffd", id="characters-that-are-none"),
    ],
)
def test_wiki_markup_reads_as_markdown(wiki: str, markdown: str) -> None:
    assert markdown_of_wiki(wiki) == markdown


@pytest.mark.parametrize("value", [None, 1, {}, [], b"a"])
def test_what_is_no_text_reads_as_nothing(value: object) -> None:
    assert markdown_of_wiki(value) == ""


@pytest.mark.parametrize(
    ("wiki", "items"),
    [
        pytest.param("* [ ] a\n* [x] b\n** [X] c\n# [] d", [("a", 0), ("b", 1), ("c", 1), ("d", 0)], id="typed"),
        pytest.param("- [ ] a\n - [x] b", [("a", 0), ("b", 1)], id="with-dashes"),
        pytest.param("* \\[ \\] a\n* \\[x\\] b", [("a", 0), ("b", 1)], id="escaped"),
        pytest.param("* ☐ a\n* ☑ b\n* ☒ c", [("a", 0), ("b", 1), ("c", 1)], id="pasted"),
        pytest.param(
            "h2. Actions\n* (/) a thing\n* b thing", [("a thing", 1), ("b thing", 0)], id="ticks-under-actions"
        ),
        pytest.param("h2. What went well\n* (/) a thing\n* (x) b thing", [], id="ticks-elsewhere-are-no-boxes"),
        pytest.param(
            "h2. Actions\n||Action||Status||\n|a thing|(/)|\n|b thing|(x)|",
            [("a thing", 1), ("b thing", 0)],
            id="table",
        ),
        pytest.param(
            "{code}\n* [ ] a\n{code}\n{quote}* [ ] b{quote}{panel}* [ ] c{panel}", [], id="not-in-code-or-quotes"
        ),
        pytest.param("* [ ] a (owner: [~ada], due: 2026-12-01)", [("a", 0)], id="with-owner-and-date"),
    ],
)
def test_boxes_are_read_as_people_write_them(wiki: str, items: list[tuple[str, int]]) -> None:
    assert [(item.text, int(item.is_ticked)) for item in read_action_items(markdown_of_wiki(wiki))] == items


def test_an_owner_that_is_mentioned_is_known() -> None:
    (item,) = read_action_items(markdown_of_wiki("* [ ] Rotate the keys (owner: [~ada.l], due: 2026-12-01)"))
    assert (item.owner, item.due_on, item.text) == ("ada.l", dt.date(2026, 12, 1), "Rotate the keys")


@pytest.mark.parametrize(
    ("wiki", "commands"),
    [
        pytest.param("/due 2026-01-02", [("due", "2026-01-02")], id="alone"),
        pytest.param("Thanks!\n/ack on *it*", [("ack", "on **it**")], id="behind-a-line"),
        pytest.param("/owner [~ada]", [("owner", "[ada](mention:ada)")], id="of-somebody"),
        pytest.param("h2. A\n/cancel a\n||b||\n/help", [("cancel", "a"), ("help", "")], id="between-blocks"),
        pytest.param("{code}\n/cancel\n{code}", [], id="not-in-code"),
        pytest.param("{noformat}/cancel", [], id="not-in-code-without-an-end"),
        pytest.param("{quote}\n/cancel\n{quote}\nbq. /cancel\n{panel}\n/cancel\n{panel}", [], id="not-quoted"),
        pytest.param("* /cancel\n{{/cancel}}\n|/cancel|", [], id="not-in-lists-code-tables"),
        pytest.param("{color:red}/cancel this{color}", [("cancel", "this")], id="in-a-colour"),
    ],
)
def test_commands_are_read_where_people_give_them(wiki: str, commands: list[tuple[str, str]]) -> None:
    said = Comment("c1", dt.datetime(2026, 3, 2, tzinfo=dt.UTC), Actor("a", "A"), markdown_of_wiki(wiki))
    assert [(command.name, command.argument) for command in parse_commands([said])] == commands


@pytest.mark.parametrize(
    "wiki",
    [
        "Ask [~mel]!",
        "Ask [Mel](mention:mel)!",
        "Ask [Mel]\\(mention:mel)!",
        "Ask \\[Mel\\](mention:mel)!",
        "[M]: mention:m\n[M]!",
    ],
)
def test_nobody_whom_people_mention_is_mentioned_by_us(wiki: str) -> None:
    """P11: shown again in an excerpt, in a value or in a title, a mention is a name."""
    read = markdown_of_wiki(wiki)
    for ours in (shown_again(read), escape(read), title_line(read)):
        assert "[~" not in wiki_of(ours).replace("\\[", "")


# --- there and back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markdown",
    [
        "- [ ] add an alarm\n- [x] tell the others",
        "/ack we are on it\n/due 2026-12-01",
        "## Plan\n\n1. one\n2. two",
        "- a\n  - b\n    - c\n- d",
        "- [ ] a\n  - [x] b\n    1. c",
        "> quoted\n> /ack",
        "```sh\n/cancel\n- [ ] no box\n```",
        "```toml\n[a]\nb = {c}\n```",
        "```\n{noformat}\n```",
        "| Action | Owner |\n| --- | --- |\n| a \\| b | `c` |",
        "**bold** and *thin* and ~~gone~~ and `code` and [link](https://x.example/)",
        "un**believ**able and `a{b}` and `code` and x`y`z",
        "text\n\n---\n\nmore",
        "\\*no\\* \\[no\\] {no} !no.png! h1. no (x) -- snake_case",
        "[ada](mention:ada) and [a b](mention:a%20b)",
    ],
)
def test_what_we_write_reads_the_same_when_it_comes_back(markdown: str) -> None:
    assert markdown_of_wiki(wiki_of(markdown)) == markdown


@pytest.mark.skipif(not POST_MORTEMS.is_dir(), reason="no ../shared/data/postmortems beside the project")
def test_real_post_mortems_come_back_with_the_same_action_items() -> None:
    found = 0
    for path in sorted(POST_MORTEMS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        items = read_action_items(text)
        assert read_action_items(markdown_of_wiki(wiki_of(text))) == items, path.name
        found += len(items)
    assert found > 100


WORDS = st.sampled_from(
    [
        "the alarm",
        "a_b_c",
        "2026-01-02",
        "{code}",
        "[x]",
        "h1.",
        "bq.",
        "2 * 3",
        "it's",
        "C:\\x",
        "é",
        "(x)",
        "!",
        "#3",
        "|",
    ]
)
PLAIN = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: "word " + " ".join(words)).map(escape)
PHRASES = st.one_of(
    PLAIN,
    PLAIN.map(lambda text: f"**{text}**"),
    st.sampled_from(["`a[0]`", "`{b}`", "`code`", "~~gone~~", "*thin*", "https://x.example/a_b-c"]),
    PLAIN.map(lambda text: f"[{text}](https://x.example/a)"),
    st.sampled_from(["[ada](mention:ada)", "[x.y](mention:x.y)"]),
)
LINES = st.lists(PHRASES, min_size=1, max_size=3).map(" and ".join)
COMMANDS = st.sampled_from(["/due 2026-01-02", "/ack we are on it", "/owner [ada](mention:ada)", "/action a_b done"])
PARAGRAPHS = st.lists(st.one_of(LINES.map(lambda line: f"So {line}"), COMMANDS), min_size=1, max_size=3).map("\n".join)
HEADINGS = st.builds(lambda level, text: f"{'#' * level} {text}", st.integers(1, 6), PLAIN)
CODE = st.builds(
    lambda language, code: f"```{language}\n{code}\n```",
    st.sampled_from(["", "python", "toml", "sh"]),
    st.sampled_from(["x = {}", "- [ ] a\n\n/ack", "{quote}\n[~ada] *a*", "h1. x\n\\\\"]),
)
TABLES = st.lists(st.tuples(PHRASES, PHRASES), min_size=1, max_size=3).map(
    lambda rows: "| A | B |\n| --- | --- |\n" + "\n".join(f"| {one} | {other} |" for one, other in rows)
)


def _as_list(items: list[tuple[int, str, str]]) -> str:
    """Items of a depth each, none deeper than one below the item above."""
    lines: list[str] = []
    depth = 0
    for wanted, box, text in items:
        depth = min(wanted, depth + 1) if lines else 0
        lines.append("  " * depth + f"- {box}{text}")
    return "\n".join(lines)


LISTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["", "[ ] ", "[x] "]), LINES), min_size=1, max_size=5
).map(_as_list)
DOCUMENTS = st.lists(
    st.one_of(PARAGRAPHS, HEADINGS, CODE, TABLES, LISTS, LINES.map(lambda line: f"> {line}")), min_size=1, max_size=6
).map("\n\nThen.\n\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS)
def test_what_matters_survives_both_ways(markdown: str) -> None:
    """Headings, levels of lists, boxes, cells, code, links, mentions and commands; and once back, nothing changes."""
    again = markdown_of_wiki(wiki_of(markdown))
    assert _shape(again) == _shape(markdown)
    assert read_action_items(again) == read_action_items(markdown)
    assert _commands(again) == _commands(markdown)
    assert markdown_of_wiki(wiki_of(again)) == again


def _commands(markdown: str) -> list[tuple[str, str]]:
    said = Comment("c1", dt.datetime(2026, 3, 2, tzinfo=dt.UTC), Actor("a", "A"), markdown)
    return [(command.name, command.argument) for command in parse_commands([said])]


def _shape(markdown: str) -> list[object]:
    """Blocks with their levels, code as it stands, words, links."""
    shape: list[object] = []
    for token in MARKDOWN.parse(markdown):
        if token.type == "fence":
            shape.append(("code", token.info, token.content))
        elif token.type == "inline":
            shape.append((_words(token), [child.attrGet("href") for child in _links(token)]))
        elif token.type != "html_block" and token.type.endswith("_open") and not token.hidden:
            shape.append((token.type, token.tag))
    return shape


def _words(token: Token) -> str:
    shown = "".join("\n" if child.type == "softbreak" else child.content for child in token.children or ())
    return shown.replace("https://x.example/a_b-c", "")


def _links(token: Token) -> list[Token]:
    return [child for child in token.children or () if child.type == "link_open"]


# --- anything at all ---------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "* ", "** ", "# ", "- ", "[ ] ", "[x] ", "{code}", "{code:sql}", "{noformat}", "{quote}", "{panel:title=a}",
        "{{", "}}", "{panel}", "{expand}", "{color:red}", "{", "}", "|", "||", "\n", "\n\n", "h2. ", "bq. ", "----",
        "[", "]", "[~a]", "[~", "|", "[a|https://x]", "[b|~c]", "](mention:a)", "](https://x)", "](", "]:",
        "<mention:a>", "mention:a", "!a.png!", "\\", "\\\\", "(x)", "(/)", "*", "_", "-", "+", "^", "~", "??", "{*}",
        "&#91;", "&#93;", "&#40;", "```\n", "~~~", "> ", "<!--", "word", "é", "\t", "  ", "\r", "\ufdd0", "\ufdd1",
        "\ufdd2", "\ufdd3", "0", "https://x/", "{{{}", "{}}}", "[^f]", "[#a]", "&#109;ention:a",
    ]
)  # fmt: skip
ANY_WIKI = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_WIKI)
def test_no_text_raises_or_mentions_who_was_not_meant(wiki: str) -> None:
    read = markdown_of_wiki(wiki)
    mentions = [
        link
        for token in MARKDOWN.parse(read)
        for link in _links(token)
        if not str(link.attrGet("href")).lower().startswith(("http://", "https://", "mailto:"))
    ]
    assert all(str(link.attrGet("href")).startswith("mention:") for link in mentions)
    assert len(mentions) <= wiki.count("~")
    assert "\ufdd0" not in read
    assert "\ufdd3" not in read


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(["w{n}", " ", "\n", "* ", "|", "{{quote}", "*", "_", "[", "]", "h1. ", "(", "!", "\\", "bq. "])
    )
)
@example(["[", "|", "|", "w{n}", "]"])
def test_no_word_is_left_out(pieces: list[str]) -> None:
    wiki = "".join(piece.replace("{n}", str(number)) for number, piece in enumerate(pieces))
    words = [f"w{number}" for number, piece in enumerate(pieces) if piece == "w{n}"]
    read = markdown_of_wiki(wiki)
    assert [word for word in words if word not in read] == []


@pytest.mark.parametrize(
    "filling",
    [
        "[",
        "[[a]",
        "*a ",
        "_a_ ",
        "{",
        "{{",
        "{{a",
        "{{{}",
        "{quote}",
        "{quote}{panel}",
        "{code}",
        "{panel:",
        "!a.",
        "!a|",
        "|",
        "|a\n",
        "||a",
        "\\",
        "(x)",
        "&#1;",
        "<a",
        "h1. ",
        "bq. a\n",
        "* a\n",
        "*#-",
        "# a\n",
        "```\n",
        "~~~",
        "http://",
        "[~a]",
        "[a|",
        "]:",
        "](",
        "{*}",
        "{color:",
        "  ",
        "\n",
        "- [ ] a\n",
        "* {code}a{code}\n",
        "\\\\",
        "[a]:",
        "|[a|b]!c|d!",
        "?? ",
        "-a -b ",
        "`",
        "` `` ",
        "`a{{",
        "`a` {{",
    ],
)
def test_time_grows_with_the_text_and_not_faster(filling: str) -> None:
    seconds = []
    for length in (20_000, 80_000):
        began = time.process_time()
        markdown_of_wiki((filling * length)[:length])
        seconds.append(time.process_time() - began)
    assert seconds[1] < 8 * seconds[0] + 1

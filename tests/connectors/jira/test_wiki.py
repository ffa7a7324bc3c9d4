"""Markdown to wiki markup: Jira Data Center shows it as it was meant, and it does nothing that nobody wrote."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from connectors.jira.wiki import DEPTH_LIMIT, TEXT_LIMIT, plain_wiki, wiki_of
from connectors.jira.wiki_reading import markdown_of_wiki
from rules.texts import escape

TEXTS = Path(__file__).parents[2] / "rules" / "golden" / "texts"


@pytest.mark.parametrize(
    ("markdown", "wiki"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("# A\n\n###### b *c*", "h1. A\n\nh6. b _c_", id="headings"),
        pytest.param("a **b** *c* ~~d~~ `e`", "a *b* _c_ -d- {{e}}", id="marks"),
        pytest.param("***a***", "_*a*_", id="marks-in-marks"),
        pytest.param("**a **b** c**", "*a b c*", id="a-mark-in-itself-is-one"),
        pytest.param("un**believ**able", "un{*}believ{*}able", id="mark-in-a-word"),
        pytest.param("a`b`c", "a{{{}b{}}}c", id="code-in-a-word"),
        pytest.param("**a\nb**", "*a*\n*b*", id="mark-over-lines"),
        pytest.param("a\nb\n\nc", "a\nb\n\nc", id="lines-and-paragraphs"),
        pytest.param("a  \nb\\\nc<br>d", "a\nb\nc\nd", id="line-breaks"),
        pytest.param("- a\n  - b\n    1. c\n- d", "* a\n** b\n**# c\n* d", id="lists-in-lists"),
        pytest.param("1. a\n2. b", "# a\n# b", id="numbers"),
        pytest.param("- [ ] a\n- [x] b\n  - [X] c", "* \\[ \\] a\n* \\[x\\] b\n** \\[x\\] c", id="boxes"),
        pytest.param("- a\n\n  b\n\n- c", "* a\nb\n* c", id="an-item-of-two-paragraphs"),
        pytest.param(
            "- a\n  ```\n  b\n\n  c\n  ```\n- d", "* a\n{noformat}\nb\n\nc\n{noformat}\n* d", id="code-in-an-item"
        ),
        pytest.param("- a\n  > b\n  # c", "* a\nbq. b\n*c*", id="quote-and-heading-in-an-item"),
        pytest.param("- - a", "** a", id="a-list-alone-in-an-item"),
        pytest.param("```python\na = {}\n```", "{code:python}\na = {}\n{code}", id="code"),
        pytest.param("```py\nx\n```", "{code:python}\nx\n{code}", id="code-in-a-language-by-its-short-name"),
        pytest.param("```\n[~ada] *b*\n```", "{noformat}\n[~ada] *b*\n{noformat}", id="code-in-no-language"),
        pytest.param("```toml\nx\n```", "{noformat:title=toml}\nx\n{noformat}", id="code-that-jira-does-not-colour"),
        pytest.param("    a\n    b", "{noformat}\na\nb\n{noformat}", id="indented-code"),
        pytest.param("```\n```", "{noformat}\n\n{noformat}", id="empty-code"),
        pytest.param("```sh\n{code}\n```", "{noformat:title=sh}\n{code}\n{noformat}", id="code-about-code"),
        pytest.param("```\n{noformat}\n```", "{code:none}\n{noformat}\n{code}", id="code-about-noformat"),
        pytest.param(
            "```\n{code}{noformat}\n```",
            "{code:none}\n{\u200bcode}{noformat}\n{code}",
            id="code-about-both",
        ),
        pytest.param("> a\n>\n> - b\n> > c\n> > d", "{quote}\na\n\n* b\n\nbq. c\nbq. d\n{quote}", id="quotes"),
        pytest.param("a\n\n---\n\nb", "a\n\n----\n\nb", id="rule"),
        pytest.param(
            "| A | b |\n|---|---|\n| c \\| `d\\|e` | [f](https://x.example/) |\n| | g |",
            "||A||b||\n|c \\| {{d\\|e}}|[f|https://x.example/]|\n| |g|",
            id="table",
        ),
        pytest.param("<!-- hidden --> a <!-- b -->c", "a c", id="hidden-comments-are-hidden"),
        pytest.param("<!--\nhidden\n-->\n\na", "a", id="hidden-blocks-are-hidden"),
        pytest.param(
            "<details><summary>a</summary>\n\nb\n\n</details>\n\n<b>c</b>",
            "a\n\nb\n\n<b>c</b>",
            id="folds-are-laid-open",
        ),
    ],
)
def test_markdown_becomes_wiki_markup(markdown: str, wiki: str) -> None:
    assert wiki_of(markdown) == wiki


@pytest.mark.parametrize(
    ("markdown", "wiki"),
    [
        pytest.param("[a](https://x.example/?b=c#d)", "[a|https://x.example/?b=c#d]", id="page"),
        pytest.param("[a](mailto:b@x.example)", "[a|mailto:b@x.example]", id="mail"),
        pytest.param("<https://x.example/>", "[https://x.example/]", id="address"),
        pytest.param("https://x.example/a_b_-c.", "https://x.example/a_b_-c.", id="bare-address"),
        pytest.param("[a|b](https://x.example/a|b])", "[a\\|b|https://x.example/a%7Cb%5D]", id="bars-and-brackets"),
        pytest.param("[*a* `b`](https://x.example/)", "[_a_ {{b}}|https://x.example/]", id="marks-in-a-link"),
        pytest.param("![a](https://x.example/b.png)", "[a|https://x.example/b.png]", id="image"),
        pytest.param("![](https://x.example/b.png)", "[https://x.example/b.png]", id="image-without-words"),
        *(
            pytest.param(f"see [this]({href}) now", "see this now", id=href)
            for href in [
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                "java&#x09;script:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "//evil.example",
                "/relative",
                "mention:",
                "mention:not/an/account",
                "mention:a%5D%5B~b",
                "mention:a%0Ab",
                "mention:%20a",
                "mention:a%7Cb",
                "mention:%3Ca%3E",
                "mention:" + "a" * 129,
            ]
        ),
        pytest.param("<javascript:alert(1)>", "javascript:alert(1)", id="bad-address"),
        pytest.param("file:///etc ftp://x news:y", "file&#58;///etc ftp&#58;//x news&#58;y", id="addresses-in-text"),
        pytest.param("[a]: javascript:x\n\n[a]", "a", id="bad-link-by-reference"),
    ],
)
def test_only_pages_and_mail_can_be_followed(markdown: str, wiki: str) -> None:
    assert wiki_of(markdown) == wiki


@pytest.mark.parametrize(
    ("markdown", "wiki"),
    [
        pytest.param("[Ada Lovelace](mention:ada)", "[~ada]", id="name"),
        pytest.param("**[*Ada* L](mention:ada)**", "*[~ada]*", id="marked"),
        pytest.param("[A](mention:JIRAUSER10100)", "[~JIRAUSER10100]", id="as-jira-counts-them"),
        pytest.param("[A](mention:ada.love-lace_2)", "[~ada.love-lace_2]", id="signs"),
        pytest.param("[A](mention:ada%40x.example)", "[~ada@x.example]", id="mail-address"),
        pytest.param("[A](mention:j%C3%BCrgen%20m)", "[~jürgen m]", id="accents-and-spaces"),
        pytest.param("- [ ] ask [A](mention:a)", "* \\[ \\] ask [~a]", id="in-a-box"),
        pytest.param("a\\[A](mention:a)", "a\\[A\\](mention:a)", id="not-when-escaped"),
        pytest.param("`[A](mention:a)`", "{{\\[A\\](mention:a)}}", id="not-in-code"),
        pytest.param("<mention:a>", "mention:a", id="not-by-an-address"),
        pytest.param("@a [~a] [~accountid:a]", "@a \\[\\~a\\] \\[\\~accountid:a\\]", id="not-by-wiki-markup"),
        pytest.param("[[~a]](https://x.example/)", "[\\[\\~a\\]|https://x.example/]", id="not-in-a-links-words"),
        pytest.param("[a](https://x.example/[~b])", "[a|https://x.example/%5B~b%5D]", id="not-in-an-address"),
        pytest.param("\\\\[~a]", "&#92;\\[\\~a\\]", id="not-behind-a-backslash"),
        pytest.param("[&#126;a]", "\\[\\~a\\]", id="not-by-a-character-reference"),
    ],
)
def test_a_mention_is_made_of_a_mention_link_and_of_nothing_else(markdown: str, wiki: str) -> None:
    assert wiki_of(markdown) == wiki


@pytest.mark.parametrize(
    ("text", "wiki"),
    [
        pytest.param("{code} {color:red}x{color}", "\\{code\\} \\{color:red\\}x\\{color\\}", id="macros"),
        pytest.param("{{x}}", "&#123;&#123;x&#125;&#125;", id="code"),
        pytest.param("`code` `panel:x`", "{{{}code{}}} {{{}panel:x{}}}", id="a-macros-name-in-code"),
        pytest.param("`a{b}` `}`", "{{a&#123;b&#125;}} {{&#125;}}", id="braces-in-code"),
        pytest.param("`a  *b* c`", "{{a \\*b\\* c}}", id="marks-in-code"),
        pytest.param("!x.png! Hey! a!b", "\\!x.png! Hey! a!b", id="images"),
        pytest.param("a|b", "a\\|b", id="bars"),
        pytest.param("\\*a* \\_b_ -c- +d+ ^e^", "\\*a\\* \\_b\\_ \\-c\\- \\+d\\+ \\^e\\^", id="marks"),
        pytest.param("??a?? what?", "\\?\\?a\\?\\? what?", id="citations"),
        pytest.param("snake_case_x 2026-01-02 a - b 2*3 C#", "snake_case_x 2026-01-02 a - b 2*3 C#", id="no-marks"),
        pytest.param("a -- b --- c", "a \\-\\- b \\-\\-\\- c", id="dashes"),
        pytest.param("(x) (/) f(x) (see x)", "\\(x) \\(/) f\\(x) (see x)", id="icons"),
        pytest.param("C:\\Users\\x \\\\ a\\", "C:\\Users\\x &#92; a&#92;", id="backslashes"),
        pytest.param("a \\\\\\\\ b", "a &#92;&#92; b", id="no-line-break"),
        pytest.param("a &amp;lt; b & c", "a &amp;lt; b & c", id="character-references"),
        pytest.param("h1. a\nbq. b\nh2.c", "h1&#46; a\nbq&#46; b\nh2&#46;c", id="headings-and-quotes"),
        pytest.param("a h1. b", "a h1. b", id="no-heading-in-a-line"),
        pytest.param("\\# a\n\\- b\n\\* c\n\\## d", "\\# a\n\\- b\n\\* c\n\\## d", id="list-signs"),
        pytest.param("- \\# a\n- h1. b\n- \\- c", "* \\# a\n* h1&#46; b\n* \\- c", id="list-signs-in-items"),
        pytest.param("\\----", "\\-\\-\\-\\-", id="rule"),
        pytest.param("\\| a |", "\\| a \\|", id="table"),
        pytest.param("\\[a](https://x.example/)", "\\[a\\](https://x.example/)", id="link"),
        pytest.param("[x] [ ] [OPS-1] [^f]", "\\[x\\] \\[ \\] \\[OPS-1\\] \\[\\^f\\]", id="brackets"),
        pytest.param("<b onclick=x>&nbsp;", "<b onclick=x>\u00a0".strip(), id="html"),
    ],
)
def test_text_shows_as_it_was_meant(text: str, wiki: str) -> None:
    assert wiki_of(text) == wiki


def test_a_text_is_cut_to_what_jira_takes_with_a_word_about_it() -> None:
    wiki = wiki_of("word " * 12_000)
    assert TEXT_LIMIT - 100 < len(wiki) <= TEXT_LIMIT
    assert "shortened here" in wiki


@pytest.mark.parametrize(
    "filling",
    [
        pytest.param("[text](https://x.example/a/long/address) ", id="links"),
        pytest.param("[Ada Lovelace](mention:ada) ", id="mentions"),
        pytest.param("`code {a}` and ", id="code"),
        pytest.param("\\\\\\\\", id="characters-that-grow"),
        pytest.param("- [ ] a {b}\n", id="boxes"),
        pytest.param("| a | {b} |\n|---|---|\n| c | d |\n\n", id="tables"),
    ],
)
def test_a_cut_goes_through_nothing(filling: str) -> None:
    wiki = wiki_of(filling * (70_000 // len(filling)))
    assert 16_000 < len(wiki) <= TEXT_LIMIT
    assert re.sub(r"\\.", "", wiki).count("[") == re.sub(r"\\.", "", wiki).count("]")
    assert wiki.count("{{") == wiki.count("}}")
    assert wiki.rstrip("_").endswith("longer text)")


@pytest.mark.parametrize("opening", ["```python\n", "```\n", "> ```\n> "])
def test_code_that_is_cut_is_closed(opening: str) -> None:
    prefix = "> " if opening.startswith(">") else ""
    wiki = wiki_of(opening + f"{prefix}x = 1\n{prefix}".rstrip(" ") * 20_000)
    assert len(wiki) <= TEXT_LIMIT
    for macro in ("code", "noformat", "quote"):
        assert len(re.findall(rf"\{{{macro}[:}}]", wiki)) % 2 == 0
    assert "shortened here" in wiki.rpartition("}")[2]


def test_a_table_padded_with_spaces_is_not_cut_for_them() -> None:
    row = "| " + "a".ljust(500) + " | b |\n"
    assert wiki_of("| A | B |\n|---|---|\n" + row * 90).count("|a|b|") == 90


def test_lists_of_sixty_levels_keep_their_words() -> None:
    wiki = wiki_of("".join("  " * level + f"- w{level}\n" for level in range(60)))
    assert all(f" w{level}\n" in wiki + "\n" for level in range(49))
    assert max(len(signs) for signs in re.findall(r"^\*+", wiki, re.MULTILINE)) == DEPTH_LIMIT


def test_what_cannot_be_understood_is_shown_line_by_line() -> None:
    assert plain_wiki("# a\n[~b] {c}\n\nh1. d") == "\\# a\n\\[\\~b\\] \\{c\\}\n\nh1&#46; d"
    assert len(plain_wiki("{\n" * 40_000)) <= TEXT_LIMIT


@pytest.mark.parametrize("filling", ["[", "[a](", "*a_ ", "`", "> ", "- ", "|", "\\", "![", "<a ", "**a", "&#1;", "]("])
def test_hostile_text_takes_seconds_at_the_worst(filling: str) -> None:
    began = time.process_time()
    assert len(wiki_of(filling * (TEXT_LIMIT // len(filling)))) <= TEXT_LIMIT
    assert time.process_time() - began < 20


PIECES = st.sampled_from(
    [
        "- ", "- [ ] ", "1. ", "> ", "```\n", "`", "**", "_", "|", "|---|", "\n", "\n\n", "  ", "    ", "# ", "~~",
        "[", "]", "](mention:a)", "](https://x)", "](javascript:x)", "<b>", "<!--", "-->", "&#0;", "\\", "word", "é",
        "\t", "---\n", "![", "\r", "[~a]", "{code}", "{quote}", "{", "}", "{{", "}}", "h1. ", "bq. ", "!a.png!",
        "\\\\", "(x)", "*", "-", "[~", "&#91;~a]", "|~a]", "https://x/", "mention:a", "\u200b", "{color:red}",
        "[^a]", "[#a]", "<mention:a>", "~",
    ]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map("".join))
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_TEXT)
def test_no_text_raises_or_mentions_or_begins_a_macro_that_was_not_meant(text: str) -> None:
    """P11. What Jira's renderer would see as a mention or a macro stands there for one in the Markdown."""
    wiki = wiki_of(text)
    assert len(wiki) <= TEXT_LIMIT
    outside = re.sub(r"\{(code|noformat)(?::[^}]*)?\}\n.*?\n\{\1\}", " ", wiki, flags=re.DOTALL)
    meant = [child.attrGet("href") for child in _inlines(text) if child.type == "link_open"]
    mentions = re.findall(r"(?<!\\)\[~", outside)
    assert len(mentions) <= sum(str(href).startswith("mention:") for href in meant)
    macros = set(re.findall(r"(?<!\\)(?<!\{)\{(\w[^{}]*)\}", outside))
    assert macros <= {"quote"}
    assert outside.count("{quote}") % 2 == 0
    assert not re.search(r"(?<!\\)\[(?:[^\]\\|]|\\.)*\|?(?:javascript|data|file):", outside, re.IGNORECASE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join)))
def test_a_value_in_our_texts_shows_its_words_and_does_nothing(text: str) -> None:
    """P11, for what stands in our templates: escaped for Markdown, and then written as wiki markup."""
    wiki = wiki_of(f"The title is {escape(text)}.")
    assert "\n" not in wiki
    assert not re.search(r"(?<!\\)[\[{]|(?<![\\\w])!(?=\w)", wiki)
    assert not re.search(r"(?<![\\\w&])[*_^](?=\w)", wiki)


@pytest.mark.parametrize("name", sorted(path.name for path in TEXTS.glob("*.md")))
def test_our_own_texts_come_back_with_the_same_words_links_and_mentions(name: str) -> None:
    text = (TEXTS / name).read_text(encoding="utf-8")
    again = markdown_of_wiki(wiki_of(text))
    assert _words(again) == _words(text)
    assert [child.attrGet("href") for child in _inlines(again) if child.type == "link_open"] == [
        child.attrGet("href") for child in _inlines(text) if child.type == "link_open"
    ]


def test_our_own_texts_are_there() -> None:
    assert len(list(TEXTS.glob("*.md"))) > 50


def _inlines(text: str) -> list[object]:
    return [child for token in MARKDOWN.parse(text) for child in token.children or ()]


def _words(text: str) -> list[str]:
    """All words that are shown, but for the names of mentions, which wiki markup does not keep."""
    words: list[str] = []
    in_mention = False
    for child in _inlines(text):
        if child.type == "link_open":
            in_mention = str(child.attrGet("href")).startswith("mention:")
        elif child.type == "link_close":
            in_mention = False
        elif not in_mention:
            words += child.content.split()
    return words

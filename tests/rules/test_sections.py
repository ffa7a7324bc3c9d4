"""A section is what stands under its heading, and is whole in itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rules.sections import closed, section
from rules.texts import shown_again

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LESSONS = ("Lessons learned", "What we learned")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("# Lessons learned\n\nTest backups.\n", "Test backups.", id="to-the-end"),
        pytest.param("# A\n\na\n\n# Lessons learned\nb\n\n# C\nc", "b", id="to-the-next-heading"),
        pytest.param("## Lessons learned\na\n### Detail\nb\n## C\nc", "a\n### Detail\nb", id="deeper-headings-belong"),
        pytest.param("## Lessons learned\na\n# C\nc", "a", id="a-higher-heading-ends-it"),
        pytest.param("Lessons learned\n---\na\n\nNext\n---\nb", "a", id="underlined"),
        pytest.param("## 💡 3. LESSONS   learned:\na", "a", id="emoji-number-case-colon"),
        pytest.param("## **Lessons learned** (draft)\na", "a", id="bold-and-remark"),
        pytest.param("## What we learned\na\n## Lessons learned\nb", "a", id="first-in-the-text"),
        pytest.param("## Lessons learned\n\n## Next", "", id="empty"),
        pytest.param("## Lessons for all\na", "", id="another-heading"),
        pytest.param("", "", id="no-text"),
        pytest.param("```\n# Lessons learned\na\n```", "", id="heading-in-code"),
        pytest.param("> # Lessons learned\n> a", "", id="heading-in-a-quote"),
        pytest.param(
            "# Lessons learned\n```\n# not a heading\n```\nb\n# C", "```\n# not a heading\n```\nb", id="fence"
        ),
        pytest.param("# Lessons learned\na\n<!-- hint\n\n-->\nb", "a\nb", id="hidden-block-left-out"),
        pytest.param("# Lessons learned\na <!-- hint --> b", "a  b", id="hidden-words-left-out"),
        pytest.param("# Lessons learned\n```\nopen", "```\nopen\n```", id="open-fence-is-closed"),
        pytest.param("# Lessons learned\n- ```\n  open", "- ```\n  open", id="open-fence-in-a-list-ends-with-it"),
        pytest.param("# Lessons learned\n~~~~\nx\n~~~", "~~~~\nx\n~~~\n~~~~", id="too-short-a-closing"),
    ],
)
def test_a_section_is_the_text_under_its_heading(body: str, expected: str) -> None:
    assert section(body, LESSONS) == expected


@given(st.text())
def test_no_text_raises(body: str) -> None:
    assert isinstance(section(body, LESSONS), str)


@given(st.text(alphabet="#ab>-<!* \n"))
def test_a_section_never_carries_a_hidden_comment(body: str) -> None:
    assert "marker" not in section(f"# Lessons learned\n\n{body}\n\n<!-- marker -->", LESSONS)


TRICKS = ("<!-- ", "-->", "<details>", "</details>", "<summary>", "<div a='", "<script>", "<?php", "<![CDATA[", "<pre>")
PIECES = (*TRICKS, "```", "~~~~", "\n", "\n\n", "- ", "> ", "    ", "word", "# ", "| a | b |\n|---|---|\n", "<br>")
AFTER = "With this the case is closed."


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("frame", ["{}", "a {}", "- {}", "> {}", "a\n{}", "<div>\n{}", "{}\n```", "<p>{}\n- ```"])
def test_nothing_that_follows_an_excerpt_is_swallowed(trick: str, frame: str) -> None:
    _assert_seen_below(frame.format(trick))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("<details>\n```\n</details>")
@example("- ```\n\n  <!--")
@example("<det<details>ails>")
@example("<br>\n<!-- ")
def test_nothing_that_follows_any_excerpt_is_swallowed(body: str) -> None:
    _assert_seen_below(body)


def _assert_seen_below(body: str) -> None:
    """What we say after the excerpt is a paragraph of its own, and no HTML but line breaks is left above it."""
    excerpt = closed(shown_again(section(f"# Lessons learned\n{body}", LESSONS)))
    tokens = READER.parse(f"{excerpt}\n\n{AFTER}")
    assert [token.type for token in tokens[-3:]] == ["paragraph_open", "inline", "paragraph_close"]
    assert (tokens[-2].content, tokens[-3].level) == (AFTER, 0)
    html = [one for token in tokens for one in (token, *(token.children or ())) if one.type.startswith("html")]
    assert not [one.content for one in html if re.search(r"<(?!br>)[a-z/!?]", one.content, re.IGNORECASE)]

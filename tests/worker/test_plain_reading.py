"""Markdown in a terminal: what a person reads, and where the links lead."""

from __future__ import annotations

import pytest

from worker.plain_reading import plain_reading

PAGE = "https://github.example/acme/shop/issues/4"


@pytest.mark.parametrize(
    ("markdown", "text", "addresses"),
    [
        pytest.param(f"- [acme/shop#4]({PAGE}) Alert", "- acme/shop#4 [1] Alert", [PAGE], id="a link"),
        pytest.param(f"[a]({PAGE}) [b](https://x.test) [c]({PAGE})", "a [1] b [2] c [1]", [PAGE, "https://x.test"],
                     id="each address has one number"),
        pytest.param(f"[{PAGE}]({PAGE}) <{PAGE}>", f"{PAGE} {PAGE}", [], id="an address that is shown"),
        pytest.param('![graph](https://x.test/a_(1).png "now")', "graph [1]", ["https://x.test/a_(1).png"],
                     id="a picture, parentheses"),
        pytest.param("See \\#3 and @\N{ZERO WIDTH SPACE}ben \\*once\\*", "See #3 and @ben *once*", [], id="escapes"),
        pytest.param("`[a](b) \\#`\n```\n[a](b)\n```", "`[a](b) \\#`\n```\n[a](b)\n```", [], id="code"),
    ],
)  # fmt: skip
def test_a_text_reads_as_words_with_its_addresses_below(markdown: str, text: str, addresses: list[str]) -> None:
    reading = plain_reading(markdown)
    assert "\n".join(line.text for line in reading.lines) == text
    assert list(reading.addresses) == addresses


@pytest.mark.parametrize(
    ("line", "text", "is_heading"),
    [
        ("**What we learned**", "What we learned", True),
        ("## What we learned", "What we learned", True),
        ("**Not** a heading", "**Not** a heading", False),
        ("#3 is no heading", "#3 is no heading", False),
    ],
)
def test_headings_lose_their_signs(line: str, text: str, is_heading: bool) -> None:
    (read,) = plain_reading(line).lines
    assert (read.text, read.is_heading) == (text, is_heading)

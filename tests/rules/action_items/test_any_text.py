"""Whatever people write, reading it raises nothing, says the same again, and takes twice as long for twice as much."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.action_items import _read, count_left_out, read_action_items
from rules.commands import parse_commands
from rules.facts import Comment
from rules.markdown import TEXT_CHARACTERS_MAX
from rules.policy import ItemWords
from tests.rules.action_items.elsewhere import GERMAN
from tests.rules.cases import ANN, BEGIN

WEIRD = st.sampled_from(
    [
        "\u202e",
        "\u200b",
        "\x00",
        "\ud800",
        "\u0661",
        "\u017f",
        "İ",
        "ß",
        "Ａ",
        "漢字",
        "עברית",
        "e\u0301",
        "\U0001f525",
        "\u2028",
    ]
)
WORDS = st.one_of(
    WEIRD,
    st.text(max_size=6),
    st.sampled_from(
        [
            "alert",
            "by Friday",
            "(done)",
            "@ben",
            "owner: Ben",
            "due: in 2 weeks",
            "12/3/2027",
            "#3",
            "**bold**",
            "`code`",
        ]
    ),
    st.sampled_from(
        ["[x](https://x.test)", "<!--", "-->", "|", "\\", "~~", "https://x.test/1", "{{", "Frist: 1.1.2027", ":"]
    ),
)
PHRASES = st.lists(WORDS, max_size=6).map(" ".join)
MARKS = st.sampled_from(["- ", "* ", "1. ", "2) ", "- [ ] ", "- [x] ", "  - ", "      - ", "\t- ", "> ", "> - ", "   "])
BLOCKS = st.one_of(
    st.tuples(MARKS, PHRASES).map("".join),
    PHRASES,
    st.tuples(
        st.sampled_from(["# ", "### ", "**", "- **"]), st.sampled_from(["Action items", "Maßnahmen", "Notes"])
    ).map("".join),
    st.sampled_from(
        ["## Action items", "Next steps:", "**Action item:** add it", "```", "~~~~", "<pre>", "</details>", "", "---"]
    ),
    st.lists(PHRASES, min_size=1, max_size=4).map(lambda cells: f"| {' | '.join(cells)} |"),
    st.sampled_from(["| Action | Owner | Due |\n|-|-|-|", "| | |\n|-|-|", "|-|-|", "Owner: Ben", "- Due: Friday"]),
    st.integers(1, 3_000).flatmap(lambda times: WORDS.map(lambda word: f"- {word}" * times)),
)
TEXTS = st.lists(BLOCKS, max_size=14).map("\n".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(TEXTS, st.sampled_from([ItemWords(), GERMAN]))
def test_no_text_raises_and_each_says_the_same_again(text: str, words: ItemWords) -> None:
    found = read_action_items(text, words)
    assert _read.__wrapped__(text, words) == (found, count_left_out(text, words))
    assert len({item.id for item in found}) == len(found)
    for item in found:
        assert item.text
        assert not (item.due_on and item.due_words)
    commands = parse_commands([Comment("1", BEGIN, ANN, text)])
    assert commands == parse_commands([Comment("1", BEGIN, ANN, text)])


def steps(work: Callable[[], object]) -> int:
    """How many functions are called for it, in Python and below."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


SHAPES = {
    "bullets": "- add an alert for number seven\n",
    "boxes": "- [ ] add an alert (@ben, by Friday)\n",
    "nested": "- a\n  - b\n    - c\n",
    "fields": "- a\n  - Owner: Ben\n  - Due: EOW\n",
    "rows": "| add an alert | @ben | in 2 weeks |\n",
    "headings": "### add it\nOwner: Ben\nDue: EOW\n\n",
    "labels": "**Action item:** add it\n\n",
    "words": "by by due by Friday, ",
    "lines": "add it\n",
}
LEADS = {"rows": "## Actions\n| What | Who | When |\n|-|-|-|\n", "words": "## Actions\n- "}


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_much_takes_twice_as_long(shape: str) -> None:
    """Counted, not timed: the steps for the second half are as many as those for the first."""
    lead, piece = LEADS.get(shape, "## Actions\n\n"), SHAPES[shape]

    def read(characters: int) -> int:
        body = lead + piece * (characters // len(piece))
        return steps(lambda: _read.__wrapped__(body, GERMAN))

    small, large = read(10_000), read(20_000)
    assert large <= 2.2 * small


def test_a_megabyte_takes_no_longer_than_what_is_read_of_it() -> None:
    """20,000 bullets in a megabyte: no tracker keeps such a text, and somebody could send one."""
    bullet = "- add an alert for a disk that is nearly full\n"
    whole = "## Actions\n\n" + bullet * 20_000
    assert len(whole) > 900_000
    read = steps(lambda: _read.__wrapped__(whole, GERMAN))
    assert read <= 1.1 * steps(lambda: _read.__wrapped__(whole[:TEXT_CHARACTERS_MAX], GERMAN))
    assert len(read_action_items(whole)) + count_left_out(whole) <= TEXT_CHARACTERS_MAX // len(bullet) + 1

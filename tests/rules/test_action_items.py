"""Action items are what a person would read as such, and keep their identity while their wording does."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.action_items import ITEMS_MAX, count_left_out, match_items, read_action_items
from rules.action_lists import announces_actions
from rules.decide import decide
from rules.effects import Keep
from rules.facts import ActionItem
from rules.keys import item_id
from tests.rules.cases import BEGIN, PACK, a_case, a_failure, a_post_mortem, an_action


def texts(body: str) -> list[str]:
    """Items as `x words` where ticked, else `- words`."""
    return [f"{'x' if item.is_ticked else '-'} {item.text}" for item in read_action_items(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("- [ ] Add an alert\n- [x] Fix it", ["- Add an alert", "x Fix it"], id="check-list-anywhere"),
        pytest.param("* [X] a\n+ [ ] b\n1. [ ] c", ["x a", "- b", "- c"], id="every-kind-of-bullet"),
        pytest.param("- [ ] a\n  - [x] b", ["- a", "x b"], id="check-list-in-a-check-list"),
        pytest.param("# Alerts\n- Alerts\n  - [ ] a\n  - [ ] b", ["- a", "- b"], id="bullet-that-titles-a-check-list"),
        pytest.param("# Action items\n- Alerts\n  - [ ] a", ["- a"], id="title-under-the-heading-too"),
        pytest.param("## Action items\n- a\n- b", ["- a", "- b"], id="bullets-under-a-heading"),
        pytest.param("## Action items\n1. a\n2. b", ["- a", "- b"], id="numbers-under-a-heading"),
        pytest.param("## Actions\n- a\n  - detail", ["- a"], id="details-belong-to-their-item"),
        pytest.param("## Actions\n- Alerts:\n  - a\n  - b\n- c", ["- a", "- b", "- c"], id="a-bullet-that-introduces"),
        pytest.param("## Actions\n- Done in:\n  - https://x.test/1", ["- Done in:"], id="links-are-evidence"),
        pytest.param("## Actions\n### Team A\n- a\n## Notes\n- b", ["- a"], id="to-the-next-heading-of-its-level"),
        pytest.param("**Action items**\n\n- a\n\n**Notes**\n\n- b", ["- a"], id="a-bold-line-for-a-heading"),
        pytest.param("Next steps:\n\n- a", ["- a"], id="a-line-with-a-colon-for-a-heading"),
        pytest.param("- **Review actions**:\n\n1. a\n2. b", ["- a", "- b"], id="a-bold-bullet-for-a-heading"),
        pytest.param("## Actions\n- **a**\n- **b**", ["- a", "- b"], id="bold-items"),
        pytest.param("# Actions (completed)\n- a\n# Next steps\n- b", ["x a", "- b"], id="a-heading-that-says-done"),
        pytest.param("## Actions\n- ✅ a\n- ~~b~~\n- :white_check_mark: c", ["x a", "x b", "x c"], id="marks-of-done"),
        pytest.param(
            "## Actions\n- **Limit** the `pool` ([#7](https://x.test))\n  to 20",
            ["- Limit the pool (#7) to 20"],
            id="markup-goes",
        ),
        pytest.param("## Actions\n- see [#7][x]\n\n[x]: https://x.test", ["- see #7"], id="reference-links"),
        pytest.param(
            "## Actions\n| Action | Owner | Status |\n|-|-|-|\n| a | @x | Done |\n| b | @y | open |",
            ["x a", "- b"],
            id="table",
        ),
        pytest.param("## Actions\n| Kind | Description |\n|-|-|\n| fix | a |", ["- a"], id="table-with-a-description"),
        pytest.param("## Actions\n| # | Ticket |\n|-|-|\n| one | a |", ["- one"], id="table-with-no-telling-column"),
        pytest.param("| Action | Owner |\n|-|-|\n| a | @x |", [], id="table-elsewhere"),
        pytest.param("# Timeline\n- a", [], id="bullets-elsewhere"),
        pytest.param("```\n- [ ] a\n```", [], id="code"),
        pytest.param("    - [ ] a", [], id="indented-code"),
        pytest.param("> - [ ] a", [], id="quote"),
        pytest.param("> # Actions\n\n- a", [], id="a-quoted-heading"),
        pytest.param("<!--\n- [ ] a\n-->", [], id="hidden-hint"),
        pytest.param("<blockquote>\n\n- [ ] a\n\n</blockquote>", [], id="html-quote"),
        pytest.param("- []a\n- [y] b\n- [ ]c", [], id="no-boxes"),
    ],
)
def test_items_are_read_where_people_write_them(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(
    "placeholder",
    [
        "",
        "TODO",
        "todo: describe",
        "TBD",
        "n/a",
        "None.",
        "…",
        "...",
        "---",
        "_what will change_",
        "*what will change*",
        "_(owner: @x)_",
        "(what will change, by when)",
        "[describe the action]",
        "<describe the action>",
        "<!-- hint -->",
        "Action 1",
        "12",
    ],
)
def test_what_a_template_left_behind_is_no_item(placeholder: str) -> None:
    assert texts(f"## Action items\n\n- [ ] {placeholder}\n- {placeholder}\n") == []


@pytest.mark.parametrize(
    ("line", "text", "owner", "due"),
    [
        pytest.param("Add it (owner: @ben)", "Add it", "ben", None, id="owner-in-parentheses"),
        pytest.param("Add it, owner: Ben Ode, due 2026-12-01", "Add it", "Ben Ode", "2026-12-01", id="a-name"),
        pytest.param("Add it (@ben)", "Add it", "ben", None, id="mention-in-parentheses"),
        pytest.param("Add it – @ben", "Add it", "ben", None, id="mention-at-the-end"),
        pytest.param("@ben: add it", "add it", "ben", None, id="mention-in-front"),
        pytest.param("@ben to add it", "@ben to add it", "ben", None, id="mention-as-subject"),
        pytest.param("Ask for a look by @ben", "Ask for a look by @ben", "ben", None, id="mention-as-object"),
        pytest.param("Add it ([Ben O](mention:712020:ab-c))", "Add it", "712020:ab-c", None, id="jira-mention"),
        pytest.param("Add it ([Ben O](mention:ben%20o))", "Add it", "ben o", None, id="a-user-name-with-a-space"),
        pytest.param("Add it by 2026-12-01", "Add it", "", "2026-12-01", id="by"),
        pytest.param("Add it (due: 2026-12-01)", "Add it", "", "2026-12-01", id="due"),
        pytest.param("Add it (@ben, due 2026-12-01)", "Add it", "ben", "2026-12-01", id="both"),
        pytest.param("Add it @ben by 2026-12-01", "Add it", "ben", "2026-12-01", id="both-without-a-bracket"),
        pytest.param("Add it (by 2026-12-01, @ben)", "Add it", "ben", "2026-12-01", id="both-the-date-first"),
        pytest.param(
            "Ask @eve for it (@ben, by 2026-12-01)", "Ask @eve for it", "ben", "2026-12-01", id="two-mentions"
        ),
        pytest.param("Add it (Ben Ode, by 2026-12-01)", "Add it (Ben Ode)", "", "2026-12-01", id="a-plain-name"),
        pytest.param("Add it (if need be, by 2026-12-01)", "Add it (if need be)", "", "2026-12-01", id="no-name"),
        pytest.param("Add it due 2026-02-30", "Add it due 2026-02-30", "", None, id="no-such-day"),
        pytest.param("Mail ops@example.org", "Mail ops@example.org", "", None, id="an-address"),
        pytest.param("Pin @types/node", "Pin @types/node", "", None, id="a-package"),
        pytest.param("Drop `@Override` here", "Drop @Override here", "", None, id="in-code"),
        pytest.param("Add it (owner: TBD)", "Add it", "", None, id="owner-not-known"),
    ],
)
def test_owner_and_due_date_are_recognised(line: str, text: str | None, owner: str, due: str | None) -> None:
    (item,) = read_action_items(f"- [ ] {line}")
    assert (item.owner, item.due_on) == (owner, dt.date.fromisoformat(due) if due else None)
    if text is not None:
        assert item.text == text


@pytest.mark.parametrize(
    ("line", "named"),
    [
        pytest.param("Add it (owner: Zoe Nobody)", "Zoe Nobody", id="a-name"),
        pytest.param("Add it (@zoe, due 2026-12-01)", "zoe", id="a-mention-before-the-date"),
        pytest.param("Add it ([Zoe N](mention:712020:ab-c))", "Zoe N", id="a-jira-mention-as-it-reads"),
        pytest.param("Ask @zoe for a look at it", "", id="only-mentioned"),
        pytest.param("Add it", "", id="nobody"),
    ],
)
def test_it_is_known_how_the_line_names_whose_it_is(line: str, named: str) -> None:
    (item,) = read_action_items(f"- [ ] {line}")
    assert item.named == named


def test_an_item_keeps_the_id_under_which_its_ticket_was_opened() -> None:
    """Titles may be read better than before; ids stand in trackers for years."""
    items = read_action_items("- [ ] Add it (@ben, due 2026-12-01)\n- [ ] Add it (Ben Ode, by 2026-12-01)")
    assert [item.id for item in items] == [item_id("Add it (@ben"), item_id("Add it (Ben Ode")]


def test_a_table_names_owner_and_due_date_in_columns_of_their_own() -> None:
    (item,) = read_action_items("## Actions\n| What | Who | By when |\n|-|-|-|\n| a | Ben Ode | 2026-12-01 |")
    assert (item.text, item.owner, item.due_on) == ("a", "Ben Ode", dt.date(2026, 12, 1))


@pytest.mark.parametrize(
    "heading",
    [
        "Action items",
        "ACTION ITEMS:",
        "✅ 5. Action Items (owner, date)",
        "Actions",
        "What we change",
        "What we'll change",
        "Follow-ups",
        "Follow-up actions",
        "Next steps",
        "Corrective actions",
        "Corrective and Preventative Measures",
        "Remediation",
        "Proposal Improvements",
        "Action items and owners",
        "III. Next Steps",
        "**Action items**",
        "To-dos",
    ],
)
def test_the_usual_headings_announce_actions(heading: str) -> None:
    assert announces_actions(heading)


@pytest.mark.parametrize(
    "heading",
    ["Timeline", "Lessons learned", "Actions taken by the on-call", "Steps", "Impact", "Follow-up timeline", ""],
)
def test_other_headings_do_not(heading: str) -> None:
    assert not announces_actions(heading)


def test_an_item_keeps_its_id_when_ticked_assigned_or_moved() -> None:
    before = read_action_items("- [ ] Add an alert\n- [ ] b")
    after = read_action_items("- [ ] b\n- [x] Add an alert (owner: @ben) by 2026-12-01")
    assert before[0].id == after[1].id == item_id("Add an alert")


def test_two_items_of_the_same_words_have_two_ids() -> None:
    first, second = read_action_items("- [ ] Add an alert\n- [ ] add an  alert.")
    assert (first.id, second.id) == (item_id("Add an alert"), item_id("Add an alert", 1))


def test_what_is_beyond_the_most_that_is_read_is_counted() -> None:
    body = "\n".join(f"- [ ] item {'a' * number}" for number in range(1, ITEMS_MAX + 8))
    assert (len(read_action_items(body)), count_left_out(body)) == (ITEMS_MAX, 7)


# --- matching -----------------------------------------------------------------------------------------


def item(text: str) -> ActionItem:
    return ActionItem(item_id(text), text)


OLD = "Add an alert for full disks on build machines"
EDITED = "Add alerts for full disks on all build machines"


@pytest.mark.parametrize(
    ("items", "opened", "expected"),
    [
        pytest.param([OLD], {OLD: OLD}, {OLD: OLD}, id="same-words"),
        pytest.param([OLD], {OLD: "Renamed by somebody"}, {OLD: OLD}, id="same-words-though-the-ticket-was-renamed"),
        pytest.param([EDITED], {OLD: OLD}, {EDITED: OLD}, id="edited"),
        pytest.param([OLD, EDITED], {OLD: OLD}, {OLD: OLD}, id="a-second-like-it-is-new"),
        pytest.param(["Rotate the keys"], {OLD: OLD}, {}, id="another-thing-is-new"),
        pytest.param([EDITED, OLD + "."], {OLD: OLD}, {OLD + ".": OLD}, id="exact-comes-before-like"),
        pytest.param([EDITED, OLD + " now"], {OLD: OLD}, {OLD + " now": OLD}, id="the-likest-wins"),
        pytest.param([EDITED], {OLD: "\\[Ops\\] " + OLD.replace(" ", " \u200b")}, {EDITED: OLD}, id="an-escaped-title"),
        pytest.param([], {OLD: OLD}, {}, id="nothing-written"),
        pytest.param([OLD], {}, {}, id="nothing-opened"),
        pytest.param(["漢字"], {"!": ""}, {}, id="an-empty-title-is-like-nothing"),
    ],
)
def test_an_edited_wording_finds_its_ticket(items: list[str], opened: dict[str, str], expected: dict[str, str]) -> None:
    found = match_items([item(text) for text in items], {item_id(text): title for text, title in opened.items()})
    assert found == {item_id(text): item_id(ticket) for text, ticket in expected.items()}


_WORDS = st.text(alphabet="abc ", max_size=12)


@given(st.lists(_WORDS, max_size=8), st.dictionaries(_WORDS, _WORDS, max_size=8), st.randoms(use_true_random=False))
def test_matching_is_the_same_in_any_order_of_tickets_and_gives_each_ticket_once(items, opened, random) -> None:  # type: ignore[no-untyped-def]
    given_items = [ActionItem(f"i{place}", text) for place, text in enumerate(items)]
    found = match_items(given_items, opened)
    shuffled = list(opened.items())
    random.shuffle(shuffled)
    assert match_items(given_items, dict(shuffled)) == found
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(opened)


def test_many_items_like_each_other_are_matched_in_a_few_seconds() -> None:
    items = [item(f"{'ab' * 50} {number:04d}") for number in range(ITEMS_MAX)]
    began = time.process_time()
    found = match_items(items, {f"o{number}": f"{'ab' * 50} {number + 7:04d}" for number in range(ITEMS_MAX)})
    assert time.process_time() - began < 5
    assert len(found) == ITEMS_MAX


# --- any text -----------------------------------------------------------------------------------------


@given(st.text())
def test_no_text_raises(body: str) -> None:
    for found in read_action_items(f"# Actions\n{body}"):
        assert found.text
        assert found.id


@given(
    st.lists(
        st.sampled_from(
            ["- [ ] a", "  - b", "1. c", "> - [ ] d", "```", "<pre>", "</pre>", "# Actions", "", "|a|\n|-|\n|b|"]
        )
    )
)
def test_no_arrangement_of_blocks_raises(lines: list[str]) -> None:
    read_action_items("\n".join(lines))


@pytest.mark.parametrize(
    "piece",
    [
        "- [ ] a\n",
        "- [ ] TODO\n",
        "- [ ] _",
        "- ",
        "-",
        "[",
        "(",
        ")",
        "`",
        "![](",
        "*a_ ",
        "| a ",
        "| a |\n",
        "@",
        "owner: ",
        "by ",
        "https://",
        "# a\n",
        "**a**\n\n",
        "漢字 ",
        "עברית ",
        "✅",
        "\U0001f525\n",
    ],
)
@pytest.mark.parametrize(
    "lead", ["# Actions\n\n- ", "- [ ] (", "# Actions\n| a |\n|-|\n"], ids=["bullet", "task", "table"]
)
def test_60_000_characters_of_anything_are_read_in_about_a_second(lead: str, piece: str) -> None:
    """The worst takes half a second to one; a reader that is quadratic takes minutes."""
    body = (lead + piece * 60_000)[:60_000]
    began = time.process_time()
    read_action_items(body)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(("written", "told"), [(50, ""), (51, "1 more has none"), (57, "7 more have none")])
def test_what_is_left_out_stands_in_the_plan(written: int, told: str) -> None:
    """Nothing is dropped in silence (P7)."""
    body = "## Action items\n\n" + "".join(f"- [ ] Improve part number {number}\n" for number in range(written))
    case = a_case(a_failure(), a_post_mortem(body=body), an_action())
    plans = [one.body for one in decide(PACK, case, BEGIN).effects if isinstance(one, Keep) and one.slot == "plan"]
    assert len(plans) == 1
    assert told in plans[0]
    assert ("its first 50 lines" in plans[0]) is bool(told)

"""Each shape in which people say whose an item is, by when, and how it stands."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.action_items import read_action_items
from rules.keys import item_id
from tests.rules.action_items.elsewhere import shown


def items(body: str) -> list[str]:
    return [shown(item) for item in read_action_items(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("## Actions\n- a a\n  - Owner: Ben", ["- a a; Ben"], id="a-field-below"),
        pytest.param("- [ ] a a\n  - **Due:** EOW", ["- a a; EOW"], id="a-bold-field-below-a-box"),
        pytest.param("- [ ] a a\n  - Ticket: #7\n  - Status: done", ["x a a; #7"], id="ticket-and-state"),
        pytest.param("- [ ] a a (@ann)\n  - Owner: Ben", ["- a a; ann"], id="the-line-itself-comes-first"),
        pytest.param("- [ ] a a\n  - Status: the page says it", ["- a a"], id="a-sentence-is-no-field"),
        pytest.param("- [ ] a a\n  - Due: when we can", ["- a a"], id="no-date-is-no-field"),
        pytest.param("## Actions\n- Priority: high\n- a a", ["- a a"], id="a-field-of-nothing-is-no-item"),
        pytest.param("## Actions\n### a a\n- Owner: Ben\n- Priority: high", ["- a a; Ben"], id="a-heading-with-fields"),
        pytest.param("## Actions\n### 1. a a\nOwner: Ben\nDue: EOW", ["- a a; Ben; EOW"], id="fields-in-lines"),
        pytest.param("## Actions\n### a a\nOwner: Ben\nand so on", [], id="prose-makes-no-item-of-a-heading"),
        pytest.param("## Actions\n### Team\n- Owner: Ben\n- a a", ["- a a"], id="a-heading-of-a-group"),
        pytest.param("## Actions\n### a a\n- Priority: high", [], id="a-heading-with-no-telling-field"),
        pytest.param("# Notes\n## a a\n- Owner: Ben", [], id="a-heading-elsewhere"),
        pytest.param("**Action item:** a a (@ben)", ["- a a; ben"], id="behind-a-label"),
        pytest.param("- **Follow-up:** a a", ["- a a"], id="behind-a-label-in-a-bullet"),
        pytest.param("**Action item:** a a\n- Owner: Ben", ["- a a; Ben"], id="behind-a-label-with-a-field"),
        pytest.param("**Action items:** of us\n- a a\n- b b", ["- a a", "- b b"], id="a-remark-behind-a-label"),
        pytest.param("**Action items:** of us\n- [ ] a a", ["- a a"], id="a-remark-over-boxes"),
        pytest.param("- **Action items:** of us\n  1. a a\n  2. b b\n- c", ["- a a", "- b b"], id="one-over-numbers"),
        pytest.param("**Action item:** a a\n\nText.\n\n- c c", ["- a a"], id="what-comes-later-is-something-else"),
        pytest.param("**Action item:** see below", [], id="a-pointer-behind-a-label"),
        pytest.param("**Next steps:** none", [], id="nothing-behind-a-label"),
        pytest.param("**Next steps:** we have restarted it", [], id="what-was-done-behind-a-label"),
        pytest.param("**Next steps:** we have moved it (done)", ["x we have moved it (done)"], id="and-said-so"),
        pytest.param("**Actions:** Ben restarted it", [], id="actions-of-that-night"),
        pytest.param("**Mitigation:** restart it", [], id="another-label"),
        pytest.param("**Action items:**\nSome prose", [], id="prose-below-a-label"),
        pytest.param("- **Action items**:\n**Action items**", [], id="a-label-behind-a-label"),
        pytest.param("- **Action items**:\n| Action |\n|-|\n| a a |", [], id="a-table-run-into-a-label"),
        pytest.param("Action item: a a", [], id="a-label-that-is-not-bold"),
    ],
)
def test_what_stands_below_and_behind_belongs_to_an_item_or_is_one(body: str, expected: list[str]) -> None:
    assert items(body) == expected


@pytest.mark.parametrize(
    ("line", "is_done"),
    [
        pytest.param("a a (done)", True, id="at-the-end"),
        pytest.param("a a **(Done as of 2021-06-30)**", True, id="since-when"),
        pytest.param("a a [completed in #12]", True, id="where"),
        pytest.param("a a (fixed by @ben)", True, id="by-whom"),
        pytest.param("a a ✅", True, id="a-sign-at-the-end"),
        pytest.param("DONE: a a", True, id="in-front"),
        pytest.param("[DONE] a a", True, id="in-brackets-in-front"),
        pytest.param("Done - a a", True, id="with-a-dash"),
        pytest.param("a a (done when it pages nobody)", False, id="how-one-will-know"),
        pytest.param("a a (done by Friday)", False, id="by-when"),
        pytest.param("a a (to be done)", False, id="to-be-done"),
        pytest.param("Close the done column", False, id="in-the-middle"),
        pytest.param("Done right, it takes a day", False, id="a-sentence-that-begins-so"),
        pytest.param("Ask whether it is done", False, id="no-brackets"),
    ],
)
def test_what_is_marked_as_done_is_done_and_keeps_its_words(line: str, is_done: bool) -> None:
    (item,) = read_action_items(f"- [ ] {line}")
    assert item.is_ticked is is_done


@pytest.mark.parametrize(
    ("line", "text", "due"),
    [
        pytest.param("Add it by Friday", "Add it", "by Friday", id="by"),
        pytest.param("Add it (by next Tuesday)", "Add it", "by next Tuesday", id="in-brackets"),
        pytest.param("Add it, due: in 2 weeks", "Add it", "in 2 weeks", id="due"),
        pytest.param("Add it – deadline: EOM.", "Add it", "EOM", id="deadline"),
        pytest.param("Add it 📅 tomorrow", "Add it", "tomorrow", id="a-sign"),
        pytest.param("By Friday: add it", "add it", "By Friday", id="in-front"),
        pytest.param("Add it by Friday (@ben)", "Add it", "by Friday", id="before-an-owner"),
        pytest.param("Add it (@ben, by Friday)", "Add it", "by Friday", id="behind-an-owner"),
        pytest.param("Add it (owner: Ben Okri, due next Friday)", "Add it", "next Friday", id="behind-a-name"),
        pytest.param("Add it, owner: Ben Okri by Friday", "Add it", "by Friday", id="with-a-name"),
        pytest.param("Add it by 12 March 2027", "Add it", "2027-03-12", id="with-its-year"),
        pytest.param("Add it, due 12.3.2027", "Add it", "2027-03-12", id="with-dots"),
        pytest.param("Add it by 12/3/2027", "Add it by 12/3/2027", "", id="that-could-be-two-days"),
        pytest.param("Add it in 2 weeks", "Add it in 2 weeks", "", id="a-length-of-time-is-no-date-there"),
        pytest.param("Keep it 30 days", "Keep it 30 days", "", id="so-long"),
        pytest.param("Cut it by 10 days", "Cut it by 10 days", "", id="by-so-much"),
        pytest.param("Stop the by Friday batch", "Stop the by Friday batch", "", id="a-word-that-goes-on"),
        pytest.param("Run it by `by Friday`", "Run it by by Friday", "", id="in-code"),
        pytest.param("Restart on Monday", "Restart on Monday", "", id="on-is-not-by"),
        pytest.param("Alert by the end", "Alert by the end", "", id="no-date"),
    ],
)
def test_a_date_in_plain_words_is_taken_out_of_the_title(line: str, text: str, due: str) -> None:
    (item,) = read_action_items(f"- [ ] {line}")
    assert (item.text, item.due_on.isoformat() if item.due_on else item.due_words) == (text, due)


@pytest.mark.parametrize(
    "line",
    ["Add it by Friday", "Add it (@ben, by Friday)", "By Friday: add it", "Add it (done)", "Add it by 12 March 2027"],
)
def test_ids_know_nothing_of_plain_words_so_that_none_of_them_changes(line: str) -> None:
    """They are what was read before there were such dates, and stand in trackers."""
    (item,) = read_action_items(f"- [ ] {line}")
    assert item.id == item_id(line)


def test_figures_in_a_cell_come_before_words_in_a_line() -> None:
    (item,) = read_action_items("## Actions\n| What | Due |\n|-|-|\n| Add it (due EOW) | 2026-12-01 |")
    assert (item.due_on, item.due_words) == (dt.date(2026, 12, 1), "")


@pytest.mark.parametrize(
    ("cell", "due_on", "words"),
    [
        ("2026-12-01", "2026-12-01", ""),
        ("until 2026-12-01 or so", "2026-12-01", ""),
        ("12 March 2027", "2027-03-12", ""),
        ("**Friday**", "", "Friday"),
        ("by EOW", "", "by EOW"),
        ("in 2 weeks", "", "in 2 weeks"),
        ("2 weeks", "", "2 weeks"),
        ("12/3/2027", "", ""),
        ("Q3", "", ""),
        ("Friday or Monday", "", ""),
        ("TBD", "", ""),
    ],
)
def test_a_cell_holds_a_date_in_whatever_words(cell: str, due_on: str, words: str) -> None:
    (item,) = read_action_items(f"## Actions\n| What | Due |\n|-|-|\n| Add it | {cell} |")
    assert (item.due_on, item.due_words) == (dt.date.fromisoformat(due_on) if due_on else None, words)


@pytest.mark.parametrize(
    "heads",
    [
        "| Owner | Due | Status | Action |",
        "| Action | Status | Due | Owner |",
        "| Due date | Responsible | Done? | What to do |",
        "| By when | Who | State | Task |",
        "| ETA | DRI | Progress | Description |",
        "| Target | Assigned to | Completed | Improvement |",
    ],
)
def test_columns_may_stand_in_any_order(heads: str) -> None:
    values = {"what": "Add it", "owner": "Ben", "due": "2026-12-01", "state": "done"}
    kinds = ["owner", "due", "state", "what"]
    if heads.startswith("| Action"):
        kinds = ["what", "state", "due", "owner"]
    elif not heads.startswith("| Owner"):
        kinds = ["due", "owner", "state", "what"]
    row = " | ".join(values[kind] for kind in kinds)
    assert items(f"## Actions\n{heads}\n|-|-|-|-|\n| {row} |") == ["x Add it; Ben; 2026-12-01"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("| # | Action |\n|-|-|\n| 1 | a a |", ["- a a"], id="numbers-and-actions"),
        pytest.param("| No. | Remarks |\n|-|-|\n| 1 | a a |", ["- a a"], id="numbers-and-something"),
        pytest.param("| | Remarks |\n|-|-|\n| 1 | a a |", ["- a a"], id="a-column-without-a-head"),
        pytest.param("| Action | Issue |\n|-|-|\n| a a | OPS-7 |", ["- a a; OPS-7"], id="a-ticket-beside-it"),
        pytest.param("| Action | Bug |\n|-|-|\n| a a | n/a DONE |", ["x a a"], id="done-where-its-ticket-would-be"),
        pytest.param("| Action | Bug |\n|-|-|\n| a a | see #7 |", ["- a a"], id="a-ticket-that-is-only-mentioned"),
        pytest.param("| Issue | Notes |\n|-|-|\n| a a | b |", ["- a a"], id="issues-are-what-is-to-be-done"),
    ],
)
def test_a_table_says_which_row_is_what(body: str, expected: list[str]) -> None:
    assert items(f"## Actions\n{body}") == expected


@pytest.mark.parametrize(
    "heading",
    [
        "Post-mortem checklist",
        "Review checklist",
        "Notes to the owner",
        "How to use this template",
        "Instructions for authors",
        "Before you publish",
    ],
)
def test_a_check_list_about_the_document_holds_no_action_items(heading: str) -> None:
    assert items(f"## {heading}\n- [ ] Invite everybody\n\n## Actions\n- [ ] Add it") == ["- Add it"]


@pytest.mark.parametrize("heading", ["Checklist", "Rollout checklist", "Notes", "Document how we deploy"])
def test_another_check_list_does(heading: str) -> None:
    assert items(f"## {heading}\n- [ ] Add it") == ["- Add it"]


@pytest.mark.parametrize("label", ["Open questions", "Parking lot", "Attendees"])
def test_a_line_that_begins_something_else_ends_a_list_of_actions(label: str) -> None:
    assert items(f"Next steps:\n\n- a a\n\n{label}:\n\n- b b") == ["- a a"]


def test_a_line_that_names_a_group_does_not() -> None:
    assert items("Next steps:\n\n- a a\n\nMonitoring:\n\n- b b") == ["- a a", "- b b"]


def test_a_hint_with_an_owner_in_it_is_a_hint() -> None:
    assert items("## Actions\n- _What changes (owner: @somebody)_\n- *a a* with @ben") == ["- a a with @ben; ben"]

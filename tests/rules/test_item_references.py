"""Which references in an action item say that it is a ticket already, and which only mention one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.action_items import read_action_items
from rules.item_references import reference_of
from rules.markdown import inline_tokens

PAGE = "https://github.test/acme/shop/issues/3"


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        pytest.param("#3", "#3", id="a-number-alone"),
        pytest.param("**#3**", "#3", id="a-number-in-bold"),
        pytest.param("acme/shop#3.", "acme/shop#3", id="a-key-alone"),
        pytest.param("OPS-12", "OPS-12", id="a-jira-key-alone"),
        pytest.param(PAGE, PAGE, id="an-address-alone"),
        pytest.param(f"<{PAGE}>", PAGE, id="an-address-in-angle-brackets"),
        pytest.param(f"[Rehearse restoring]({PAGE})", PAGE, id="a-link-around-all"),
        pytest.param(f"[Do as in #5]({PAGE})", PAGE, id="a-link-around-all-and-a-number-in-it"),
        pytest.param(f"[OPS-12]({PAGE})", PAGE, id="a-smart-link"),
        pytest.param("Rehearse restoring (#3)", "#3", id="in-brackets-at-the-end"),
        pytest.param("Rehearse restoring [#3].", "#3", id="in-square-brackets-at-the-end"),
        pytest.param(f"Rehearse restoring ([#3]({PAGE}))", PAGE, id="a-link-in-brackets-at-the-end"),
        pytest.param("Rehearse restoring (tracked in OPS-12)", "OPS-12", id="tracked-in"),
        pytest.param("Rehearse restoring (issue: #3)", "#3", id="named-an-issue"),
        pytest.param("Rehearse restoring - #3", "#3", id="after-a-hyphen"),
        pytest.param("Rehearse restoring – OPS-12", "OPS-12", id="after-a-dash"),
        pytest.param("Rehearse restoring: #3", "#3", id="after-a-colon"),
        pytest.param("Rehearse restoring -> #3", "#3", id="after-an-arrow"),
        pytest.param(f"Rehearse restoring {PAGE}", PAGE, id="an-address-at-the-end"),
        pytest.param(f"Rehearse restoring [GitHub issue]({PAGE})", PAGE, id="a-link-that-says-issue"),
        pytest.param("OPS-12: Rehearse restoring", "OPS-12", id="a-key-first"),
        pytest.param(f"[OPS-12]({PAGE}) – Rehearse restoring", PAGE, id="a-linked-key-first"),
        pytest.param("[OPS-12] Rehearse restoring", "OPS-12", id="a-key-in-brackets-first"),
        pytest.param("Rehearse restoring (jira:OPS-12)", "jira:OPS-12", id="with-its-tracker"),
    ],
)
def test_a_reference_set_off_from_the_words_is_the_ticket(line: str, reference: str) -> None:
    assert reference_of(inline_tokens(line, {})) == reference


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Write the alert that was missing in #3", id="the-end-of-a-sentence"),
        pytest.param(f"Write the alert that was missing in {PAGE}", id="an-address-at-the-end-of-a-sentence"),
        pytest.param("Rehearse what #3 says", id="the-middle-of-a-sentence"),
        pytest.param("#3 was not enough, rehearse", id="the-beginning-of-a-sentence"),
        pytest.param("Rehearse restoring (see #3)", id="see"),
        pytest.param(f"Rehearse restoring (see {PAGE}).", id="see-an-address"),
        pytest.param("Rehearse restoring, see #3", id="see-without-brackets"),
        pytest.param("Rehearse restoring. Blocked by: #3", id="blocked-by"),
        pytest.param("Rehearse restoring, the same as - #3", id="the-same-as"),
        pytest.param("Rehearse restoring (#3, #4)", id="two"),
        pytest.param("OPS-12: rehearse (#3)", id="one-at-either-end"),
        pytest.param(f"Rehearse [the runbook]({PAGE}) (#4)", id="a-link-and-a-number"),
        pytest.param(f"Rehearse [the runbook]({PAGE}) weekly", id="a-link-around-some-words"),
        pytest.param("Rehearse `OPS-12`", id="code"),
        pytest.param("Rehearse restoring #3", id="a-number-with-nothing-between"),
        pytest.param("Follow up on PR - #3", id="a-pull-request"),
        pytest.param("Set the colour to &#35;3", id="no-number-of-a-ticket"),
        pytest.param("Rehearse restoring", id="none"),
    ],
)
def test_any_other_reference_is_a_mention(line: str) -> None:
    assert reference_of(inline_tokens(line, {})) == ""


def test_an_owner_and_a_date_beside_the_reference_are_read_as_ever() -> None:
    (item,) = read_action_items("- [ ] Rehearse restoring (#3), owner: @mo, due 2026-12-01")
    assert (item.reference, item.owner, str(item.due_on)) == ("#3", "mo", "2026-12-01")


def test_a_number_alone_is_an_item_and_another_word_without_letters_is_none() -> None:
    found = read_action_items("- [ ] #3\n- [ ] 12\n- [ ] …\n")
    assert [(item.text, item.reference) for item in found] == [("#3", "#3")]


@given(st.text(max_size=120))
def test_any_line_is_read_and_what_is_found_stood_there(line: str) -> None:
    for item in read_action_items(f"- [ ] {line}"):
        assert item.reference == "" or item.reference[-1].isalnum() or item.reference.startswith("http")

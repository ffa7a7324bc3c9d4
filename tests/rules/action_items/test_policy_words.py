"""What a policy names in its own language is read beside the English, and nothing that was read before changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.action_items import match_items, read_action_items
from rules.decide import decide
from rules.effects import OpenTicket
from rules.facts import Case
from rules.keys import item_id, opening_key
from rules.policy import ItemWords, Policy
from tests.rules.action_items.elsewhere import FRENCH, GERMAN, OTHERS, shown
from tests.rules.cases import FIRST, PACK, a_case, a_failure, a_post_mortem, an_action, at

ENGLISH = ItemWords()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("## Maßnahmen\n- Alarm bauen", ["- Alarm bauen"], id="heading"),
        pytest.param("## ✅ 3. MASSNAHMEN (bis Ende des Jahres):\n- Alarm bauen", ["- Alarm bauen"], id="decorated"),
        pytest.param("**Nächste Schritte**\n\n- Alarm bauen", ["- Alarm bauen"], id="bold-line"),
        pytest.param("nächste schritte:\n\n1. Alarm bauen", ["- Alarm bauen"], id="line-with-a-colon"),
        pytest.param("- **Maßnahmen**: Alarm bauen", ["- Alarm bauen"], id="behind-a-label"),
        pytest.param("## Maßnahmen (erledigt)\n- Alarm bauen", ["x Alarm bauen"], id="heading-that-says-done"),
        pytest.param("- [ ] Alarm bauen (erledigt)", ["x Alarm bauen (erledigt)"], id="done-at-the-end"),
        pytest.param("- [ ] Erledigt: Alarm bauen", ["x Erledigt: Alarm bauen"], id="done-in-front"),
        pytest.param("- [ ] Alarm bauen, Verantwortlich: Ada Weiß", ["- Alarm bauen; Ada Weiß"], id="owner"),
        pytest.param("- [ ] Alarm bauen (Frist: 1.12.2026)", ["- Alarm bauen; 2026-12-01"], id="due"),
        pytest.param("- [ ] Alarm bauen\n  - Frist: 2026-12-01", ["- Alarm bauen; 2026-12-01"], id="a-field-below"),
        pytest.param("## Actions\n- Build it", ["- Build it"], id="english-still"),
        pytest.param("## Fristen\n- Alarm bauen", [], id="another-word"),
    ],
)
def test_words_of_a_policy_add_to_the_english_ones(body: str, expected: list[str]) -> None:
    assert [shown(item) for item in read_action_items(body, GERMAN)] == expected


def test_without_them_only_english_is_read() -> None:
    assert read_action_items("## Maßnahmen\n- Alarm bauen") == ()


TEXTS = [path.read_text(encoding="utf-8") for path in sorted(OTHERS.glob("*.md"))]
LINES = st.sampled_from(
    [
        "## Maßnahmen",
        "## Action items",
        "### Team",
        "**Maßnahmen**",
        "**Notes**",
        "Next steps:",
        "- a a",
        "  - b b",
        "- [ ] c c",
        "- **Maßnahmen**: d d",
        "- Verantwortlich: Ben",
        "- e e (erledigt)",
        "",
        "text",
        "| Thema | Maßnahme |\n|-|-|\n| f f | g g |",
        "| Verantwortlich | Was |\n|-|-|\n| Ben | h h |",
    ]
)
WORDS = replace(GERMAN, what=("Maßnahme", "Was"))


@given(st.one_of(st.sampled_from(TEXTS), st.lists(LINES, max_size=12).map("\n".join)))
def test_whatever_is_read_without_a_policy_s_words_is_read_with_them_under_the_id_it_had(body: str) -> None:
    """Naming a word opens no ticket twice: each item of before has its ticket, and no two of now have the same id."""
    before = read_action_items(body, ENGLISH)
    now = read_action_items(body, WORDS)
    assert {item.id for item in before} <= {item.former or item.id for item in now} | {item.id for item in now}
    assert len({item.id for item in now}) == len(now)
    opened = {item.id: item.text for item in before}
    assert set(match_items(now, opened).values()) == set(opened)


def test_the_same_words_under_a_heading_of_either_language_are_one_item() -> None:
    body = "## Maßnahmen\n- Restore drill\n\n## Action items\n- Restore drill"
    assert [item.id for item in read_action_items(body, GERMAN)] == [item_id("Restore drill")]


TABLE = "## Actions\n| Thema | Maßnahme |\n|-|-|\n| Zertifikate | Ablauf 30 Tage vorher melden |"


def opened_by(policy: Policy, case: Case) -> list[str]:
    return [
        one.item for one in decide(policy, case, at("03-03 12:00")).effects if isinstance(one, OpenTicket) and one.item
    ]


def test_a_column_that_is_named_later_opens_no_second_ticket_for_its_rows() -> None:
    policy = replace(PACK, item_words=replace(GERMAN, what=("Maßnahme",)))
    mortem = a_post_mortem(body=TABLE)
    (before,), (now,) = read_action_items(TABLE), read_action_items(TABLE, policy.item_words)
    assert (before.text, now.text, now.former) == ("Zertifikate", "Ablauf 30 Tage vorher melden", before.id)
    assert opened_by(PACK, a_case(a_failure(), mortem)) == [before.id]
    assert opened_by(policy, a_case(a_failure(), mortem)) == [now.id]
    ticket = an_action(item=before.id, title=before.text)
    assert opened_by(policy, a_case(a_failure(), mortem, ticket)) == []


def test_nor_does_one_whose_opening_was_tried_and_may_turn_up() -> None:
    policy = replace(PACK, item_words=replace(GERMAN, what=("Maßnahme",)))
    former = read_action_items(TABLE)[0].id
    tried = frozenset({opening_key(FIRST, "action", former)})
    assert opened_by(policy, a_case(a_failure(), a_post_mortem(body=TABLE), tried=tried)) == [former]


def test_what_a_policy_s_heading_announces_gets_tickets() -> None:
    body = "## Maßnahmen\n- Alarm bauen\n- Alte Zertifikate löschen (erledigt)"
    case = a_case(a_failure(), a_post_mortem(body=body))
    assert opened_by(PACK, case) == []
    assert opened_by(replace(PACK, item_words=GERMAN), case) == [item_id("Alarm bauen")]


def test_two_policies_words_do_not_meet() -> None:
    """They are remembered with the text, one beside the other."""
    body = "## Maßnahmen\n- a a\n\n## Plan d'action\n- b b"
    assert [[item.text for item in read_action_items(body, one)] for one in (GERMAN, FRENCH, GERMAN, ENGLISH)] == [
        ["a a"],
        ["b b"],
        ["a a"],
        [],
    ]

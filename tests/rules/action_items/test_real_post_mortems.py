"""19 real post-mortems are read as a person reads them; `pytest -s` prints the table."""

from __future__ import annotations

import pytest

from rules.action_items import read_action_items
from tests.rules.action_items.reviewed import (
    POST_MORTEMS,
    Reviewed,
    compared,
    figures,
    reviewed,
    stands_in,
    table,
    why_extra,
)

needs_post_mortems = pytest.mark.skipif(
    not POST_MORTEMS.is_dir(), reason="no ../shared/data/postmortems beside the project"
)
#: What a row of the table says about an item differs from what is read: why that is so.
KNOWN_DIFFERENCES = {
    "separate rejection code/metadata": "its last sentence says in words of its own that there is nothing to do",
}


@needs_post_mortems
def test_every_real_post_mortem_stands_in_the_table() -> None:
    assert sorted(document.name for document in reviewed()) == sorted(path.stem for path in POST_MORTEMS.glob("*.md"))
    assert len(reviewed()) == 19


@needs_post_mortems
@pytest.mark.parametrize("document", reviewed(), ids=lambda document: document.name.rpartition("__")[2])
def test_a_real_post_mortem_reads_as_a_person_reads_it(document: Reviewed) -> None:
    """But for what the table explains; and what it explains is so still."""
    comparison = compared(document)
    assert [item.words for item in comparison.missed] == [item.words for item in document.items if item.missed]
    assert [item.text for item in comparison.extra if not why_extra(document, item)] == []
    assert all(any(stands_in(words, item.text) for item in comparison.extra) for words, _ in document.extra)
    assert bool(document.none) is not bool(document.items)


@needs_post_mortems
@pytest.mark.parametrize("document", reviewed(), ids=lambda document: document.name.rpartition("__")[2])
def test_what_is_said_about_an_item_of_a_real_post_mortem_is_read_too(document: Reviewed) -> None:
    for expected, item in compared(document).pairs:
        is_known = expected.words in KNOWN_DIFFERENCES
        assert (item.is_ticked == expected.done) is not is_known, expected.words
        assert bool(item.reference) == bool(expected.ticket), expected.words
        assert item.reference.endswith(expected.ticket), expected.words
        assert (item.owner, item.due_on, item.due_words) == ("", None, ""), expected.words


@needs_post_mortems
def test_of_what_people_mean_nearly_all_is_found_and_of_what_is_found_nearly_all_was_meant() -> None:
    print("\n" + "\n".join(table()))  # noqa: T201 - for whoever runs the tests with -s
    expected, found, hits = figures(map(compared, reviewed()))
    assert expected >= 118
    assert hits / found >= 0.95
    assert hits / expected >= 0.95


@needs_post_mortems
def test_the_ids_under_which_tickets_of_real_post_mortems_stand_are_for_ever() -> None:
    """One of every kind: a box, a table's row, a bullet with its label, a number with its ticket."""
    ids = {item.text[:24]: item.id for document in reviewed() for item in read_action_items(document.text)}
    assert {text: ids[text] for text in IDS} == IDS


IDS = {
    "Write a small document f": "ltkgfziua2p22tjpefnq",
    "Switch armhf-gnu to down": "m7tsnz6fduqc6g7rk2st",
    "Configuration externaliz": "xvcjyl6n7bhcl4dva7q3",
    "Write down the responsib": "iplp6bh5ml6tyt7umicb",
}

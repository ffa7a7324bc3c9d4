"""Documents in the shapes of other organisations' templates are read as a person reads them."""

from __future__ import annotations

import pytest

from rules.action_items import read_action_items
from rules.policy import ItemWords
from tests.rules.action_items.elsewhere import EXPECTED, OTHERS, WORDS, shown, text_of


def test_every_document_is_expected_to_say_something() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in OTHERS.glob("*.md"))
    assert len(EXPECTED) >= 15


@pytest.mark.parametrize("name", EXPECTED)
def test_another_organisation_s_document_is_read_as_it_is_meant(name: str) -> None:
    items = read_action_items(text_of(name), WORDS.get(name, ItemWords()))
    assert [shown(item) for item in items] == EXPECTED[name]

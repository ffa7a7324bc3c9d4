"""What a person says in a comment with words of their own, beside commands, quotations and code."""

from __future__ import annotations

import pytest

from rules.spoken import asks_us_only, spoken
from tests.rules.cases import says


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("We are on it.\nNext update at 15:00.", "We are on it.\nNext update at 15:00.", id="plain words"),
        pytest.param("/help", "", id="a command"),
        pytest.param("/snooze 3 days because of a holiday", "", id="a command with a reason"),
        pytest.param("Rolled back.\n/snooze 3 days because of a holiday", "Rolled back.", id="words above a command"),
        pytest.param("/assign @ben", "", id="another bot's command"),
        pytest.param("> We are on it.", "", id="a quotation"),
        pytest.param("> Is it over?\n\nNearly.", "Nearly.", id="an answer below a quotation"),
        pytest.param("<blockquote>\n\nWe are on it.\n\n</blockquote>", "", id="a quotation in HTML"),
        pytest.param("```\nERROR 502\n```", "", id="code"),
        pytest.param("Reverted with `git revert 4f5e`.", "Reverted with `git revert 4f5e`.", id="code in a sentence"),
        pytest.param("- rolled back\n- /help", "rolled back\n/help", id="a list, where nothing is a command"),
        pytest.param("👍", "", id="a thumb up"),
        pytest.param(":+1: :tada:", "", id="emoji by name"),
        pytest.param("…", "", id="dots"),
        pytest.param("調査中です", "調査中です", id="words in any script"),
        pytest.param("<!-- later -->", "", id="a hidden comment"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_words_are_what_is_neither_command_nor_quotation_nor_code(body: str, words: str) -> None:
    assert spoken(says("c1", "03-02 10:00", body)) == words


@pytest.mark.parametrize(
    ("body", "only"),
    [
        pytest.param("/help", True, id="help"),
        pytest.param("/case\n/help", True, id="both"),
        pytest.param("> Is it over?\n\n/case", True, id="below a quotation"),
        pytest.param("/help I will look tomorrow.\n\nStill waiting.", False, id="with words"),
        pytest.param("/snooze 3 days because of a holiday", False, id="another command"),
        pytest.param("/help\n/due 2026-04-04", False, id="another command beside it"),
        pytest.param("👍", False, id="a thumb up answers, if briefly"),
        pytest.param("/", False, id="no command at all"),
    ],
)
def test_a_comment_may_ask_nothing_but_help_of_us(body: str, only: bool) -> None:
    assert asks_us_only(says("c1", "03-02 10:00", body)) is only

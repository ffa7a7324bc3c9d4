"""Whom a comment of ours named: as a tracker gives a mention back, and never by a word that is somebody's account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Say
from rules.keys import said_token
from rules.occasion import Occasion
from rules.policy import Person
from rules.said_before import is_told_openly
from rules.situation import Situation
from tests.rules.cases import FIRST, PACK, a_case, a_failure, an_action, at, says, we_say

SAID = "said-then"


@pytest.mark.parametrize(
    ("account", "body", "is_named"),
    [
        pytest.param("will", "@will, this is overdue.", True, id="a login"),
        pytest.param("Will", "Over to **@will**.", True, id="logins know no capitals"),
        pytest.param("7012:will", "[Will](mention:7012:will), this is overdue.", True, id="an account id"),
        pytest.param("a b", "[Will](mention:a%20b)", True, id="an account with a space"),
        pytest.param("will", "Aftermath will ask again. Will it hold?", False, id="an ordinary word"),
        pytest.param("will", "[Will Power](https://x.test/will), (will)", False, id="an address"),
        pytest.param("will", "@willow and @will-2 and ops@will and @will/core", False, id="somebody else's"),
        pytest.param("will", "@\N{ZERO WIDTH SPACE}will", False, id="one that was made harmless"),
    ],
)
def test_a_comment_names_whom_it_mentions(account: str, body: str, is_named: bool) -> None:
    """Else somebody called `will` would never hear privately of what a comment with that word was said about."""
    said = replace(we_say("c1", "03-02 10:00", extra=SAID), body=body)
    failure = a_failure("sev2", comments=(said,))
    situation = Situation(PACK, a_case(failure), at("03-03 09:00"))
    occasion = Occasion(PACK.rules[0], failure, "failure", None)
    person = Person("will", "Will", {"github": account})
    assert is_told_openly(situation, occasion, person, SAID) is is_named


@pytest.mark.parametrize("by", ["marker", "ledger"])
def test_what_was_said_for_a_comment_that_is_no_answer_any_more_is_not_said_again(by: str) -> None:
    """Earlier versions counted from a `/help`; an upgrade repeats nothing that they said (P3)."""
    then = said_token(f"{FIRST}/action:itema", "answer:c1", ("overdue", "owner", "lead"), "3 business days#0")
    asked, helped = we_say("a", "04-01 17:05"), says("c1", "04-02 09:00", "/help")
    to_lead = (we_say("b", "04-10 09:00", extra=then),) if by == "marker" else ()
    action = an_action(comments=(asked, helped, *to_lead))
    case = a_case(a_failure("sev3"), None, action, told=frozenset({then}) if by == "ledger" else frozenset())
    effects = decide(PACK, case, at("04-10 12:00")).effects
    (overdue,) = [one for one in effects if isinstance(one, Say) and one.rule == "stalled-action"]
    assert overdue.said == then

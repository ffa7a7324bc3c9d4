"""What is always so between the facts of a case is so: no case breaks a law by which examples are left out."""

from __future__ import annotations

import datetime as dt

from hypothesis import given

from rules.action_facts import action_facts
from rules.fact_laws import LAWS, are_possible, least, most
from rules.facts import Case
from rules.situation import Situation
from rules.vocabulary import fact_types
from tests.rules.cases import PACK
from tests.rules.test_decide_properties import EXAMPLES, aged_cases, moments


@EXAMPLES
@given(aged_cases(), moments)
def test_no_case_breaks_a_law(case: Case, now: dt.datetime) -> None:
    situation = Situation(PACK, case, now)
    whole = [{name: situation.common_facts[name] for name in fact_types("failure")}]
    for action in case.actions:
        facts = action_facts(situation, action)
        whole.append({name: facts[name] for name in fact_types("action")})
    for facts_there in whole:
        named = [(names, holds) for names, holds in LAWS if all(name in facts_there for name in names)]
        assert [names for names, holds in named if not holds(*(facts_there[name] for name in names))] == []
        assert are_possible(facts_there)


def test_every_law_is_about_facts_that_there_are() -> None:
    known = fact_types("action")
    assert {name for names, _ in LAWS for name in names} <= known.keys()


def test_a_date_may_have_passed_and_a_count_is_never_below_nothing() -> None:
    assert least("post_mortem.days_until_due") < -1_000
    assert (most("post_mortem.days_until_due") or 0) > 1_000
    assert least("action.idle_days") == 0

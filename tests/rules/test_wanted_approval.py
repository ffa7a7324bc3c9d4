"""Nobody is asked to approve a plan where nobody but its owner could."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from rules.decide import decide
from rules.effects import Say
from rules.policy import People
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at, closed, person, says

ALONE = People(MappingProxyType({"ann": person("Ann")}), default_lead="ann")
ABOVE = People(MappingProxyType({"ann": person("Ann", lead="lea"), "lea": person("Lea")}))
DUE = (says("d1", "03-10 10:00", "/due 2026-04-20"), says("d2", "03-11 10:00", "/due 2026-05-20"))
OPEN = a_case(a_failure("sev2"), a_post_mortem(), an_action(comments=DUE))
EMPTY = a_case(a_failure("sev2"), a_post_mortem(**closed("03-05 11:00")))


@pytest.mark.parametrize("rule", ["unapproved-plan", "postponed-action", "no-actions"])
@pytest.mark.parametrize(
    ("people", "asked"),
    [
        pytest.param(People(), [], id="no people file"),
        pytest.param(ALONE, [], id="a team of one"),
        pytest.param(ABOVE, [("lea",)], id="somebody stands above"),
    ],
)
def test_only_somebody_above_the_owner_is_asked(rule: str, people: People, asked: list[tuple[str, ...]]) -> None:
    case = EMPTY if rule == "no-actions" else OPEN
    effects = decide(replace(PACK, people=people), case, at("03-16 09:00")).effects
    assert [one.mentions for one in effects if isinstance(one, Say) and one.rule == rule] == asked

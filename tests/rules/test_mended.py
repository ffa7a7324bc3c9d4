"""Replies that say what could not be done, once it can be: they are written anew, and claim nothing that is not so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Amend
from rules.facts import Case
from tests.rules.cases import PACK, a_case, a_failure, an_action, at, says, we_say

NOW = at("03-04 12:00")


def replied_to(body: str) -> Case:
    """An action on which somebody wrote that, and got a reply which refused something in it."""
    comments = (says("c1", "03-03 09:00", body), we_say("c2", "03-03 09:01", "reply", extra="token:c1"))
    return a_case(a_failure("sev3"), None, an_action(comments=comments))


def with_rights(case: Case, rights: bool | None) -> Case:
    given = {ref: tuple(replace(one, rights=rights) for one in there) for ref, there in case.commands.items()}
    return replace(case, commands=given)


def amended(case: Case) -> list[str]:
    return [effect.body.strip() for effect in decide(PACK, case, NOW).effects if isinstance(effect, Amend)]


@pytest.mark.parametrize("body", ["/snoze 5 days", "/snooze 5 days"], ids=["a slip", "a reason that is missing"])
@pytest.mark.parametrize(
    "rights", [True, False, None], ids=["with rights", "with rights no more", "with rights that are not known"]
)
def test_what_still_stands_there_is_not_called_settled(body: str, rights: bool | None) -> None:
    assert amended(with_rights(replied_to(body), rights)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(
            "/snooze 5 days because of the fair",
            "Settled. What could not be done in the comment of Ann was mended since, and nothing more is needed.",
            id="all is done",
        ),
        pytest.param(
            "/decline the keys are gone\n\n/snooze 5 days because of the fair",
            "Settled. What could not be done in the comment of Ann was mended since; its `/decline` takes somebody "
            "else's `/approve`.",
            id="its /decline waits",
        ),
    ],
)
def test_what_was_mended_says_so_and_what_is_needed_still(body: str, told: str) -> None:
    assert amended(replied_to(body)) == [told]

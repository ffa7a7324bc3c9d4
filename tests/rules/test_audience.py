"""P14: nothing flows to a wider audience, whatever the policy routes where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import OpenTicket, Say
from rules.facts import Audience
from rules.policy import Routing
from rules.refs import Place
from tests.rules.cases import LEA, PACK, a_case, a_failure, a_post_mortem, an_action, at, says

#: Not where the failure is.
PLANS = Place("github", "acme/plans")
POLICY = replace(PACK, routing=Routing(actions=PLANS))
NOW = at("03-03 12:00")


def opened(mortem_audience: Audience, places: frozenset[Place], routing: Routing = POLICY.routing) -> list[str]:
    """Roles of the tickets that would be opened for a public failure's post-mortem with one item."""
    failure = replace(a_failure("sev2"), audience=Audience.PUBLIC)
    mortem = replace(a_post_mortem(), body="- [ ] Rotate the leaked key", audience=mortem_audience)
    case = replace(a_case(failure, mortem), public_places=places)
    policy = replace(POLICY, routing=routing)
    return [effect.role for effect in decide(policy, case, NOW).effects if isinstance(effect, OpenTicket)]


@pytest.mark.parametrize(
    ("mortem_audience", "places", "roles"),
    [
        pytest.param(Audience.INTERNAL, frozenset({PLANS}), [], id="internal-text-stays-inside"),
        pytest.param(Audience.INTERNAL, frozenset(), ["action"], id="internal-to-internal"),
        pytest.param(Audience.PUBLIC, frozenset({PLANS}), ["action"], id="public-to-public"),
    ],
)
def test_an_item_is_opened_only_where_its_readers_are(
    mortem_audience: Audience, places: frozenset[Place], roles: list[str]
) -> None:
    """P14: an item of an internal post-mortem becomes no public issue."""
    assert opened(mortem_audience, places) == roles


@pytest.mark.parametrize(
    ("mortem_audience", "roles"),
    [
        pytest.param(Audience.INTERNAL, [], id="internal-text-stays-inside"),
        pytest.param(Audience.PUBLIC, ["action"], id="public-to-public"),
    ],
)
def test_beside_a_public_failure_everybody_reads_along(mortem_audience: Audience, roles: list[str]) -> None:
    """P14: where nothing is routed, the failure's own place decides who reads."""
    assert opened(mortem_audience, frozenset(), Routing()) == roles


def test_what_is_held_back_says_why() -> None:
    """P8, P14: the reason names what a person can do."""
    failure = replace(a_failure("sev2"), audience=Audience.PUBLIC)
    mortem = replace(a_post_mortem(), body="- [ ] Rotate the leaked key", audience=Audience.INTERNAL)
    case = replace(a_case(failure, mortem), public_places=frozenset({PLANS}))
    notes = [reason.note for reason in decide(POLICY, case, NOW).reasons if reason.rule == "open-action"]
    assert len(notes) == 1
    assert "route it elsewhere" in notes[0]


@pytest.mark.parametrize(("audience", "is_named"), [(Audience.INTERNAL, False), (Audience.PUBLIC, True)])
def test_a_public_action_names_nobody_of_an_internal_failure(audience: Audience, is_named: bool) -> None:
    """P14: what `/case` tells there waits for a first word, and does not say from whom."""
    failure = a_failure("sev2", assignees=(LEA,), audience=audience)
    action = an_action(audience=Audience.PUBLIC, comments=(says("c1", "03-03 10:00", "/case"),))
    effects = decide(PACK, a_case(failure, None, action), NOW).effects
    (reply,) = [one.body for one in effects if isinstance(one, Say) and one.text == "reply"]
    assert "a first word" in reply
    assert ("Lea" in reply) is is_named

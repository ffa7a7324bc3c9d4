"""What conditions can ask of each ticket of a case, and of the case's counts."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from rules.action_facts import action_facts
from rules.facts import ActionTicket, Case, ChangeKind, Closing, Comment, Earlier, Resolution, Status, TicketLink
from rules.policy import People, Team
from rules.refs import TicketRef
from rules.situation import Situation
from rules.vocabulary import FACTS, OF_EACH_TICKET, fact_types
from tests.rules.cases import (
    ANN,
    BOB,
    LEA,
    PACK,
    PEOPLE,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    closed,
    labelled,
    says,
)

NOW = at("03-20 09:00")
TEAMS = replace(PACK, people=replace(PEOPLE, teams=MappingProxyType({"shop": Team("shop", "Shop", labels=("shop",))})))
KINDS: dict[str, type] = {"bool": bool, "int": int, "string": str, "list of string": list}


def facts_of(ticket: ActionTicket, *, policy: Any = PACK) -> Any:
    case = a_case(a_failure(), None, ticket)
    return action_facts(Situation(policy, case, NOW), case.actions[0])


SAID: list[tuple[str, dict[str, Any], Any]] = [
    ("title", {"title": "Buy a spare"}, "Buy a spare"),
    ("status", {}, "to do"),
    ("status", {"status": Status.DOING}, "in progress"),
    ("status", closed("03-05 09:00"), "done"),
    ("priority", {"priority": "High"}, "High"),
    ("priority", {}, ""),
    ("labels", {"labels": ("Shop",)}, ["Shop", "shop"]),
    ("links", {"links": (TicketLink("#1", "parent"), TicketLink("#9", "sub-issue"))}, 2),
    ("tracker", {}, "github"),
    ("place", {}, "github:acme/shop"),
    ("place", {"ref": TicketRef("jira", "OPS-7")}, "jira:OPS"),
    ("has_owner", {"assignees": ()}, False),
    ("owner", {}, "ann"),
    ("owner", {"assignees": (BOB,)}, "bob"),
    ("owner", {"assignees": (ROBOT,)}, ""),
    ("owner", {"assignees": (replace(ANN, has_left=True), LEA)}, "lea"),
    ("owner", {"assignees": (), "comments": (says("c1", "03-05 09:00", "/owner @lea"),)}, "lea"),
    ("owner", {"comments": (says("c1", "03-05 09:00", "/owner @lea"),)}, "lea"),
    ("team", {"labels": ("SHOP",)}, "shop"),
    ("team", {"labels": ()}, ""),
    ("last_progress_by", {"changes": (change("s1", "03-05 09:00", ChangeKind.STATUS, by=LEA),)}, "lea"),
    ("last_progress_by", {"changes": (change("s1", "03-05 09:00", ChangeKind.STATUS, by=BOB),)}, "bob"),
    ("last_progress_by", {"changes": (change("s1", "03-05 09:00", ChangeKind.STATUS, by=ROBOT),)}, ""),
    ("last_progress_by", {"changes": (labelled("03-05 09:00", "shop"),)}, ""),
    ("has_due", {}, True),
    ("has_due", {"marker": None}, False),
]


@pytest.mark.parametrize(("fact", "fields", "value"), SAID, ids=[f"{fact} {value!r}" for fact, _, value in SAID])
def test_a_fact_says_how_the_ticket_stands(fact: str, fields: dict[str, Any], value: Any) -> None:
    assert facts_of(an_action(**fields), policy=TEAMS)[f"action.{fact}"] == value


@pytest.mark.parametrize("fact", [fact.name for fact in OF_EACH_TICKET])
def test_a_fact_says_of_failure_and_post_mortem_what_it_says_of_an_action(fact: str) -> None:
    changed = (labelled("03-02 09:00"), change("s1", "03-05 09:00", ChangeKind.STATUS, by=LEA))
    same: dict[str, Any] = {"title": "One", "changes": changed, "labels": ("failure", "shop"), "priority": "High"}
    case = a_case(a_failure(**same), a_post_mortem(**same), an_action(**same, marker=None))
    facts = action_facts(Situation(TEAMS, case, NOW), case.actions[0])
    assert facts[f"failure.{fact}"] == facts[f"action.{fact}"]
    if "due" not in fact:
        assert facts[f"post_mortem.{fact}"] == facts[f"action.{fact}"]


@pytest.mark.parametrize("subject", ["failure", "action"])
def test_every_fact_has_a_value_of_its_type(subject: str) -> None:
    """Whether there is a post-mortem or not: what is documented can be asked about, and CEL takes what it gets."""
    for mortem in (None, a_post_mortem()):
        case = a_case(a_failure(), mortem, an_action())
        situation = Situation(TEAMS, case, NOW)
        facts = action_facts(situation, case.actions[0]) if subject == "action" else situation.common_facts
        for name, kind in fact_types(subject).items():
            assert type(facts[name]) is KINDS[kind], name


def test_an_unknown_fact_is_no_fact() -> None:
    with pytest.raises(KeyError):
        _ = facts_of(an_action())["action.colour"]


def _ended(number: int, item: str, resolution: Resolution = Resolution.COMPLETED) -> ActionTicket:
    return an_action(number, item, **closed("03-10 09:00"), resolution=resolution)


def test_actions_are_counted_by_how_they_ended() -> None:
    by_lead = says("c1", "03-11 09:00", "/decline Not worth it", by=ANN)
    approved = says("c2", "03-11 10:00", "/approve", by=LEA)
    declined = an_action(5, "iteme", comments=(by_lead, approved))
    case = a_case(
        a_failure(), None, an_action(), _ended(4, "itemd"), declined, _ended(6, "itemf", Resolution.NOT_PLANNED)
    )
    facts = Situation(PACK, case, NOW).common_facts
    names = ("actions", "open_actions", "done_actions", "declined_actions")
    assert [facts[f"case.{name}"] for name in names] == [4, 1, 1, 1]


def _come_back(*promised: ActionTicket, comments: tuple[Comment, ...] = ()) -> Case:
    failure = a_failure(changes=(labelled("03-02 09:00"), labelled("03-15 09:00", id="l2")), comments=comments)
    earlier = Earlier(1, at("03-12 09:00"), None, promised)
    return a_case(failure, closings=(Closing(1, at("03-12 09:00")),), earlier=(earlier,))


def test_promises_of_earlier_times_are_counted_while_they_are_open() -> None:
    case = _come_back(an_action(), _ended(4, "itemd"), an_action(5, "iteme"))
    facts = Situation(PACK, case, NOW).common_facts
    assert (facts["case.generation"], facts["case.earlier"], facts["case.earlier_open_actions"]) == (2, 1, 2)


def test_of_a_first_time_there_is_nothing_earlier() -> None:
    facts = Situation(PACK, a_case(a_failure()), NOW).common_facts
    assert (facts["case.earlier"], facts["case.earlier_open_actions"]) == (0, 0)


def test_the_name_of_a_fact_that_is_a_yes_or_no_says_so() -> None:
    """So that a condition can be read aloud."""
    asked = [fact.name.partition(".")[2] for known in FACTS.values() for fact in known if fact.type == "bool"]
    verbs = ("is_", "has_", "wants_", "asks_", "blames_")
    assert [name for name in asked if not name.startswith(verbs) and name not in ("exists", "plan_grew")] == []


def test_without_a_people_file_an_owner_is_an_account() -> None:
    assert facts_of(an_action(), policy=replace(PACK, people=People()))["action.owner"] == "ann"

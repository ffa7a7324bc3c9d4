"""What is done already is taken away, without asking what it said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import AddLabel, Assign, Keep, LinkTickets, Say
from rules.facts import Change, ChangeKind, Closing, TicketLink
from rules.refs import TicketRef
from rules.templates import TemplateRenderError, Templates
from tests.rules.cases import OURS, PACK, a_case, a_failure, at, change, labelled, we_say
from worker.ledger.database import open_memory_ledger
from worker.outstanding import outstanding

NOW = at("03-02 12:00")
BROKEN = replace(PACK, templates=Templates(dict.fromkeys(PACK.templates.names(), "{{ severity // 0 }}")))


def test_what_was_said_is_not_rendered_again() -> None:
    case = a_case(a_failure())
    asks = [one for one in decide(BROKEN, case, NOW).effects if isinstance(one, Say)]
    assert [ask.text for ask in asks] == ["ask"]
    standing = a_case(a_failure(comments=(we_say("o1", "03-02 09:05", "ask", key=asks[0].key),)))
    assert outstanding(asks, standing, {}, NOW).todo == ()


def test_what_cannot_be_rendered_fails_before_anything_is_intended() -> None:
    asks = [one for one in decide(BROKEN, a_case(a_failure()), NOW).effects if isinstance(one, Say)]
    with pytest.raises(TemplateRenderError):
        outstanding(asks, a_case(a_failure()), {}, NOW)


@pytest.mark.parametrize(
    ("ticket", "is_left"),
    [pytest.param("acme/shop#1", False, id="here"), pytest.param("acme/shop#9", True, id="on what was a twin")],
)
def test_a_standing_comment_that_is_gone_was_deleted_only_if_it_stood_here(ticket: str, is_left: bool) -> None:
    """P12 of what a person took away, P3 of what stands on a ticket that turned out to be there twice."""
    case = a_case(a_failure())
    status = next(one for one in decide(PACK, case, NOW).effects if isinstance(one, Keep))
    ledger = open_memory_ledger()
    ledger.effects.intend([replace(status, ticket=TicketRef(case.failure.ref.tracker, ticket))], NOW)
    ledger.effects.confirm(status.key, NOW, "o1")
    rows = ledger.effects.of(case.root)
    assert bool(outstanding([status], case, rows, NOW).todo) is is_left
    ledger.close()


@pytest.mark.parametrize(
    ("tracker", "is_left"),
    [pytest.param("jira", False, id="the same ticket"), pytest.param("board", True, id="another site's of that key")],
)
def test_a_link_stands_only_where_it_leads_to_that_tracker(tracker: str, is_left: bool) -> None:
    failure = replace(a_failure(), ref=TicketRef("jira", "OPS-2"), links=(TicketLink("OPS-1", "Relates"),))
    link = LinkTickets(
        key="k", case="c.1", rule="link-action", why="", ticket=failure.ref, target=TicketRef(tracker, "OPS-1"),
        target_uid="1", url=f"https://{tracker}.example/browse/OPS-1", title="OPS-1", relation="relates",
    )  # fmt: skip
    assert bool(outstanding([link], a_case(failure), {}, NOW).todo) is is_left


@pytest.mark.parametrize(
    ("assigned", "is_left"),
    [
        pytest.param(None, True, id="nobody was named"),
        pytest.param("03-05 09:00", True, id="we named somebody the first time"),
        pytest.param("03-09 10:00", False, id="we named somebody this time, and a person took it off"),
    ],
)
def test_each_generation_names_an_owner_once(assigned: str | None, is_left: bool) -> None:
    """P12: an owner whom a person took off is not named again; what was named before the failure came back is over."""
    history = [labelled("03-02 09:00"), labelled("03-09 09:00", id="l2")]
    if assigned:
        history.insert(1, change("a1", assigned, ChangeKind.ASSIGNED, by=OURS, new="lea"))
    failure = a_failure(assignees=(), changes=tuple(sorted(history, key=lambda one: one.at)))
    case = a_case(failure, closings=(Closing(1, at("03-06 09:00")),))
    (assign,) = (one for one in decide(PACK, case, at("03-09 12:00")).effects if isinstance(one, Assign))
    assert bool(outstanding([assign], case, {}, NOW).todo) is is_left


@pytest.mark.parametrize(
    ("labels", "changes", "is_left"),
    [
        pytest.param(("needs help",), (), False, id="there"),
        pytest.param(("needs-help",), (), False, id="there as Jira has it"),
        pytest.param((), (change("l1", "03-02 10:00", ChangeKind.LABELLED, new="needs-help"),), False, id="taken off"),
        pytest.param(("help",), (change("l1", "03-02 10:00", ChangeKind.LABELLED, new="help"),), True, id="another"),
    ],
)
def test_a_label_with_a_space_is_there_with_a_hyphen_too(
    labels: tuple[str, ...], changes: tuple[Change, ...], *, is_left: bool
) -> None:
    """P12: a lost ledger is no reason to put back what a person took off."""
    case = a_case(a_failure(*labels, changes=changes))
    put_on = AddLabel(key="k", case=case.root, rule="help", why="", ticket=case.failure.ref, label="needs help")
    assert bool(outstanding([put_on], case, {}, NOW).todo) is is_left

"""`/same-as` and a ticket that nobody can see: the action goes on, and whoever wrote it hears why."""

from __future__ import annotations

import pytest

from connectors.errors import Denied
from tests.rules.cases import BOB, a_case, a_failure, an_action, ref, says
from tests.worker.company import ANN, SHOP, Company
from tests.worker.reconcile.stories import FAILURE
from worker.merge_targets import MergeTargets

ELSEWHERE = "acme/docs"


@pytest.fixture
def action(company: Company) -> str:
    """The key of an action of a failure, beside which somebody has opened a ticket, here and elsewhere."""
    company.site.add_place(ELSEWHERE)
    company.a_failure("sev3")
    company.says(ANN, FAILURE, "/action Replace the old gateway")
    company.settle()
    company.site.open_ticket(ANN, SHOP.container, "The gateway is replaced")
    company.site.open_ticket(ANN, ELSEWHERE, "Gateways")
    return company.opened("action")[0].key


def state(company: Company, action: str) -> str:
    row = next(line for line in company.text("plan").splitlines() if f"[{action}]" in line)
    return row.rstrip(" |").rpartition("| ")[2]


def reads(company: Company) -> int:
    return company.weather.calls["ticket"]


@pytest.mark.parametrize("named", ["#99", "acme/shop#99", "acme/docs#99", "acme/nothing#1", "OPS-77"])
def test_what_cannot_be_seen_ends_no_action_and_is_answered(company: Company, action: str, named: str) -> None:
    """P7: a slip in a number would drop a promise in silence."""
    company.says(ANN, action, f"/same-as {named}")
    company.settle()
    assert state(company, action) == "open"
    assert "names no ticket that can be seen from here" in company.text("reply", action)


@pytest.mark.parametrize(
    "named",
    [
        pytest.param("#3", id="a neighbour"),
        pytest.param("acme/docs#1", id="in a repository that is not ours to work in"),
        pytest.param("http://127.0.0.1/github/acme/shop/issues/3", id="by its address"),
        pytest.param("https://tickets.example/browse/OPS-77", id="by an address that leads elsewhere"),
    ],
)
def test_what_is_there_or_lies_elsewhere_is_believed(company: Company, action: str, named: str) -> None:
    company.says(ANN, action, f"/same-as {named}")
    company.settle()
    assert state(company, action) == "merged"
    assert "reply" not in company.kinds(action)


def test_a_ticket_elsewhere_is_looked_for_once(company: Company) -> None:
    company.site.open_ticket(ANN, SHOP.container, "The gateway is replaced")
    case = a_case(a_failure(ref=ref(8)), None, an_action(comments=(says("c1", "03-02 09:30", "/same-as #1"),)))
    targets = MergeTargets({"github": company.tracker})
    for _ in range(3):
        assert targets.unfound(case, [SHOP], company.now(), lambda: None) == frozenset()
    assert reads(company) == 1


def test_what_is_refused_stays_so_when_nobody_is_told_any_more(company: Company, action: str) -> None:
    company.says(ANN, action, "/same-as #99")
    company.pass_time("03-20 12:00")
    company.says(ANN, FAILURE, "Hm.")
    company.settle()
    assert state(company, action) == "open"


def test_what_turns_up_later_counts_and_the_reply_says_so(company: Company, action: str) -> None:
    company.says(ANN, action, "/same-as #4")
    company.settle()
    assert state(company, action) == "open"
    company.site.open_ticket(ANN, SHOP.container, "Replaced after all")
    company.pass_time("03-02 10:00")
    company.says(ANN, FAILURE, "There it is.")
    company.settle()
    assert state(company, action) == "merged"
    assert company.text("reply", action).startswith("Settled.")


def test_what_was_merged_long_ago_is_let_rest(company: Company, action: str) -> None:
    """An installation that upgrades takes nothing back of which nobody could be told."""
    company.says(ANN, action, "/same-as #99")
    company.time = company.time.replace(day=20)
    company.settle()
    assert state(company, action) == "merged"


def test_where_we_may_not_look_it_is_believed(company: Company) -> None:
    given = says("c1", "03-02 09:30", "/same-as #99")
    case = a_case(a_failure(), None, an_action(comments=(given,)))
    targets = MergeTargets({"github": company.tracker})
    company.weather.when["ticket"] = Denied("not for you", status=403)
    assert targets.unfound(case, [SHOP], company.now(), lambda: None) == frozenset()


def test_nobody_without_rights_has_anything_looked_for(company: Company) -> None:
    """P11."""
    given = says("c1", "03-02 09:30", "/same-as #99", by=BOB)
    case = a_case(a_failure(), None, an_action(comments=(given,)))
    assert MergeTargets({"github": company.tracker}).unfound(case, [SHOP], company.now(), lambda: None) == frozenset()
    assert reads(company) == 0

"""The trackers are the truth: the database may be lost at any moment between two looks (P1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

import pytest

from connectors.markers import NAME
from connectors.tracker import TWIN_LABEL
from rules.facts import Marker
from rules.keys import opening_key
from rules.policy import Limits
from rules.refs import TicketRef
from tests.worker.company import ANN, CODEC, LEA, OURS, PACK, SHOP, Company
from tests.worker.postgres import Postgres
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import open_memory_ledger
from worker.plan import Plan
from worker.rebuild import Rebuilt

FAILURE, MORTEM, FROM_COMMAND, FROM_TEXT = (f"acme/shop#{number}" for number in (1, 2, 3, 4))
ITEMS = "## What we learned\n\nBackups were never tried.\n\n## Action items\n\n- [ ] Rehearse restoring every quarter\n"

#: What people do, and when.
STORY: list[tuple[str, Callable[[Company], object]]] = [
    ("03-02 09:00", lambda c: c.a_failure("sev2", assignees=())),
    ("03-02 10:00", lambda c: c.says(LEA, FAILURE, "/ack Rolling back.")),
    ("03-03 10:00", lambda c: c.says(ANN, FAILURE, "/action Rotate the keys")),
    ("03-03 11:00", lambda c: c.site.set_body(ANN, MORTEM, ITEMS)),
    ("03-04 09:00", lambda c: c.site.remove_label(ANN, FAILURE, "failure")),
    ("03-05 09:00", lambda c: c.site.add_label(ANN, FAILURE, "failure")),
    ("03-06 09:00", lambda c: c.site.close(ANN, MORTEM)),
    ("04-02 10:00", lambda c: c.says(LEA, FROM_COMMAND, "Waiting for the vendor.")),
    ("04-20 10:00", lambda c: c.site.remove_label(LEA, FROM_TEXT, "escalated")),
    ("04-21 10:00", lambda c: [c.site.close(ANN, key) for key in (FROM_COMMAND, FROM_TEXT, FAILURE)]),
    ("05-04 10:00", lambda c: c.site.reopen(ANN, FAILURE)),
    ("05-06 10:00", lambda c: [c.site.close(ANN, key) for key in ("acme/shop#5", FAILURE)]),
]
END = "05-07 10:00"
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
#: At how many moments of the story the database is lost.
PARTS = 12


def live(company: Company) -> Company:
    for when, act in STORY:
        company.pass_time(when)
        act(company)
    company.pass_time(END)
    return company


class Forgetful(Company):
    """Loses its database after the look of that number, and notes what it would have done next, before and after."""

    def __init__(self, forgets_after: int = 0, make_ledger: Callable[[], Ledger] = open_memory_ledger) -> None:
        super().__init__(limits=Limits(mentions_per_day=99), make_ledger=make_ledger)
        self.looks = 0
        self.forgets_after = forgets_after
        self.compared: list[tuple[object, object]] = []

    def _look(self, ref: TicketRef) -> None:
        super()._look(ref)
        self.looks += 1
        if self.looks == self.forgets_after:
            before = self._next()
            self.lose_the_database()
            self.compared.append((before, self._next()))

    def _next(self) -> object:
        """What would be done now; a failure without its label rests, and is found when that comes back."""
        roots = self.ledger.cases.roots_of(TicketRef("github", FAILURE))
        plan: Plan | None = (
            self.reconciler.planner.plan(roots[0]) if roots and self.ledger.cases.get(roots[0]) else None
        )
        if plan is None or "failure" not in self.ticket().labels:
            return "rests"
        # A state that converges may be written once more; what is said or opened may not.
        said = [effect.key for effect in plan.admission.admitted if effect.is_event]
        return said, plan.decision.wake_at, plan.decision.phase


@cache
def undisturbed() -> Forgetful:
    """The same story with a database that is never lost."""
    company = live(Forgetful())
    assert isinstance(company, Forgetful)
    return company


def test_the_story_goes_through_everything_that_a_case_can_meet() -> None:
    """Otherwise losing the database in it would prove little."""
    company = undisturbed()
    kinds = company.kinds()
    assert kinds.count("lesson") == 2
    assert {"status", "ask", "paused", "plan", "thanks"} <= set(kinds)
    assert company.kinds(FROM_TEXT) == ["reminder", "overdue", "overdue", "overdue"]
    assert len(company.opened("post-mortem")) == 2
    assert company.ticket().assignees == [LEA]


@pytest.fixture
def make_ledger(database: str, request: pytest.FixtureRequest) -> Iterator[Callable[[], Ledger]]:
    """Opens an empty ledger, as often as one is lost."""
    if database == SQLITE:
        yield open_memory_ledger
        return
    server: Postgres = request.getfixturevalue("postgres")
    opened: list[Ledger] = []

    def open_empty() -> Ledger:
        opened.append(open_ledger(server.emptied_database()))
        return opened[-1]

    yield open_empty
    for ledger in opened:
        ledger.close()


def parts() -> list[object]:
    """Moments of the story: in every run each third on SQLite and one on PostgreSQL, all of them in the long run."""
    always = {(part, SQLITE) for part in range(1, PARTS, 3)} | {(PARTS // 2, POSTGRES)}
    return [
        pytest.param(*one, id=f"{one[0]} - {one[1]}", marks=() if one in always else pytest.mark.soak)
        for one in product(range(PARTS), (SQLITE, POSTGRES))
    ]


@pytest.mark.parametrize(("part", "database"), parts())
def test_losing_the_database_between_two_looks_changes_nothing(
    part: int, database: str, make_ledger: Callable[[], Ledger]
) -> None:
    """The same next decision, and at the end of the story the same repository: nothing lost, nothing doubled (P1)."""
    looks = undisturbed().looks
    after = 1 + part * (looks - 1) // (PARTS - 1)
    company = Forgetful(after, make_ledger)
    live(company)
    ((before, next_one),) = company.compared
    assert next_one == before
    assert company.picture() == undisturbed().picture()


@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRES, marks=pytest.mark.soak)])
def test_losing_the_database_again_and_again_changes_nothing(database: str, make_ledger: Callable[[], Ledger]) -> None:
    """P1."""
    company = Company(limits=Limits(mentions_per_day=99), make_ledger=make_ledger)
    for when, act in STORY:
        company.pass_time(when)
        company.lose_the_database()
        act(company)
        company.settle()
        company.lose_the_database()
    company.pass_time(END)
    assert company.picture() == undisturbed().picture()


def test_emptying_the_queue_loses_nothing() -> None:
    """What was queued and not looked at is queued again (P1)."""
    company = Company()
    company.a_failure("sev2")
    assert company.ledger.inbox.claim(company.time, company.time, 9)  # taken from the ledger, and lost on its way
    company.settle()
    assert company.kinds() == ["status", "ask"]


# --- rebuilding itself -----------------------------------------------------------------------------


def a_paused_failure() -> Company:
    """A failure whose post-mortem is open, and whose label somebody took off."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    company.site.remove_label(ANN, FAILURE, "failure")
    company.settle()
    return company


def test_rebuilding_writes_nothing_on_the_tracker() -> None:
    company = Company()
    company.a_failure("sev2")
    company.settle()
    before, writes = company.picture(), company.weather.calls["comment"]
    rebuilt = company.lose_the_database()
    assert (rebuilt.failures, rebuilt.tickets) == (1, 1)
    assert company.picture() == before
    assert company.weather.calls["comment"] == writes


def test_every_ticket_that_we_open_is_found_again_by_its_label() -> None:
    """P1."""
    company = Company()
    company.a_failure("sev2")
    company.says(ANN, FAILURE, "/action Rotate the keys")
    company.settle()
    company.lose_the_database()
    case = company.plan().gathered.case
    assert case.post_mortem
    assert [action.ticket.title for action in case.actions] == ["Rotate the keys"]
    ours = [ticket for ticket in company.site.in_place(SHOP.container) if ticket.reporter == OURS]
    assert all("aftermath" in ticket.labels for ticket in ours)


def test_a_closed_failure_is_found_again_and_stays_closed() -> None:
    company = Company()
    company.a_failure()
    company.says(ANN, FAILURE, "/ack")
    company.site.close(ANN, FAILURE)
    company.pass_time("03-02 12:00")
    before = company.picture()
    assert company.kinds()[-1] == "lesson"
    company.lose_the_database()
    company.pass_time("03-20 12:00")
    assert company.picture() == before


def test_a_paused_failure_goes_on_when_its_label_is_put_back() -> None:
    """Nobody finds it by its label meanwhile, and nothing is lost by that (P1)."""
    company = a_paused_failure()
    company.lose_the_database()
    company.settle()
    company.site.add_label(ANN, FAILURE, "failure")
    company.settle()
    assert company.kinds() == ["status", "ask", "paused"]
    assert len(company.opened("post-mortem")) == 1
    assert company.plan().gathered.case.post_mortem


@pytest.mark.parametrize("has_seen_it", [True, False], ids=["paused before", "unlabelled while nobody looked"])
def test_a_failure_whose_label_was_taken_off_is_found_by_what_was_opened_for_it_and_shown_paused(
    has_seen_it: bool,
) -> None:
    """Otherwise its status comment would say for ever that the case runs (P1)."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    if not has_seen_it:
        company.site.listeners.clear()
    company.site.remove_label(ANN, FAILURE, "failure")
    company.settle()
    assert company.lose_the_database() == Rebuilt(failures=1, tickets=1)
    company.settle()
    (row,) = company.ledger.cases.all()
    assert (row.failure.key, row.phase) == (FAILURE, "paused")
    assert company.kinds() == ["status", "ask", "paused"]
    assert "aused" in company.text("status")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Nothing about where it came from.", id="nothing"),
        pytest.param("See acme/shop#77, xacme/shop#1 and acme/other#1.", id="other tickets"),
        pytest.param("acme/shop#2 acme/shop/issues/3 " * 10_000, id="a great deal"),
    ],
)
def test_a_text_that_leads_nowhere_finds_no_failure_and_harms_nothing(body: str) -> None:
    """P11: what a ticket's text says is a guess, and costs a few requests at most."""
    company = a_paused_failure()
    company.ticket(MORTEM).parent_uid = None
    company.site.set_body(ANN, MORTEM, body)
    before = company.weather.calls["ticket"]
    assert company.lose_the_database() == Rebuilt(failures=0, tickets=1)
    assert company.weather.calls["ticket"] - before <= 6
    assert company.ledger.cases.all() == []


def test_a_ticket_of_a_paused_case_that_fails_itself_is_taken_up() -> None:
    """Its own case does not wait for one that rests (P7)."""
    company = a_paused_failure()
    company.lose_the_database()
    company.settle()
    company.site.add_label(ANN, MORTEM, "failure")
    company.settle()
    assert company.kinds(MORTEM)[-1] == "ask"


def test_a_twin_that_was_neutralised_is_not_taken_for_a_ticket_again() -> None:
    """P1, P3."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    marker = company.ours()[0][0]
    late = Marker(marker.case, opening_key(marker.case, "post-mortem", ""), "post-mortem", ":2026-03-09")
    company.site.open_ticket(
        OURS, SHOP.container, "Twin", labels=("aftermath", TWIN_LABEL), properties={NAME: CODEC.write(late)}
    )
    company.lose_the_database()
    company.settle()
    mortem = company.plan().gathered.case.post_mortem
    assert mortem
    assert mortem.ref.key == MORTEM


def test_another_installation_s_tickets_are_left_alone() -> None:
    company = Company(policy=PACK)
    other = type(CODEC)("another", b"another secret")
    marker = Marker("aaaa.1", "bbbb", "action", "x:")
    company.site.open_ticket(
        OURS, SHOP.container, "Theirs", labels=("aftermath",), properties={NAME: other.write(marker)}
    )
    company.lose_the_database()
    assert company.ledger.cases.roots_of(TicketRef("github", FAILURE)) == []

"""Whatever people write into a post-mortem and take out again, an adopted ticket hears everything once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import Ambiguous, Temporary
from tests.worker.company import ANN, LEA, MO, Company
from tests.worker.reconcile.stories import MORTEM
from tests.worker.reconcile.test_adopting_actions import THEIRS, a_case, actions, told

LINES = (
    "- [ ] #3",
    "- [ ] Rehearse restoring (#3)",
    "- [x] Rehearse restoring (#3)",
    "- [ ] Keep a second certificate",
    "- [ ] Write the alert that was missing in #3",
)
DAYS = (1, 9, 30)
_DAY = dt.timedelta(days=1)


def _pass(company: Company, days: int) -> None:
    company.pass_time(f"{company.time.replace(hour=10) + days * _DAY:%m-%d %H:%M}")


def _cut(company: Company, is_done: bool) -> None:
    """The answer to what is posted next does not arrive."""
    company.weather.when = {what: Ambiguous("cut") if is_done else Temporary("502") for what in ("comment", "edit")}
    company.weather.answer_lost = is_done
    company.settle()
    company.weather.when.clear()


ACTS: dict[str, Callable[[Company], object]] = {
    "loses the database": lambda company: company.lose_the_database(),
    "an answer is cut": lambda company: _cut(company, True),
    "a request fails": lambda company: _cut(company, False),
    "Mo closes it": lambda company: company.site.close(MO, THEIRS),
    "Mo opens it": lambda company: company.site.reopen(MO, THEIRS),
    "Lea gives it a date": lambda company: company.says(LEA, THEIRS, "/due 2026-04-20"),
    "Ann writes a line": lambda company: company.says(ANN, MORTEM, "I added what I saw."),
} | {f"{days} days pass": (lambda company, days=days: _pass(company, days)) for days in DAYS}


SEQUENCES = {
    "lost after every line": [
        ["- [ ] #3"],
        "loses the database",
        ["- [x] Rehearse restoring (#3)"],
        "loses the database",
    ],
    "in and out and in": [["- [ ] #3"], "9 days pass", [], "1 days pass", ["- [ ] Rehearse restoring (#3)"]],
    "cut while it is found": ["an answer is cut", ["- [ ] #3", "- [ ] Keep a second certificate"], "an answer is cut"],
    "closed first": ["Mo closes it", ["- [x] Rehearse restoring (#3)"], "loses the database", "Mo opens it"],
}


@pytest.mark.parametrize("acts", SEQUENCES.values(), ids=SEQUENCES)
def test_an_adopted_ticket_is_neither_doubled_nor_told_twice(acts: list[str | list[str]]) -> None:
    live_through(acts)


@pytest.mark.soak
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.one_of(st.sampled_from(sorted(ACTS)), st.lists(st.sampled_from(LINES), max_size=3, unique=True)), max_size=8
    )
)
def test_whatever_is_written_a_ticket_is_neither_doubled_nor_told_twice(acts: list[str | list[str]]) -> None:
    live_through(acts)


def live_through(acts: list[str | list[str]]) -> None:
    """P1, P3, P12."""
    company = Company()
    theirs = a_case(company)
    for act in acts:
        if isinstance(act, str):
            ACTS[act](company)
        else:
            told(company, *act)
    told(company, "- [ ] #3")
    _pass(company, 33)
    said = Counter((marker.key, marker.extra if marker.kind != "status" else "") for marker, _ in company.ours(THEIRS))
    assert [key for key, times in said.items() if times > 1] == []
    assert [ticket.title for ticket in company.opened("action") if ticket.title.startswith(("#", "Rehearse"))] == []
    assert (theirs.title, theirs.body) == ("Rehearse restoring", "How we do it.")
    assert THEIRS in actions(company)
    before = company.picture()
    company.lose_the_database()
    company.settle()
    assert company.picture() == before

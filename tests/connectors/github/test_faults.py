"""Ambiguous writes end with exactly one: what the tracker did is read back, never guessed (P3)."""

from __future__ import annotations

import pytest

from connectors.errors import Ambiguous, Temporary, TrackerError
from connectors.sandbox.faults import Fault
from connectors.tracker import Draft
from tests.connectors.github.company import SHOP, Company, company
from tests.connectors.github.conftest import MARKER

CASES = [
    pytest.param("refuse", Ambiguous, 0, id="reset"),
    pytest.param("limit", Temporary, 0, id="429"),
    pytest.param("secondary", Temporary, 0, id="secondary-limit"),
    pytest.param("error-500", Ambiguous, 0, id="500"),
    pytest.param("error-502", Ambiguous, 0, id="502-not-done"),
    pytest.param("error-502-done", Ambiguous, 1, id="502-done"),
    pytest.param("cut", Ambiguous, 0, id="cut-not-done"),
    pytest.param("cut-done", Ambiguous, 1, id="cut-done"),
    pytest.param("hang", Ambiguous, 0, id="timeout-not-done"),
    pytest.param("hang-done", Ambiguous, 1, id="timeout-done"),
    pytest.param("html", Ambiguous, 0, id="login-page"),
]

ISSUES = "/issues$"


def open_one(acme: Company) -> None:
    acme.tracker.open_ticket(Draft(SHOP, "Post-mortem", "What happened?"), MARKER)


@pytest.mark.parametrize(("kind", "error", "done"), CASES)
def test_a_ticket_is_sent_once_and_reading_back_tells_whether_it_is_there(
    kind: str, error: type[TrackerError], done: int
) -> None:
    with company(timeout_s=0.3) as acme:
        bookmark = acme.tracker.bookmark(SHOP)
        acme.tracker.who_we_are()
        acme.break_with(Fault(kind, only="writes", path=ISSUES, times=1))  # type: ignore[arg-type]
        with pytest.raises(error) as caught:
            open_one(acme)
        assert type(caught.value) is not Ambiguous or error is Ambiguous
        assert [one.path for one in acme.api.asked if one.method == "POST"].count("/repos/acme/shop/issues") <= 1
        assert len(acme.tracker.find_opened(SHOP, MARKER.key, bookmark)) == done
        assert len(acme.site.in_place("acme/shop")) == done


@pytest.mark.parametrize(("kind", "error", "done"), CASES)
def test_a_comment_is_sent_once_and_reading_back_tells_whether_it_is_there(
    kind: str, error: type[TrackerError], done: int
) -> None:
    with company(timeout_s=0.3) as acme:
        ref = acme.ref(acme.open())
        acme.break_with(Fault(kind, only="writes", times=1))  # type: ignore[arg-type]
        with pytest.raises(error):
            acme.tracker.post_comment(ref, "Hello", MARKER)
        assert acme.tracker.requests.writes == 1
        assert len(acme.tracker.find_comments(ref, MARKER.key)) == done


def test_a_ticket_that_turns_up_after_it_was_given_up_is_found_as_a_twin() -> None:
    with company(timeout_s=0.3) as acme:
        bookmark = acme.tracker.bookmark(SHOP)
        acme.tracker.who_we_are()
        acme.break_with(Fault("hang-late", only="writes", path=ISSUES, times=1, event="late"))
        with pytest.raises(Ambiguous):
            open_one(acme)
        assert acme.tracker.find_opened(SHOP, MARKER.key, bookmark) == ()
        open_one(acme)
        acme.sandbox.faults.release("late")
        assert acme.sandbox.wait_idle()
        original, twin = acme.tracker.find_opened(SHOP, MARKER.key, bookmark)
        acme.tracker.close_twin(twin.ref, original.ref)
        assert [ticket.category for ticket in acme.site.in_place("acme/shop")] == ["new", "done"]


@pytest.mark.parametrize("kind", ["refuse", "error-500", "error-502", "cut", "cut-done", "hang", "html"])
def test_a_read_heals_by_itself_when_the_trouble_passes(kind: str) -> None:
    with company(timeout_s=0.3) as acme:
        ref = acme.ref(acme.open())
        acme.tracker.who_we_are()
        acme.break_with(Fault(kind, only="reads", times=2))  # type: ignore[arg-type]
        assert acme.tracker.fetch_ticket(ref).title == "Checkout was down"
        assert len(acme.waits) == 2

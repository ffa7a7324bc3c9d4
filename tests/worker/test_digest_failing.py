"""A digest that cannot be sent keeps nobody else waiting; it is kept, told, and can be tried again (P7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from connectors.errors import Ambiguous, Refused
from rules.digest_plan import DigestPlan, Reader
from rules.facts import Audience
from rules.policy import Policy, Routing
from rules.refs import Place
from rules.templates import Templates
from tests.worker.company import HOME, SHOP, at
from tests.worker.office import LEA_READS, OUTSIDERS, POLICY, Office
from worker import dead
from worker.dead_digests import read_dead_digests
from worker.digest_outlook import TOO_LATE, read_outlook
from worker.digest_post import LATE_MAX

WEEK = "2026-W11"
INSIDERS = Reader("mo", Audience.INTERNAL, ("letter://mo",))
READERS = DigestPlan((LEA_READS, OUTSIDERS, INSIDERS))
SECOND = "{{ digest.stuck[1].title }}"
WHY = "its text could not be made: digest.md: UndefinedError: tuple object has no element 1"


def with_text(source: str) -> Policy:
    """The policy with another text for the digest."""
    names = POLICY.templates.names()
    sources = {name: POLICY.templates.source(name) for name in names} | {"digest.md": source}
    people = replace(POLICY.people, digest=READERS)
    routing = Routing(watched=(SHOP, Place("github", "acme/inside")))
    return replace(POLICY, people=people, templates=Templates(sources), routing=routing)


@pytest.fixture
def office() -> Office:
    """Of two failures that are stuck one is public; the text leans on there being two. It is Monday, nine o'clock."""
    office = Office(policy=POLICY)
    inside = office.site.add_place("acme/inside")
    office.policy = with_text("{% if digest %}" + SECOND + "{% endif %}")
    office.site.places[SHOP.container].is_public = True
    assert not inside.is_public
    office.a_failure("sev2")
    office.site.open_ticket("ann", "acme/inside", "Search is down", assignees=("ann",), labels=("failure",))
    office.settle()
    office.pass_time("03-09 09:00")
    return office


def in_trouble(office: Office) -> list[tuple[str, str]]:
    found = read_dead_digests(office.ledger, office.policy, office.time)
    return [(one.state, one.problem) for one in found]


def mend(office: Office) -> None:
    office.policy = with_text("{% if digest %}What is stuck: {{ digest.stuck | length }}{% endif %}")


def test_a_text_that_fails_for_one_audience_keeps_nobody_else_waiting(office: Office) -> None:
    office.post()
    assert office.digests() == [("03-09", "lea"), ("03-09", "mo")]
    assert in_trouble(office) == [("refused", WHY)]


def test_once_the_template_is_mended_it_goes_at_once(office: Office) -> None:
    """The running worker hears of the new policy; nobody gets a second one."""
    post = office.a_post()
    while post.post_one():
        pass
    mend(office)
    office.time += dt.timedelta(minutes=1)
    while post.post_one():
        pass
    assert office.digests() == [("03-09", "lea"), ("03-09", "mo"), ("03-09", "open")]
    assert in_trouble(office) == []


def test_it_is_tried_again_by_itself_and_by_whoever_says_so(office: Office) -> None:
    office.post()
    (failing,) = read_dead_digests(office.ledger, office.policy, office.time)
    assert (failing.what, failing.where, failing.attempts) == ("send the weekly digest", WEEK, 1)
    assert failing.again_at == "2026-03-09T10:00:00+00:00"
    mend(office)
    assert office.post() == 0, "another process, which has not seen the policy change, waits for its turn"
    assert dead.retry(office.ledger, [failing.key], office.time, [failing]) == 1
    assert office.post() == 1
    assert office.digests()[-1] == ("03-09", "open")


def test_what_keeps_failing_is_tried_less_and_less_often(office: Office) -> None:
    office.lead_time("03-12 12:00")
    (failing,) = read_dead_digests(office.ledger, office.policy, office.time)
    assert (failing.attempts, failing.again_at[:10]) == (5, "2026-03-13")


def test_what_was_let_go_goes_no_more_until_it_is_taken_up_again(office: Office) -> None:
    post = office.a_post()
    while post.post_one():
        pass
    (failing,) = read_dead_digests(office.ledger, office.policy, office.time)
    dead.drop(office.ledger, failing.key, [failing])
    assert in_trouble(office) == [("dropped", WHY)]
    mend(office)
    office.time += dt.timedelta(days=1)
    assert not post.post_one()
    dropped = read_dead_digests(office.ledger, office.policy, office.time)
    assert dead.retry(office.ledger, None, office.time, dropped) == 0
    assert dead.retry(office.ledger, [failing.key], office.time, dropped) == 1
    assert post.post_one()
    assert office.digests()[-1] == ("03-10", "open")


def test_what_is_too_late_is_told_and_not_tried_again(office: Office) -> None:
    office.post()
    office.time += LATE_MAX + dt.timedelta(minutes=1)
    late = read_dead_digests(office.ledger, office.policy, office.time)
    assert [(one.state, one.problem, one.again_at) for one in late] == [("too late", f"{WHY}; {TOO_LATE}", "")]
    assert dead.retry(office.ledger, None, office.time, late) == 0
    with pytest.raises(dead.UnknownEffect, match="is too late for its week"):
        dead.retry(office.ledger, [late[0].key], office.time, late)


def test_what_may_have_arrived_is_never_sent_again_whatever_is_said_or_changed(office: Office) -> None:
    """P3: by another policy, by `retry`, or after it was let go."""
    office.weather.when["letter"] = Ambiguous("no answer")
    post = office.a_post()
    assert post.post_one()
    office.weather.when.clear()
    while post.post_one():
        pass
    mend(office)
    while post.post_one():
        pass
    (doubtful,) = read_dead_digests(office.ledger, office.policy, office.time)
    assert (doubtful.state, doubtful.problem) == ("in doubt", "no answer")
    with pytest.raises(dead.UnknownEffect, match="may have arrived, and nobody gets a private message twice"):
        dead.retry(office.ledger, [doubtful.key], office.time, [doubtful])
    dead.drop(office.ledger, doubtful.key, [doubtful])
    assert in_trouble(office) == []
    office.ledger.digests.retry([doubtful.key], office.time)
    office.lead_time("03-10 12:00")
    assert [to for _, to in office.digests()] == ["mo", "open"]
    states = {
        one.reader: one.state for one in read_outlook(office.ledger, office.policy, HOME, office.time, WEEK).readers
    }
    assert states == {"lea": "may have arrived, and was let go", "${OPEN}": "sent", "mo": "sent"}


def test_an_address_that_is_mended_in_the_people_file_is_tried_at_once(office: Office) -> None:
    office.weather.when["letter"] = Refused("no such address")
    post = office.a_post()
    while post.post_one():
        pass
    assert len(in_trouble(office)) == 3
    office.weather.when.clear()
    mend(office)
    while post.post_one():
        pass
    assert [to for _, to in office.digests()] == ["lea", "open", "mo"]


def test_the_outlook_says_of_each_reader_what_keeps_theirs(office: Office) -> None:
    office.time = at("03-09 08:00")
    states = {one.reader: one.state for one in read_outlook(office.ledger, office.policy, HOME, office.time).readers}
    assert states == {"lea": "to be sent", "${OPEN}": f"cannot be sent: {WHY}", "mo": "to be sent"}


def test_what_nobody_foresaw_for_one_audience_keeps_the_others_from_nothing(office: Office) -> None:
    """What was taken down of the internal failure is not as it should be; who reads of what is public gets theirs."""
    mend(office)
    office.ledger.digests.reword(lambda news: news.replace('"at":"', '"at":"soon, ') if "Search" in news else news)
    office.post()
    assert [to for _, to in office.digests()] == ["open"]
    unforeseen = "something that Aftermath did not foresee (ValueError); the log has the details"
    assert in_trouble(office) == [("refused", unforeseen)] * 2

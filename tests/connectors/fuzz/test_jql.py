"""JQL is made of values, never of text: whatever a project, a label or an account is called, the question stays.

What leaves is read by the sandbox's own parser; a value that could end its quotes would change what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.errors import TrackerError
from connectors.jira.addresses import jql_text, label_word
from connectors.jira.tracker import JiraTracker
from connectors.sandbox.jira_jql import _TOKEN
from rules.refs import Place, TicketRef
from tests.connectors.jira.jira_house import CODEC, START, JiraHouse, marker
from tests.connectors.jira.scripted import Reply, Scripted

NASTY = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="\"'\\ =()<>!,ORANDorderby\n\x00\u2028", max_size=40),
    st.sampled_from(['" OR 1=1 --', "\\", '\\" OR project = X', "x\n) OR (1=1", "-1", "EMPTY", "currentUser()"]),
)
SOME = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def words(jql: str) -> list[tuple[str, ...]]:
    """The tokens of a query as the sandbox reads it; AssertionError where a piece of it is none."""
    found, at = [], 0
    while jql[at:].strip():
        token = _TOKEN.match(jql, at)
        assert token, f"no JQL: {jql[at:]!r}"
        found.append(token.groups())
        at = token.end()
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with Scripted() as scripted:
        scripted.on("GET", "myself", Reply(200, {"accountId": "bot", "displayName": "Bot"}))
        scripted.on("GET", "search/jql", Reply(200, {"issues": [], "isLast": True}))
        scripted.on("POST", "issue/bulkfetch", Reply(200, {"issues": []}))
        yield scripted


def asked(server: Scripted) -> list[str]:
    return [parse_qs(one.query)["jql"][0] for one in server.asked("GET", "search/jql")]


def tracker_on(server: Scripted) -> JiraTracker:
    access = Access(Secret("token"), timeout_s=5)
    return JiraTracker("jira", server.url, "user", access, CODEC, Secret(), lambda: START, wait=wait_none())


@SOME
@given(NASTY)
@example('\\"')
def test_a_value_is_one_token_whatever_is_in_it(value: str) -> None:
    ((quoted, *others),) = words(jql_text(value))
    assert quoted is not None
    assert not any(others)


@SOME
@given(NASTY)
def test_a_label_changes_no_question(server: Scripted, label: str) -> None:
    tracker = tracker_on(server)
    server.seen.clear()
    tracker.labelled(Place("jira", "OPS"), label)
    plain = words('project = "OPS" AND labels = "x" ORDER BY created ASC')
    first, *_ = asked(server)
    got = words(first)
    assert [one for one in got if one[0] is None] == [one for one in plain if one[0] is None]
    assert [one[0] for one in got if one[0] is not None][:1] == ["OPS"]
    assert len(got) == len(plain)


@SOME
@given(NASTY)
def test_what_is_no_project_asks_nothing(server: Scripted, name: str) -> None:
    tracker = tracker_on(server)
    server.seen.clear()
    place = Place("jira", f"OPS{name}")
    for act in (
        lambda: tracker.labelled(place, "failure"),
        lambda: tracker.changed(place, START.isoformat()),
        lambda: tracker.bookmark(place),
    ):
        with suppress(TrackerError):
            act()
    for jql in asked(server):
        assert next(one[0] for one in words(jql) if one[0] is not None) == place.container
        assert place.container.isalnum() or "_" in place.container


@SOME
@given(NASTY)
def test_an_account_or_a_key_changes_no_path(server: Scripted, name: str) -> None:
    tracker = tracker_on(server)
    server.seen.clear()
    for act in (
        lambda: tracker.has_rights(TicketRef("jira", "OPS-1"), name),
        lambda: tracker.fetch_ticket(TicketRef("jira", f"OPS-1{name}")),
        lambda: tracker.edit_comment(TicketRef("jira", "OPS-1"), f"5{name}", "x", marker()),
    ):
        with suppress(TrackerError):
            act()
    for seen in server.seen:
        assert ".." not in seen.path
        assert urlsplit(seen.path).path == seen.path


def test_the_sandbox_finds_a_label_that_is_full_of_quotes() -> None:
    """Told by the real parser: the odd label is found, and nothing else."""
    odd = 'fail"ure\\'
    with JiraHouse() as house:
        wanted = house.site.open_ticket("ana", "OPS", "Odd", labels=(label_word(odd),))
        house.site.open_ticket("ana", "OPS", "Plain", labels=("failure",))
        found = house.tracker.labelled(Place("jira", "OPS"), odd)
    assert [one.ref.key for one in found] == [wanted.key]

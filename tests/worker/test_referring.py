"""What somebody writes for a ticket: its address, its key as people say it, or the full reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.refs import Place, TicketRef
from worker.config import Config, TrackerSettings
from worker.referring import NotOneTicket, SeveralTickets, ticket_among_words, ticket_meant

GITHUB = TrackerSettings("github", "github", "https://api.github.com")
SERVER = TrackerSettings("server", "github", "https://git.acme.test/api/v3")
JIRA = TrackerSettings("jira", "jira", "https://acme.atlassian.net")
SHOP, TILL = Place("github", "acme/shop"), Place("server", "Acme/Till")
OPS = Place("jira", "OPS")


def installation(*places: Place) -> Config:
    return Config(
        installation="acme",
        secret="",
        data=Path(),
        trackers={one.name: one for one in (GITHUB, SERVER, JIRA)},
        watch=places,
        policy=Path(),
        ledger_url="",
    )


def no_case(_: TicketRef) -> list[str]:
    return []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("github:acme/shop#7", "github:acme/shop#7", id="in-full"),
        pytest.param("github:Acme/Shop#7", "github:acme/shop#7", id="in-other-capitals"),
        pytest.param("github:other/place#7", "github:other/place#7", id="in-full-elsewhere"),
        pytest.param("acme/shop#7", "github:acme/shop#7", id="repository-and-number"),
        pytest.param("shop#7", "github:acme/shop#7", id="repository-s-own-name"),
        pytest.param("till#7", "server:Acme/Till#7", id="of-two-servers"),
        pytest.param("github:#7", "github:acme/shop#7", id="tracker-and-number"),
        pytest.param("jira:12", "jira:OPS-12", id="tracker-and-bare-number"),
        pytest.param("OPS-12", "jira:OPS-12", id="jira-key"),
        pytest.param("ops-12", "jira:OPS-12", id="jira-key-in-small-letters"),
        pytest.param("DEV-12", "jira:DEV-12", id="a-project-that-is-not-ours"),
        pytest.param(" OPS-12\n", "jira:OPS-12", id="pasted-with-white-space"),
        pytest.param("https://github.com/acme/shop/issues/7", "github:acme/shop#7", id="page"),
        pytest.param("https://github.com/Acme/shop/issues/7#issuecomment-1", "github:acme/shop#7", id="comment"),
        pytest.param("https://github.com/acme/shop/pull/7", "github:acme/shop#7", id="pull-request"),
        pytest.param("https://api.github.com/repos/acme/shop/issues/7", "github:acme/shop#7", id="api"),
        pytest.param("https://git.acme.test/acme/till/issues/7", "server:Acme/Till#7", id="page-of-a-server"),
        pytest.param("https://acme.atlassian.net/browse/OPS-12?focusedCommentId=1", "jira:OPS-12", id="jira-page"),
        pytest.param("https://acme.atlassian.net/jira/boards/1?selectedIssue=OPS-12", "jira:OPS-12", id="jira-board"),
        pytest.param("https://ACME.atlassian.net/projects/OPS/issues/OPS-12/", "jira:OPS-12", id="jira-project"),
    ],
)
def test_what_can_mean_one_ticket_only_means_it(written: str, meant: str) -> None:
    places = (SHOP, TILL, OPS)
    assert str(ticket_meant(written, installation(*places), no_case)) == meant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(
            "7", '"7" could be github:acme/shop#7 or server:Acme/Till#7 or jira:OPS-7: write which', id="bare"
        ),
        pytest.param("#7", '"#7" could be github:acme/shop#7 or server:Acme/Till#7: write which one.', id="number"),
        pytest.param("seven", "'seven' is no ticket: write TRACKER:KEY", id="a-word"),
        pytest.param("", "'' is no ticket", id="nothing"),
        pytest.param("github:", "'github:' is no ticket", id="no-key"),
        pytest.param("gitlab:x", 'There is no tracker "gitlab" in the configuration; there is github, ', id="tracker"),
        pytest.param("bar#7", "'bar#7' is no ticket", id="no-such-repository"),
        pytest.param("https://github.com/acme/shop", "is no ticket on a tracker of the configuration", id="no-issue"),
        pytest.param("https://elsewhere.test/browse/OPS-1", "jira (https://acme.atlassian.net)", id="another-site"),
    ],
)
def test_what_means_no_ticket_or_several_is_told_with_what_is_possible(written: str, said: str) -> None:
    with pytest.raises(NotOneTicket) as raised:
        ticket_meant(written, installation(SHOP, TILL, OPS), no_case)
    assert said in str(raised.value)


def test_of_many_that_are_possible_only_some_are_listed() -> None:
    places = [Place("jira", f"P{letter}") for letter in "ABCDEFG"]
    with pytest.raises(NotOneTicket, match=r"jira:PE-1, or 2 more: write which one\.\Z"):
        ticket_meant("1", installation(*places), no_case)


@pytest.mark.parametrize(
    ("cases", "meant"),
    [
        pytest.param({"jira:OPS-1": ["root"]}, "jira:OPS-1", id="one-has-a-case"),
        pytest.param({"github:acme/shop#1": ["root"], "jira:OPS-1": ["root"]}, "github:acme/shop#1", id="one-case"),
        pytest.param({"github:acme/shop#1": ["root"], "jira:OPS-1": ["other"]}, "", id="two-cases"),
    ],
)
def test_of_several_the_one_with_a_case_is_meant(cases: dict[str, list[str]], meant: str) -> None:
    """A failure and its post-mortem are one case, so that either will do."""

    def find() -> str:
        return str(ticket_meant("1", installation(SHOP, OPS), lambda ref: cases.get(str(ref), [])))

    if meant:
        assert find() == meant
    else:
        with pytest.raises(NotOneTicket):
            find()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        pytest.param(["#7"], "github:acme/shop#7", id="number-with-its-sign"),
        pytest.param(["OPS-12"], "jira:OPS-12", id="jira-key"),
        pytest.param(["github:other/place#7"], "github:other/place#7", id="in-full-elsewhere"),
        pytest.param(["https://github.com/acme/shop/issues/7"], "github:acme/shop#7", id="page"),
        pytest.param(["utf-8"], None, id="a-word-like-a-key"),
        pytest.param(["500"], None, id="a-figure-that-is-no-case"),
        pytest.param(["https://docs.example/retries"], None, id="another-address"),
        pytest.param(["checkout"], None, id="a-word"),
        pytest.param(["OPS-12", "queue"], None, id="several-words"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_among_words_a_ticket_is_taken_where_nothing_else_can_be_meant(words: list[str], meant: str | None) -> None:
    found = ticket_among_words(words, installation(SHOP, OPS), no_case)
    assert found == (TicketRef.parse(meant) if meant else None)


def test_among_words_a_bare_number_is_the_ticket_that_has_a_case() -> None:
    def shops(ref: TicketRef) -> list[str]:
        return ["root"] if ref.tracker == "github" else []

    assert ticket_among_words(["7"], installation(SHOP, OPS), shops) == TicketRef("github", "acme/shop#7")


def test_among_words_it_is_asked_which_ticket_is_meant() -> None:
    with pytest.raises(SeveralTickets, match="write which one"):
        ticket_among_words(["#7"], installation(SHOP, TILL), no_case)

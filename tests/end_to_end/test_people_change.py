"""Somebody of the people file is called otherwise, was switched off or is gone: rungs reach whoever they are meant for,
`status` says what to write into the file, and once that is done nothing is told any more (P7)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.accounts import Standing
from rules.refs import TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, SHOP, Direction
from worker.account_watch import VANISHED_MAX
from worker.forgetting import forget
from worker.status import read_status

ON_GITHUB, IN_JIRA = Direction(SHOP, SHOP, SHOP), Direction(OPS, OPS, OPS)
IN_DATA_CENTER = replace(IN_JIRA, edition="data-center")
#: Where what somebody is called may be another name tomorrow; in Jira Cloud an account is for good.
WITH_NAMES = [pytest.param(ON_GITHUB, id="github"), pytest.param(IN_DATA_CENTER, id="data-center")]
#: Whom the post-mortem's rungs ask, when nobody changes: owner, owner and lead, the lead for an approval, the manager.
RUNGS = [("ada",), ("ada",), ("ada", "grace"), ("grace",), ("mel",), ("mel",), ("mel",)]
LOOKED_AT = dt.timedelta(days=1, minutes=1)


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with Desk(request.param, tmp_path, is_polling=True).open() as office:
        yield office


def post_mortem(desk: Desk) -> TicketRef:
    failure = desk.report("ben", desk.direction.failure, "Checkout is down", "502", "failure", "sev2")
    desk.assign("grace", failure, "ada")
    desk.hear()
    desk.comment("ada", failure, "/ack We are on it.")
    desk.hear()
    (mortem,) = desk.opened("post-mortem")
    return mortem


def told(desk: Desk) -> list[str]:
    return [one.problem for one in read_status(desk.program).troubles]


def rungs(desk: Desk, ref: TicketRef) -> list[tuple[str, ...]]:
    return [people for comment, _ in desk.ours(ref) if (people := desk.asked(ref, comment))]


def write_into_people_file(desk: Desk, old: str, new: str) -> None:
    path = desk.folder / "people.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert desk.program.policy.refresh()


@pytest.mark.parametrize("desk", WITH_NAMES, indirect=True)
@pytest.mark.parametrize("person", ["ada", "grace", "mel"])
@pytest.mark.parametrize("is_taken", [False, True], ids=["the-old-login-is-nobody's", "a-stranger-has-the-old-login"])
def test_somebody_with_another_login_is_followed_and_told_of(desk: Desk, person: str, *, is_taken: bool) -> None:
    mortem, tracker = post_mortem(desk), desk.direction.failure.tracker
    site = desk.site(tracker)
    site.rename_account(f"{person}-1", f"{person}-b")
    if is_taken:
        site.add_account(f"{person}-1", "Somebody Else")
    desk.pass_until(desk.clock.now() + LOOKED_AT)
    sentence = f"people.yaml: {person}-1 is called {person}-b on {tracker} now, and followed: write that there."
    assert told(desk) == [sentence]
    desk.pass_until(desk.clock.now() + dt.timedelta(days=10))
    write_into_people_file(desk, f'"{person}-1"', f'"{person}-b"')
    desk.pass_until(desk.clock.now() + dt.timedelta(days=38))
    assert told(desk) == []
    new = {person: f"{person}-b"}
    assert rungs(desk, mortem) == [tuple(sorted(new.get(one, one) for one in people)) for people in RUNGS]


@pytest.mark.parametrize("desk", WITH_NAMES, indirect=True)
def test_commands_of_somebody_with_another_login_are_still_theirs(desk: Desk) -> None:
    """P11: nobody approves their own plan, by whatever name."""
    mortem, tracker = post_mortem(desk), desk.direction.failure.tracker
    desk.site(tracker).rename_account("ada-1", "ada-b")
    desk.pass_until(desk.clock.now() + LOOKED_AT)
    people = desk.program.policy().people
    assert people.by_account(tracker, "ada-b").id == "ada"
    assert people.by_account(tracker, "ada-1").id != "ada"
    desk.site(tracker).comment_on("ada-b", mortem.key, f"/owner {'@grace-1' if tracker == 'github' else '[~grace-1]'}")
    desk.hear()
    assert "grace-1" in desk.ticket(mortem).assignees


@dataclass(frozen=True)
class Loss:
    direction: Direction
    person: str
    asked: list[tuple[str, ...]]
    said: str


_OFF = "was switched off on jira, so whoever stands above is asked instead"
_GONE = "is no longer on github, so whoever stands above is asked instead"
LOSSES = (
    Loss(IN_JIRA, "ada", [("grace",), ("grace",), ("grace",), ("grace",), ("mel",), ("mel",), ("mel",)], _OFF),
    Loss(IN_JIRA, "grace", [("ada",), ("ada",), ("ada", "mel"), ("mel",), ("mel",), ("mel",), ("mel",)], _OFF),
    Loss(IN_JIRA, "mel", [("ada",), ("ada",), ("ada", "grace"), ("grace",), ("grace",), ("grace",), ("grace",)], _OFF),
    Loss(IN_DATA_CENTER, "ada", [*[("grace",)] * 4, *[("mel",)] * 3], _OFF),
    Loss(IN_DATA_CENTER, "grace", [("ada",), ("ada",), ("ada", "mel"), *[("mel",)] * 4], _OFF),
    Loss(IN_DATA_CENTER, "mel", [("ada",), ("ada",), ("ada", "grace"), *[("grace",)] * 4], _OFF),
    Loss(ON_GITHUB, "grace", [("ada",), ("ada",), ("ada", "mel"), ("mel",), ("mel",), ("mel",), ("mel",)], _GONE),
    Loss(
        ON_GITHUB, "mel", [("ada",), ("ada",), ("ada", "grace"), ("grace",), ("grace",), ("grace",), ("grace",)], _GONE
    ),
)


@pytest.mark.parametrize(
    ("desk", "loss"),
    [pytest.param(loss.direction, loss, id=f"{loss.person} - {loss.direction}") for loss in LOSSES],
    indirect=["desk"],
)
def test_a_rung_whose_person_is_gone_falls_to_the_next_one_up(desk: Desk, loss: Loss) -> None:
    """Nobody sees it in the case's tickets: a lead or a manager never wrote a word there."""
    mortem, tracker = post_mortem(desk), loss.direction.failure.tracker
    site, account = desk.site(tracker), desk.account(loss.person, tracker)
    if site.kind == "jira":
        site.accounts[account].is_active = False
    else:
        del site.accounts[account]
    desk.pass_until(desk.clock.now() + LOOKED_AT)
    assert any(loss.said in sentence for sentence in told(desk)), told(desk)
    desk.pass_until(desk.clock.now() + dt.timedelta(days=48))
    assert rungs(desk, mortem) == loss.asked


@pytest.mark.parametrize("desk", [ON_GITHUB], indirect=True)
def test_a_login_that_was_never_anybody_s_is_to_be_corrected(desk: Desk) -> None:
    post_mortem(desk)
    write_into_people_file(desk, '"mel-1"', '"mell-1"')
    desk.settle()
    (sentence,) = told(desk)
    assert sentence.startswith("people.yaml: nobody is called mell-1 on github")


@pytest.mark.parametrize(
    "desk", [ON_GITHUB, IN_JIRA, IN_DATA_CENTER], indirect=True, ids=["github", "jira", "data-center"]
)
def test_the_whole_file_costs_one_request_an_account_and_day(desk: Desk) -> None:
    """And on GitHub an unchanged one nothing of the rate limit."""
    tracker = desk.direction.failure.tracker
    route = {
        ("github", "cloud"): ("github", "GET", "/users/{login}"),
        ("jira", "cloud"): ("jira", "GET", "/rest/api/3/user"),
        ("jira", "data-center"): ("jira", "GET", "/rest/api/2/user"),
    }[tracker, desk.direction.edition]
    desk.settle()
    desk.sandbox.counts.reset()
    for day in range(1, 4):
        desk.clock.advance(dt.timedelta(hours=23))
        desk.settle()
        assert desk.sandbox.counts.route(*route) == 4 * (day - 1)
        desk.clock.advance(dt.timedelta(hours=1, seconds=1))
        desk.settle()
        assert desk.sandbox.counts.route(*route) == 4 * day


@pytest.mark.parametrize("desk", [ON_GITHUB], indirect=True)
def test_whoever_is_forgotten_is_forgotten_by_both_names(desk: Desk) -> None:
    """P10: the ids are kept of the people file's accounts alone."""
    desk.settle()
    desk.site("github").rename_account("ada-1", "ada-b")
    desk.pass_until(desk.clock.now() + LOOKED_AT)
    ledger, people = desk.program.ledger, desk.program.policy.people_file
    assert {row.account for row in ledger.accounts.all()} == {"ada-1", "ben-1", "grace-1", "mel-1"}
    forgotten = forget(ledger, people, ["github"], "ada-b")
    assert (forgotten.accounts, {"ada-1", "ada-b"} <= {*forgotten.names}) == (1, True)
    assert {row.account for row in ledger.accounts.all()} == {"ben-1", "grace-1", "mel-1"}
    write_into_people_file(desk, "  ben:", "  ben-o:")
    desk.program.account_watch.look()
    write_into_people_file(desk, 'github: "ben-1"', "")
    desk.program.account_watch.look()
    assert "ben-1" not in {row.account for row in ledger.accounts.all()}


@pytest.mark.parametrize("desk", [ON_GITHUB], indirect=True)
def test_accounts_that_are_most_of_them_gone_at_once_are_not_believed_to_be(desk: Desk) -> None:
    """A proxy that answers with 404, or another server under the old address: nobody is asked in anybody's place."""
    site, ledger, watch = desk.site("github"), desk.program.ledger, desk.program.account_watch
    desk.settle()
    before = dict(site.accounts)
    there = [row.account for row in ledger.accounts.all() if row.standing is Standing.THERE and row.tracker == "github"]
    assert len(there) >= VANISHED_MAX
    for account in there:
        del site.accounts[account]
    with capture_logs() as logs:
        for _ in range(2):
            desk.clock.advance(LOOKED_AT)
            watch.look()
    assert [row.account for row in ledger.accounts.all() if row.is_away] == []
    (warning,) = [one for one in logs if one["log_level"] == "warning"]
    assert (warning["tracker"], warning["accounts"]) == ("github", len(there))
    site.accounts |= {name: before[name] for name in there[1:]}
    desk.clock.advance(LOOKED_AT)
    watch.look()
    assert [row.account for row in ledger.accounts.all() if row.is_away] == there[:1]

"""Looks once a day whether the accounts of the people file are still called what they are called there.

Somebody who renames their login is mentioned in vain from then on, and their own deeds look like a stranger's: nothing
fails, so nobody would ever hear of it. The tracker's id stays: where it says that the same account is called otherwise
now, the case follows it until the file is mended, and `status`, `check` and the log say what to write there. An account
that was switched off or deleted is nobody to ask, so that a rung falls to the next one up. Where most of a tracker's
accounts are said to be gone at once, it is the tracker or the way to it that is at fault, and none of them is believed.

One request an account and day, conditional where the tracker takes that; a few at a time. Writes to no tracker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from connectors.accounts import AccountNow, Standing
from connectors.errors import TrackerError
from connectors.tracker import Tracker
from rules.accounts import folded_account
from rules.policy import People
from worker.clock import Clock, stopwatch_s
from worker.ledger import Ledger
from worker.ledger.accounts import AccountRow
from worker.policy_source import PolicySource

ASKED_EVERY = dt.timedelta(days=1)
#: A tracker that could not be asked is left alone for so long.
TROUBLE_WAIT = dt.timedelta(hours=1)
#: A look asks about no more than these, so that nothing else waits for long.
ASKED_AT_ONCE_MAX = 20
#: So many accounts, and more than half of those that a look asked about, do not vanish in one day.
VANISHED_MAX = 3

#: Each process hears within this time of what the scheduler's was told; cases are woken no sooner than all have
#: (`worker.policy_watch.HEAD_START`).
FOLLOWED_EVERY_S = 5.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the tracker said of an account `at` a moment, and what was known of it."""

    account: str
    known: AccountRow | None
    now: AccountNow
    at: dt.datetime

    @property
    def was_gone(self) -> bool:
        return self.known is not None and self.known.standing is Standing.GONE


class AccountWatch:
    """`people_file` is what it is called in sentences."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        policy: PolicySource,
        clock: Clock,
        people_file: str,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._policy = policy
        self._clock = clock
        self._file = people_file
        self._not_before: dict[str, dt.datetime] = {}
        #: Trackers of which it was said that they cannot be right.
        self._doubted: set[str] = set()
        self._followed_s = -FOLLOWED_EVERY_S

    def look(self) -> None:
        """Ask about what was not asked about today. Raises nothing for a tracker's trouble: it is asked again."""
        named = named_accounts(self._policy.people_file)
        self._ledger.accounts.keep(named.keys())
        known = {row.name: row for row in self._ledger.accounts.all()}
        now = self._clock.now()
        resting = {rest.tracker for rest in self._ledger.patience.resting(now)}
        asked = [name for name in self._trackers if name not in resting]
        due = [name for name in named if name not in known or now - known[name].asked_at >= ASKED_EVERY]
        told: dict[str, list[_Told]] = {}
        for name in [name for name in due if name[0] in asked][:ASKED_AT_ONCE_MAX]:
            if now >= self._not_before.get(name[0], now):
                told.setdefault(name[0], []).extend(self._ask(name[0], named[name], known.get(name)))
        for tracker, answers in told.items():
            for one in self._believed(tracker, answers):
                self._note(tracker, one)
        self.follow()

    def follow(self) -> None:
        """Let the policy in force have people as they are called now. Asks no tracker."""
        self._followed_s = stopwatch_s()
        self._policy.follow(self._ledger.accounts.all())

    def keep_following(self) -> None:
        """The same every few seconds, for a process in which nobody looks: another one may have."""
        if stopwatch_s() - self._followed_s >= FOLLOWED_EVERY_S:
            self.follow()

    def _ask(self, tracker: str, account: str, known: AccountRow | None) -> Iterator[_Told]:
        at = self._clock.now()
        try:
            yield _Told(account, known, self._trackers[tracker].account_now(account, known.uid if known else ""), at)
        except TrackerError:
            self._not_before[tracker] = at + TROUBLE_WAIT

    def _believed(self, tracker: str, told: list[_Told]) -> list[_Told]:
        """The same; where too many have vanished at once, as if nothing was told of those. Said once, until the tracker
        is believed again."""
        asked = [one for one in told if not one.was_gone]
        vanished = [one for one in asked if one.now.standing is Standing.GONE]
        if len(vanished) < VANISHED_MAX or len(vanished) * 2 <= len(asked):
            self._doubted -= {tracker} if asked else set()
            return told
        if tracker not in self._doubted:
            self._doubted.add(tracker)
            todo = f"Look at the address of {tracker} and at what our account may see; is {self._file} of that tracker?"
            _log.warning(
                "most accounts are said to be gone at once, which is not believed",
                tracker=tracker,
                accounts=len(vanished),
                of=len(asked),
                todo=todo,
            )
        untold = AccountNow(Standing.UNTOLD)
        return [replace(one, now=untold) if one.now.standing is Standing.GONE else one for one in told]

    def _note(self, tracker: str, told: _Told) -> None:
        account, known, now, at = told.account, told.known, told.now, told.at
        self._ledger.accounts.note(tracker, account, now, at)
        before = (known.standing, known.called) if known else (Standing.THERE, account)
        if now.standing is Standing.UNTOLD or (now.standing, now.account) == before:
            return
        row = AccountRow(tracker, folded_account(account), now.id, now.account, now.standing, at)
        for sentence in sentences_on(self._policy.people_file, [row], self._file):
            _log.warning("an account of the people file is not what it was", problem=sentence)


def named_accounts(people: People) -> dict[tuple[str, str], str]:
    """Every account of the file, as written there, by tracker and folded account."""
    return {
        (tracker, folded_account(account)): account
        for person in people.people.values()
        for tracker, account in person.accounts.items()
    }


def sentences_on(people: People, rows: list[AccountRow], file: str) -> Iterator[str]:
    """What a person has to write into the people file, about each account that is not what it says."""
    named = named_accounts(people)
    for row in rows:
        if row.name not in named:
            continue
        account, tracker = named[row.name], row.tracker
        if row.standing is Standing.LEFT:
            yield (
                f"{file}: {account} was switched off on {tracker}, so whoever stands above is asked instead: take that "
                f"account out there, and give its tickets to somebody else."
            )
        elif row.standing is Standing.GONE and row.uid:
            yield (
                f"{file}: {account} is no longer on {tracker}, so whoever stands above is asked instead: take that "
                f"account out there, and give its tickets to somebody else."
            )
        elif row.standing is Standing.GONE:
            yield f"{file}: nobody is called {account} on {tracker}, and whoever stands above is asked: correct it."
        elif row.is_renamed:
            yield f"{file}: {account} is called {row.called} on {tracker} now, and followed: write that there."


def file_name(people: Path | None) -> str:
    return people.name if people else "the people file"

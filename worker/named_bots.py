"""Whether the accounts under `bots:` of a tracker are there, for `aftermath check`.

One that is misspelt is nobody, and what the machine does that was meant goes on counting as a person's progress.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.accounts import Standing
from connectors.inspection import PEOPLE_MAX, Finding, good, looked, wrong
from connectors.tracker import Tracker
from rules.accounts import is_among
from worker.config import TrackerSettings
from worker.phrases import counted

_ABOUT = "bots"


def bot_findings(tracker: Tracker, settings: TrackerSettings, people: dict[str, str]) -> Iterator[Finding]:
    """One request for each of the first PEOPLE_MAX. `people` are the accounts of the people file, with their names."""
    unfit = [finding for account in settings.bots[:PEOPLE_MAX] for finding in _of(tracker, settings, account, people)]
    yield from unfit
    if settings.bots and not unfit:
        yield good(_ABOUT, f"`bots` names {counted(len(settings.bots), 'account')}: what is done there is no progress.")


def _of(tracker: Tracker, settings: TrackerSettings, account: str, people: dict[str, str]) -> Iterator[Finding]:
    where = f"`bots` below trackers.{settings.name}"
    for known, name in people.items():
        if is_among(account, (known,)):
            found = f"{account} is {name}'s account, and stands in {where}: whatever {name} does is no progress."
            yield wrong(_ABOUT, found, "Take it out there, or out of the people file.")
            return
    yield from looked(_ABOUT, partial(_whether_there, tracker, account, where))


def _whether_there(tracker: Tracker, account: str, where: str) -> Iterator[Finding]:
    if tracker.account_now(account, "").standing is Standing.GONE:
        yield wrong(_ABOUT, f"There is no account {account} on {tracker.name}.", f"Mend it in {where}.")

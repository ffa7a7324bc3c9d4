"""Looks whether each tracker can be reached and lets us do our work there, before anything is promised.

A tracker that is away is no mistake of anybody's: it is told and asked again. Wrong credentials, a place or
an issue type that does not exist are for a person to put right. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.errors import Denied, Refused, TrackerError
from connectors.tracker import Tracker
from rules.refs import Place


@dataclass(frozen=True, slots=True)
class Question:
    """A place to be looked at, through a tracker that knows the issue type to be looked for there."""

    place: Place
    tracker: Tracker


@dataclass(slots=True)
class Checked:
    """`accounts` maps a tracker to the account that we write as; `away` and `wrong` hold sentences."""

    accounts: dict[str, str] = field(default_factory=dict)
    away: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.away or self.wrong)


def check_trackers(trackers: Mapping[str, Tracker], questions: Iterable[Question]) -> Checked:
    """One request or two for each tracker and place. Raises nothing for a tracker's trouble."""
    checked = Checked()
    for name, tracker in trackers.items():
        try:
            checked.accounts[name] = tracker.who_we_are().account
        except Denied as error:
            checked.wrong.append(
                f"{name} does not let us in: {error}\n"
                f"  Look at trackers.{name}.token (or app) in the configuration: make a new token for the account that "
                f"Aftermath writes as (or a new key of the App), and put it there."
            )
        except Refused as error:
            checked.wrong.append(f"{name} is no tracker as configured: {error}\n  Look at trackers.{name}.url.")
        except TrackerError as error:
            checked.away.append(f"{name} is away: {error}")
    for question in questions:
        if question.place.tracker in checked.accounts:
            _check_place(question, checked)
    return checked


def _check_place(question: Question, checked: Checked) -> None:
    try:
        question.tracker.check_place(question.place)
    except Refused as error:
        sentence = f"{question.place} cannot be used: {error}"
        if sentence not in checked.wrong:
            checked.wrong.append(sentence)
    except TrackerError as error:
        checked.away.append(f"{question.place} could not be looked at: {error}")

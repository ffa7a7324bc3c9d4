"""What a tracker says of itself when it is looked over for a person: the words of `aftermath check`.

A connector finds out, since only it knows what its tracker can be asked; the worker adds what the configuration
says, and shows it. Nothing is ever written to find something out, and no credential stands in a sentence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.errors import Denied, Refused, TrackerError
from rules.refs import Place

#: What a finding is about where the worker has something to add.
OWN_ACCOUNT = "own account"
WEBHOOK = "webhook"
#: How many of the people file are asked for at most: on each tracker that is a request for each of them.
PEOPLE_MAX = 50
#: A token that ends sooner than this deserves a word.
ENDS_SOON = dt.timedelta(days=14)


class Grade(StrEnum):
    """`note` works, and is worth knowing; `wrong` needs a person; `away` could not be asked now."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `found` is a sentence, `todo` what to do about it, `where` the page for that."""

    about: str
    grade: Grade
    found: str
    todo: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class WantedTicket:
    """What a new ticket is to get. `key` is the section of the configuration that says so (`actions`), `parent` the key
    of one that is named, and `has_parent` is said of one of the same case, too; `fields` are names with values."""

    key: str
    ticket_type: str = ""
    priorities: tuple[str, ...] = ()
    parent: str = ""
    has_parent: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def is_more_than_a_type(self) -> bool:
        return bool(self.priorities or self.has_parent or self.fields)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an installation wants of one tracker.

    `places` are all that are read; in those of `opened` tickets are opened, as the issue types named there (none
    named: any will do). `failure_labels` are those that people put on, `failures_other_labels` what else is looked for
    on a failure, `labels` those that we put on, and `our_label` the one on whatever we open. `people` maps accounts to
    names. `webhook_path` is where we listen (`/webhooks/github`), `has_webhook_secret` whether a delivery would be
    believed, and `is_delivered_to` whether one was taken lately. `links_within` says that tickets of this tracker are
    linked to each other. To the repositories of `files` only files are written. `tickets` says what new ones are to
    get, by their place. `fields` are the tracker's own that the policy asks about, `field_words` what conditions
    compare them with, by their names; `priorities` are those that give a severity, `priority_words` those that
    conditions compare with. `is_alone` says that no other tracker could have any of these.
    """

    places: tuple[Place, ...]
    opened: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    failure_labels: tuple[str, ...] = ()
    failures_other_labels: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    our_label: str = "aftermath"
    people: Mapping[str, str] = field(default_factory=dict)
    webhook_path: str = ""
    has_webhook_secret: bool = False
    is_delivered_to: bool = False
    links_within: bool = False
    files: tuple[Place, ...] = ()
    tickets: Mapping[Place, tuple[WantedTicket, ...]] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    field_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priorities: tuple[str, ...] = ()
    priority_words: tuple[str, ...] = ()
    is_alone: bool = True


@dataclass(slots=True)
class Writings:
    """What our account wrote that Aftermath does not recognise: `by_hand` without a marker, `strange` with one that
    another secret signed, or another installation. Each names a ticket. Filled while it is looked at."""

    by_hand: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


def good(about: str, found: str, where: str = "") -> Finding:
    return Finding(about, Grade.GOOD, found, where=where)


def note(about: str, found: str, todo: str = "", where: str = "") -> Finding:
    return Finding(about, Grade.NOTE, found, todo, where)


def wrong(about: str, found: str, todo: str = "", where: str = "") -> Finding:
    return Finding(about, Grade.WRONG, found, todo, where)


def away(about: str, found: str) -> Finding:
    return Finding(about, Grade.AWAY, found, "Nothing is lost by that: ask again in a while.")


def looked(about: str, ask: Callable[[], Iterable[Finding]], todo: str = "", where: str = "") -> list[Finding]:
    """What `ask` finds; a tracker's trouble on the way becomes a finding too. `todo` is for a refusal."""
    findings: list[Finding] = []
    try:
        findings.extend(ask())
    except Refused as error:
        findings.append(wrong(about, str(error), todo, where))
    except TrackerError as error:
        findings.append(away(about, str(error)))
    return findings


def access(ask: Callable[[], Iterable[Finding]], todo: str, where: str) -> list[Finding]:
    """The findings about our own account. One that is wrong here makes every further question idle."""
    findings: list[Finding] = []
    try:
        findings.extend(ask())
    except Denied as error:
        findings.append(wrong("token", f"The token is not taken: {error}", todo, where))
    except Refused as error:
        findings.append(wrong("address", f"This is no tracker that we know: {error}", "Look at its url."))
    except TrackerError as error:
        findings.append(away("address", str(error)))
    return findings


def lets_us_in(findings: Iterable[Finding]) -> bool:
    """Whether there is any use in asking further, by what `access` found."""
    return not any(finding.grade in (Grade.WRONG, Grade.AWAY) for finding in findings)


def token_end(at: dt.datetime, now: dt.datetime, where: str) -> Finding:
    """When our token ends, and whether that is soon."""
    if at - now < ENDS_SOON:
        return note("token", f"The token ends on {at:%Y-%m-%d}.", "Make a new one before that.", where)
    return good("token", f"The token is good until {at:%Y-%m-%d}.")


def named_owners(wanted: Wanted, is_ours: Callable[[str], bool]) -> list[str]:
    """A sign for each person who has our own account in the people file; `is_ours` tells it among the accounts."""
    return [f"the people file says that it is {name}'s" for account, name in wanted.people.items() if is_ours(account)]


def own_account(account: str, signs: list[str], looked_at: str, writings: Writings, where: str) -> list[Finding]:
    """Whether the account is Aftermath's alone, by the signs of a person in it. Honest about what was looked at."""
    findings: list[Finding] = []
    if writings.by_hand:
        signs = [*signs, f"it wrote {in_short(writings.by_hand)} by hand"]
    if signs:
        found = (
            f"{account} looks like a person's account: {'; '.join(signs)}. What that person does would count as ours."
        )
        todo = "Make an account for Aftermath alone, invite it, and put its token in this one's place."
        findings.append(wrong(OWN_ACCOUNT, found, todo, where))
    else:
        findings.append(good(OWN_ACCOUNT, f"No sign that {account} is a person's: looked at {looked_at}."))
    if writings.strange:
        found = f"{account} wrote {in_short(writings.strange)} with a marker that this installation did not sign."
        todo = "Was `installation` or the marker secret changed? Put the former one back, or the old cases begin anew."
        findings.append(wrong("markers", found, todo))
    return findings


def assignable_people(
    wanted: Wanted, place: str, is_fit: Callable[[str], bool], unfit: Callable[[str, str], Finding]
) -> Iterator[Finding]:
    """Who of the people file can be given a ticket in a place. `is_fit` is asked with an account; `unfit` makes the
    finding about one who cannot, from account and name."""
    fit = 0
    for account, person in list(wanted.people.items())[:PEOPLE_MAX]:
        if is_fit(account):
            fit += 1
        else:
            yield unfit(account, person)
    if fit:
        people = "1 person" if fit == 1 else f"{fit} people"
        yield good("people", f"{people} of the people file can be assigned in {place}.")


def in_short(names: Iterable[str], most: int = 3) -> str:
    """`a, b and 4 more`."""
    listed = list(dict.fromkeys(names))
    left = len(listed) - most
    shown = ", ".join(listed[:most])
    return f"{shown} and {left} more" if left > 0 else shown

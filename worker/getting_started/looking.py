"""Who works where Aftermath is going to: people as the trackers show them, each once, to begin a people file with.

Asked only where a token is at hand. A tracker that does not answer costs the file some people, and nothing else; one
that says that there is no such place is told apart from it, since what was typed is probably wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.access import Access, Secret
from connectors.errors import Denied, Gone, TrackerError
from rules.facts import Actor
from rules.refs import Place
from worker.clock import Clock
from worker.config import AppSettings, Config, TrackerSettings
from worker.getting_started.answers import Answers
from worker.trackers import build_tracker

_GITHUB = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person; `accounts` maps trackers to accounts, `id` is made of the first."""

    id: str
    name: str
    accounts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A place that could not be asked. `said` is the tracker's answer in our words; `is_missing` says that it knows no
    such place, or hides it from the account; `is_refused`, that it does not take the token."""

    place: Place
    said: str
    is_missing: bool
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """Everybody who can be given a ticket in the places, and the places that could not be asked."""

    people: tuple[Colleague, ...]
    unanswered: tuple[Unanswered, ...]


def look_around(answers: Answers, environ: Mapping[str, str], clock: Clock) -> Looked:
    """Ask each place whose token is in the environment who works there. Raises nothing for a tracker's trouble."""
    found: dict[str, tuple[Actor, ...]] = {}
    unanswered: list[Unanswered] = []
    for settings, place in _trackers(answers, environ):
        config = Config(
            installation=answers.installation,
            secret="nothing is signed here",  # noqa: S106 - no marker is written or believed
            data=Path(),
            trackers={settings.name: settings},
            watch=(place,),
            policy=Path(),
            ledger_url="",
        )
        tracker, _ = build_tracker(settings, config, clock, "Task")
        try:
            found[settings.name] = tracker.assignable(place)
        except TrackerError as error:
            unanswered.append(Unanswered(place, str(error), isinstance(error, Gone), isinstance(error, Denied)))
    return Looked(merged(found), tuple(unanswered))


def _trackers(answers: Answers, environ: Mapping[str, str]) -> Iterable[tuple[TrackerSettings, Place]]:
    github, jira = answers.github, answers.jira
    if github and github.app:
        access = Access(Secret(Path(github.app_key).read_text(encoding="utf-8")))
        settings = TrackerSettings("github", "github", github.url or _GITHUB, access, app=AppSettings(github.app))
        yield settings, Place("github", github.repository)
    elif github and environ.get(github.token_name):
        access = Access(Secret(environ[github.token_name]))
        yield TrackerSettings("github", "github", github.url or _GITHUB, access), Place("github", github.repository)
    if jira and environ.get(jira.token_name):
        access = Access(Secret(environ[jira.token_name]))
        reached = TrackerSettings("jira", "jira", jira.url, access, jira.user, edition=jira.edition, site=jira.site)
        yield reached, Place("jira", jira.project)


def merged(found: Mapping[str, Iterable[Actor]]) -> tuple[Colleague, ...]:
    """People by name: the same name on two trackers is taken for one person. Pure."""
    by_name: dict[str, tuple[str, dict[str, str]]] = {}
    for tracker, actors in found.items():
        for actor in actors:
            name, accounts = by_name.setdefault(" ".join(actor.name.casefold().split()), (actor.name, {}))
            if tracker in accounts:  # two people of one name
                accounts = by_name.setdefault(f"{name} {actor.account}", (actor.name, {}))[1]
            accounts[tracker] = actor.account
    people: dict[str, Colleague] = {}
    for name, accounts in by_name.values():
        person_id = _free_id(accounts.get("github") or name, people)
        people[person_id] = Colleague(person_id, name, accounts)
    return tuple(people.values())


def _free_id(wish: str, taken: Mapping[str, object]) -> str:
    """A word that can be an id, and is nobody's yet."""
    word = re.sub(r"[^a-z0-9._-]+", "-", wish.casefold()).strip("-._")[:50] or "somebody"
    number = 2
    free = word
    while free in taken:
        free, number = f"{word}-{number}", number + 1
    return free

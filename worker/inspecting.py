"""Looks an installation over before it runs: the files first, then each tracker (`aftermath check`).

The connectors find out what their trackers can be asked; here it is put beside what the configuration wants.
Nothing is written, and every problem comes with what to do about it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from connectors.errors import Gone
from connectors.inspection import OWN_ACCOUNT, WEBHOOK, Finding, Grade, Wanted, good, in_short, looked, note, wrong
from connectors.tracker import TWIN_LABEL
from rules.facts import Audience
from rules.policy import LabelDo, Policy
from rules.refs import Place
from rules.vocabulary import TICKETS
from worker.account_watch import file_name, sentences_on
from worker.config import Config, TrackerSettings
from worker.named_bots import bot_findings
from worker.passed_templates import silent_notes, unused_templates
from worker.phrases import counted, in_minutes
from worker.private_reach import private_reach
from worker.program import Program
from worker.wanted_fields import field_words, priority_words
from worker.wanted_tickets import idle_parents, wanted_tickets
from worker.webhook_paths import webhook_path
from worker.wider_places import WiderPlaces
from worker.working_week import working_week

DEFAULT_ISSUE_TYPE = "Task"


@dataclass(frozen=True, slots=True)
class Section:
    """What was found in one place: `files`, or one tracker at its `address`."""

    name: str
    address: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """The whole of it. Good when nothing is wrong and nobody was away."""

    sections: tuple[Section, ...]

    def of(self, *grades: Grade) -> list[Finding]:
        return [finding for section in self.sections for finding in section.findings if finding.grade in grades]

    @property
    def is_good(self) -> bool:
        return not self.of(Grade.WRONG, Grade.AWAY)


def inspect_files(config: Config, policy: Policy, source: Path) -> Section:
    """What the files say, for somebody to nod at. Asks nobody."""
    return Section("files", str(source), tuple(_of_files(config, policy, source)))


def inspect_tracker(program: Program, name: str, source: Path, *, takes_personal_token: bool = False) -> Section:
    """What a tracker says, and what the configuration in `source` wants of it. Raises nothing for its trouble."""
    settings = program.config.trackers[name]
    is_delivered_to = program.ledger.inbox.last_delivery(name) is not None
    wanted = replace(wanted_of(program.config, program.policy(), name), is_delivered_to=is_delivered_to)
    found = program.trackers[name].inspect(wanted)
    findings = [_with_settings(finding, settings, takes_personal_token) for finding in found]
    if any(finding.about == "token" and finding.grade is Grade.GOOD for finding in findings):
        findings += WiderPlaces(program, source).findings(name)
        findings += _of_news(program, wanted, name)
        findings += _of_lessons(program, wanted)
        findings += _of_accounts(program, name)
        findings += bot_findings(program.trackers[name], settings, dict(wanted.people))
    return Section(name, settings.url, tuple(dict.fromkeys(findings)))


def wanted_of(config: Config, policy: Policy, name: str) -> Wanted:
    """What the installation wants of one tracker."""
    roles = (("post-mortem", config.post_mortems), ("action", config.actions))
    opened: dict[Place, list[str]] = {}
    for role, routed in roles:
        for place in [routed] if routed else config.watch:
            kind = config.opening(role).ticket_type or DEFAULT_ISSUE_TYPE
            opened.setdefault(place, []).append(kind)
    homes = [config.watch, *((routed,) if routed else config.watch for _, routed in roles)]
    watched = any(place.tracker == name for place in config.watch)
    tickets = TICKETS if watched else [one for one in TICKETS if one != "failure"]
    return Wanted(
        places=tuple(place for place in config.places if place.tracker == name),
        opened={place: tuple(dict.fromkeys(kinds)) for place, kinds in opened.items()},
        failure_labels=policy.failure_labels if watched else (),
        failures_other_labels=_looked_for(policy) if watched else (),
        labels=_labels(policy),
        our_label=policy.our_label,
        people={p.accounts[name]: p.name for p in policy.people.people.values() if name in p.accounts},
        webhook_path=webhook_path(name),
        has_webhook_secret=bool(config.trackers[name].webhook_secret),
        links_within=sum(any(place.tracker == name for place in home) for home in homes) > 1,
        tickets=wanted_tickets(config),
        fields=tuple(one.name for one in policy.fields.values()),
        field_words=field_words(policy, tickets),
        priorities=tuple(policy.severities.priorities) if watched else (),
        priority_words=priority_words(policy, tickets),
        is_alone=len({place.tracker for place in config.places}) == 1,
        files=(config.lessons.place,) if config.lessons and config.lessons.place.tracker == name else (),
    )


def _labels(policy: Policy) -> tuple[str, ...]:
    """Every label that Aftermath may put on."""
    dos = [do for rule in policy.every_rule for do in rule.do]
    dos += [do for rule in policy.every_rule if rule.ladder for rung in rule.ladder.rungs for do in rung.do]
    named = [do.label for do in dos if isinstance(do, LabelDo)]
    return tuple(dict.fromkeys((policy.our_label, *named, TWIN_LABEL)))


def _looked_for(policy: Policy) -> tuple[str, ...]:
    """What else the policy looks for on a failure: how grave it is, whose, and what is otherwise for it."""
    teams = (label for team in policy.people.teams.values() for label in team.labels)
    overrides = (label for one in policy.overrides for label in one.labels)
    return tuple(dict.fromkeys((*policy.experiment_labels, *policy.severities.labels, *overrides, *teams)))


# --- the files ----------------------------------------------------------------------------------


def _of_files(config: Config, policy: Policy, source: Path) -> Iterator[Finding]:
    watch = ", ".join(map(str, config.watch))
    yield good("configuration", f"{source.name}: installation {config.installation}, watching {watch}.")
    yield good("configuration", _places_in_words(config))
    if lessons := _lessons_in_words(config):
        yield good("configuration", lessons)
    yield from idle_parents(config)
    for warning in config.warnings:
        yield note("configuration", f"{source.name} holds secrets {warning}.", "Name an environment variable instead.")
    calendar = policy.calendar
    hours = f"{working_week(calendar)} {calendar.zone.key}"
    rules = {rule.id for rule in policy.rules}  # one that holds in several phases is there once for each
    yield good("policy", f"Policy {policy.name}: {counted(len(rules), 'rule')}; working time is {hours}.")
    yield _start(policy)
    yield from unused_templates(config.policy, policy)
    yield from silent_notes(policy)
    yield from _of_people(config, policy)
    nearest = next(path for path in (config.data, *config.data.parents) if path.exists())
    if not nearest.is_dir():
        yield wrong(
            "data", f"{nearest} is no folder, so nothing can be kept in {config.data}.", "Choose another: `data:`."
        )
    elif not os.access(nearest, os.W_OK):
        yield wrong("data", f"Nothing can be written in {nearest}.", "Choose another folder: `data:`.")


def _places_in_words(config: Config) -> str:
    if not (config.post_mortems or config.actions):
        return "Post-mortems and actions are opened beside the failure."
    beside = "beside the failure"
    return f"Post-mortems are opened in {config.post_mortems or beside}, actions in {config.actions or beside}."


def _lessons_in_words(config: Config) -> str:
    shelf = config.lessons
    return f"Lessons are written to {shelf.place}, folder {shelf.folder or '/'}." if shelf else ""


def _start(policy: Policy) -> Finding:
    limits = policy.limits
    brake = f"the brake holds after {limits.sweep_effects_max} new comments and tickets an hour"
    if limits.start_at:
        return good(
            "limits",
            f"Failures from {limits.start_at.astimezone(policy.calendar.zone):%Y-%m-%d} on are taken up; {brake}.",
        )
    todo = "`limits: {start_at: 2026-12-01}` would leave older ones alone; `aftermath plan` shows what comes."
    return note("limits", f"Every failure is taken up, however old; {brake}.", todo)


def _of_people(config: Config, policy: Policy) -> Iterator[Finding]:
    people = policy.people
    if config.people is None:
        yield good("people", "No people file: whoever an issue is assigned to is asked, and nobody above.")
        return
    lead = people.get(people.default_lead)
    yield good("people", f"{config.people.name}: {counted(len(people.people), 'person', 'people')}.")
    if reach := private_reach(policy, config.people.name):
        yield good("people", reach)
    if lead is None:
        yield note("people", "A failure without an owner gets none.", f"Set default_lead in {config.people.name}.")
    for person in people.people.values():
        strangers = [tracker for tracker in person.accounts if tracker not in config.trackers]
        if strangers:
            found = f"{person.name} has an account on {', '.join(strangers)}, which is no tracker here."
            yield note("people", found, f"The trackers are {', '.join(config.trackers)}.")
        elif not person.accounts:
            yield note("people", f"{person.name} has no account, and cannot be asked.", "Add one, or leave them out.")


# --- what the configuration adds ------------------------------------------------------------------


def _with_settings(finding: Finding, settings: TrackerSettings, takes_personal_token: bool) -> Finding:
    """A connector's finding with what the configuration has to say about it."""
    if finding.about == "token" and finding.grade is Grade.WRONG:
        key = "app" if settings.app else "token"
        return replace(finding, todo=f"{finding.todo} (trackers.{settings.name}.{key})")
    if finding.about != OWN_ACCOUNT or finding.grade is not Grade.WRONG:
        return finding
    if settings.own_account or takes_personal_token:
        why = "own_account says so" if settings.own_account else "you allow it this time"
        return replace(finding, grade=Grade.NOTE, found=f"{finding.found} Taken as ours, since {why}.")
    todo = f"{finding.todo} If it is ours all the same: `own_account: yes` below trackers.{settings.name}."
    return replace(finding, todo=todo)


def _of_news(program: Program, wanted: Wanted, name: str) -> Iterator[Finding]:
    """How what happens there is heard of."""
    every = in_minutes(program.config.poll_every)
    if not wanted.has_webhook_secret:
        how = f"webhook_secret below trackers.{name}, and a webhook to https://your-host{wanted.webhook_path} with it"
        yield good(WEBHOOK, f"Changes are seen by polling, within {every}. To see them at once: {how}.")
        return
    last = program.ledger.inbox.last_delivery(name)
    if last:
        yield good(WEBHOOK, f"The last delivery was taken at {last:%Y-%m-%d %H:%M} UTC; polling, every {every}, too.")
    else:
        yield good(WEBHOOK, f"No delivery was taken yet; polling, every {every}, brings the news meanwhile.")


def _of_accounts(program: Program, name: str) -> Iterator[Finding]:
    """Accounts of the people file that are not what it says, as far as that was seen since they were written there."""
    rows = [row for row in program.ledger.accounts.all() if row.tracker == name]
    for sentence in sentences_on(program.policy.people_file, rows, file_name(program.config.people)):
        yield note("people", sentence)


def _of_lessons(program: Program, wanted: Wanted) -> Iterator[Finding]:
    """Whether more people read the lessons' repository than the failures that are told there (P14)."""
    for place in wanted.files:
        yield from looked("lessons", partial(_audience_of_lessons, program, place))


def _audience_of_lessons(program: Program, place: Place) -> Iterator[Finding]:
    try:
        if program.trackers[place.tracker].audience(place) is not Audience.PUBLIC:
            return
    except Gone:
        return  # the tracker has told that already
    watched = [one for one in program.config.watch if program.trackers[one.tracker].audience(one) is Audience.INTERNAL]
    if watched:
        names = in_short(map(str, watched))
        found = f"Everybody can read {place.container}, and not everybody {names}: lessons from there are not written."
        todo = "Name a repository below `lessons:` that no more people read, or make this one private."
        yield wrong("lessons", found, todo)

"""The independent model's part on the analysis: reviews that are proposed privately, and the word on blaming language.

A review stands three days (sev1) or five working days after its post-mortem was opened, on the half hour, or on the day
of a due date that people set; so much is worked out here anew. A letter about it names the post-mortem, comes before
the meeting, to people with rights, each once, and brings the calendar entry; a later one has a higher number. In a
calm history whoever reported the failure gets one. Where several dates may hold, as after a due date that was cleared,
each is taken for right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from connectors.memory.letterbox import Letter
from connectors.sandbox.world import World
from worker.simulation.expected_calendar import WorkingTime
from worker.simulation.expected_case import Cases, Generation
from worker.simulation.expected_setting import Patience, Setting, Violation
from worker.simulation.expected_story import Story

#: What somebody writes into a post-mortem in these histories, and nobody else writes anything like it.
BLAMING = "Somebody forgot to drain the queue."
_BLAMING = re.compile(r"Somebody forgot to drain (?:the|our) queue\.")
_TITLES = ("Review: ", "Before the review: ")
_NAMED = re.compile(r"the review of \[(?P<key>[^\]]+)\].*?proposed for \*\*\w{3} (?P<day>\S+), (?P<hour>\S+) UTC\*\*")
_DRAFT = _TITLES[1]
_FIELD = re.compile(r"^(DTSTAMP|DTSTART|SEQUENCE):(\S+)$", re.MULTILINE)
_HOUR, _HALF_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(minutes=30), dt.timedelta(days=1)


def is_about_review(letter: Letter) -> bool:
    """Whether that letter is judged here."""
    return letter.title.startswith(_TITLES)


def review_violations(
    world: World, setting: Setting, letters: Sequence[Letter], must_arrive: bool, ended_at: dt.datetime
) -> list[Violation]:
    """What is twice, early, late, wrong or, with `must_arrive`, missing about letters on reviews."""
    cases = Cases(world, setting, ended_at)
    every = [generation for generations in cases.generations.values() for generation in generations]
    by_key = {mortem.key: (mortem, generation) for generation in every for mortem in generation.mortems}
    found: list[Violation] = []
    sent: Counter[tuple[str, str, str]] = Counter()
    numbers: dict[tuple[str, str], int] = {}
    for letter in letters:
        named = _NAMED.search(letter.body.replace("\n", " "))
        if not named or named["key"] not in by_key:
            found.append(Violation("", "wrong", f"a letter of {letter.at:%F %H:%M} is about no review"))
            continue
        mortem, generation = by_key[named["key"]]
        starts = dt.datetime.fromisoformat(f"{named['day']}T{named['hour']}:00+00:00")
        found += _about(cases, generation, mortem, letter, starts)
        fields = dict(_FIELD.findall(letter.calendar.replace("\r\n", "\n")))
        if fields.keys() != {"DTSTAMP", "DTSTART", "SEQUENCE"}:
            found.append(Violation(mortem.key, "wrong", f"a letter of {letter.at:%F %H:%M} comes without an entry"))
            continue
        number = int(fields["SEQUENCE"])
        part = "draft" if letter.title.startswith(_DRAFT) else "proposal"
        what = f"{part} of {fields['DTSTAMP']} for {starts:%F %H:%M}"
        for address in letter.addresses:
            sent[mortem.key, address, what] += 1
            if address not in {f"letter://{account}" for account in setting.people_with_rights}:
                found.append(Violation(mortem.key, "wrong", f"a review was proposed to a stranger at {address}"))
            if numbers.get((mortem.key, address), -1) >= number:
                found.append(Violation(mortem.key, "twice", f"{address} got {what} after a later one, or again"))
            numbers[mortem.key, address] = number
        if fields["DTSTART"] != f"{starts:%Y%m%dT%H%M%SZ}":
            found.append(Violation(mortem.key, "wrong", "an entry says another time than its letter"))
    for (key, address, what), times in sent.items():
        if times > 1:
            found.append(Violation(key, "twice", f"{times} letters to {address}: {what}"))
    if must_arrive and setting.has_people:
        told = {(key, address) for key, address, _ in sent}
        found += _missing(cases, every, told)
    return found


def wording_violations(generation: Generation, cases: Cases, patience: Patience) -> Iterable[Violation]:
    """Another wording is suggested once, on the post-mortem alone, and only where there are words to mend."""
    for ticket in generation.tickets:
        said = [one for one in ticket.comments if one.kind == "wording" and one.case == generation.case]
        if said and (ticket not in generation.mortems or not _BLAMING.search(ticket.body)):
            yield Violation(ticket.key, "wrong", f"a wording is suggested at {said[0].at:%F %H:%M} for nothing")
        is_due = ticket in generation.mortems and not ticket.is_twin and _BLAMING.search(ticket.body)
        if is_due and not said and _must_be_suggested(generation, ticket, cases, patience):
            yield Violation(ticket.key, "missing", "nobody was told of words that blame somebody")


# --- inside ---------------------------------------------------------------------------------------


def _must_be_suggested(generation: Generation, mortem: Story, cases: Cases, patience: Patience) -> bool:
    """Whether the text as it stands rested for an hour, and the case ran and the post-mortem was open until then."""
    since = mortem.last_edit()
    by = patience.deadline(since + _HOUR)
    moments = [
        since,
        *(entry.at for entry in (*mortem.history, *generation.failure.history) if since < entry.at <= by),
        by,
    ]
    return by <= cases.ended_at and all(
        cases.is_active_at(generation, moment)
        and mortem.is_open_at(moment)
        and not cases.is_experiment_at(generation.failure, moment)
        for moment in moments
    )


def _about(
    cases: Cases, generation: Generation, mortem: Story, letter: Letter, starts: dt.datetime
) -> Iterable[Violation]:
    slack = cases.setting.slack
    if letter.at >= starts + slack:
        yield Violation(mortem.key, "late", f"a letter of {letter.at:%F %H:%M} is about a review that was over")
    if letter.title.startswith(_DRAFT) and letter.at < cases.setting.usual.add_business_days(starts, -1):
        yield Violation(mortem.key, "early", f"the draft was told of at {letter.at:%F %H:%M}")
    if starts not in _proposals(cases, generation, mortem, letter.at):
        yield Violation(mortem.key, "wrong", f"a review is proposed for {starts:%F %H:%M}")


def _proposals(cases: Cases, generation: Generation, mortem: Story, until: dt.datetime) -> set[dt.datetime]:
    """Every moment that was ever right by then."""
    opened = max(mortem.created_at, generation.begins)
    is_grave = cases.severity_at(generation.failure, opened) == 1
    hours = cases.setting.usual
    after = hours.into_hours(opened + 3 * _DAY) if is_grave else hours.add_business_days(opened, 5)
    first = _on_the_half_hour(after, hours)
    days = [entry.new for entry in mortem.history if entry.kind == "due" and entry.at <= until]
    days += [
        argument
        for said in mortem.comments
        if mortem.obeys(said) and said.at <= until
        for name, argument in said.commands
        if name == "due"
    ]
    moved = {_on_day(dt.date.fromisoformat(day), first) for day in days if re.fullmatch(r"\d{4}-\d\d-\d\d", day)}
    return {first, *moved}


def _on_the_half_hour(moment: dt.datetime, hours: WorkingTime) -> dt.datetime:
    """Half hours from midnight on, up to the last that leaves an hour of the working day."""
    at = dt.datetime.combine(moment.date(), dt.time(), dt.UTC)
    while at < moment:
        at += _HALF_HOUR
    if at + _HOUR > hours.closing(moment.date()):
        return hours.into_hours(dt.datetime.combine(moment.date() + _DAY, dt.time(), dt.UTC))
    return at


def _on_day(day: dt.date, first: dt.datetime) -> dt.datetime:
    while day.weekday() > 4:
        day += _DAY
    return dt.datetime.combine(day, first.time(), dt.UTC)


def _missing(cases: Cases, every: Iterable[Generation], told: set[tuple[str, str]]) -> Iterable[Violation]:
    # A proposal waits for the end of somebody's quiet hours, and the post-mortem may be closed by then.
    is_quiet = any(one.company.quiet for one in cases.setting.files)
    slack = _DAY if is_quiet else cases.setting.slack
    for generation in every:
        reporter = generation.failure.reporter
        for mortem in generation.mortems:
            by = mortem.created_at + slack
            moments = [mortem.created_at, by]
            ran = by <= cases.ended_at and all(
                cases.is_active_at(generation, at)
                and mortem.is_open_at(at)
                and not cases.is_experiment_at(generation.failure, at)
                for at in moments
            )
            knows = reporter in cases.setting.people_with_rights
            if ran and knows and not mortem.is_twin and (mortem.key, f"letter://{reporter}") not in told:
                yield Violation(mortem.key, "missing", f"no review was proposed to {reporter}, who reported it")

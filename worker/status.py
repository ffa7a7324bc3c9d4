"""How things stand: cases, what comes next, what is in trouble and who has to do something about it (P7).

Read from the ledger alone; no tracker is asked, so that it answers when they do not. Nothing about people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from rules.refs import Place, place_of
from rules.texts import names_in_a_row
from worker.account_watch import file_name, sentences_on
from worker.away import AWAY_WITHOUT_A_PERSON, Away, as_sentence, long_away
from worker.config import Config
from worker.config.place_keys import ROUTE_KEYS, WATCH_KEY, keys_naming, route_of
from worker.dead import ATTEMPTS_BEFORE_A_PERSON, advice, in_words, needs_person, state_of
from worker.digest_outlook import left_out, missed_week
from worker.digest_outlook import troubles as digest_troubles
from worker.ledger.cases import CaseRow
from worker.ledger.effects import EffectRow
from worker.ledger.write_budgets import WriteWait
from worker.phrases import counted, moment
from worker.presence import Presence, read_presence, unfilled_words
from worker.program import Program

MISSED = "it went to nobody within four days of its hour: the next one tells what still stands"
#: Of a failure that we are kept from: who may read it now, nobody can say (P14).
LEFT_OUT = "left out until it can be read again, since nobody can say who may read it now"


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """Moments are ISO, in UTC, or empty."""

    failure: str
    title: str
    phase: str
    generation: int
    next_look: str
    problem: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that did not work. `needs_person` is False where it will be tried again and may well work; `key` is
    what `aftermath dead` calls an effect, and `todo` what to do about it; or they are empty."""

    what: str
    where: str
    problem: str
    again_at: str
    needs_person: bool
    key: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """The whole of it. `brake` says why everything new is held, `policy_problem` what keeps the policy's files from
    being used, `unfilled` who fills the ledger where that was never done; or they are empty."""

    presence: Presence
    is_rebuilt: bool
    cases: tuple[CaseStatus, ...]
    troubles: tuple[Trouble, ...]
    waiting_hints: bool
    brake: str
    policy_problem: str
    unfilled: str

    @property
    def needs_person(self) -> bool:
        return bool(self.brake or self.policy_problem) or any(trouble.needs_person for trouble in self.troubles)


def read_status(program: Program) -> Status:
    """Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away."""
    ledger = program.ledger
    rows = ledger.cases.all()
    away = long_away(program)
    silent = {rest.tracker for rest in ledger.patience.resting(program.clock.now())} | away.keys()
    troubles = [
        *(_effect_trouble(row) for row in ledger.effects.in_trouble()),
        *(
            Trouble("case", str(row.failure), row.problem, _iso(row), True)
            for row in rows
            if _is_own(program, row, silent)
        ),
        *(
            Trouble("look", str(hint.ref), hint.problem, "", _is_lasting(hint.attempts))
            for hint in ledger.inbox.in_trouble()
            if hint.ref.tracker not in silent
        ),
        *_away(program, away),
        *_resting(program, away),
        *_waiting_to_write(program),
        *_failing_polls(program, silent),
        *_unheard(program),
        *_undelivered(program),
        *_renamed_people(program),
        *_digests(program),
    ]
    return Status(
        presence=read_presence(program),
        is_rebuilt=program.is_rebuilt(),
        cases=tuple(
            CaseStatus(str(row.failure), row.title, row.phase, row.generation, _iso(row), row.problem) for row in rows
        ),
        troubles=tuple(sorted(troubles, key=lambda trouble: not trouble.needs_person)),
        waiting_hints=not ledger.inbox.is_empty(),
        brake=ledger.installation.brake(),
        policy_problem=program.policy.problem,
        unfilled="" if program.is_rebuilt() else unfilled_words(program.config),
    )


def _effect_trouble(row: EffectRow) -> Trouble:
    again_at = row.not_before.isoformat() if row.not_before else ""
    what = f"{in_words(row.kind)} ({row.rule})"
    todo = advice(row.key, state_of(row)) if needs_person(row) else ""
    return Trouble(what, row.ticket, row.problem, again_at, needs_person(row), row.key, todo)


def _digests(program: Program) -> Iterator[Trouble]:
    """Digests of the last week that did not go, or may not have; whose they were, nobody knows. And what the next one
    leaves out."""
    policy = program.policy()
    for one in digest_troubles(program.ledger, policy, program.clock.now()):
        if one.state != "dropped":
            todo = advice(one.key, one.state)
            yield Trouble("weekly digest", one.week, one.problem, one.again_at, True, one.key, todo)
    if week := missed_week(program.ledger, policy, program.clock.now()):
        yield Trouble("weekly digest", week, MISSED, "", False)
    if failures := left_out(program.ledger, policy):
        where = failures[0] if len(failures) == 1 else f"{failures[0]} and {len(failures) - 1} more"
        yield Trouble("weekly digest", where, LEFT_OUT, "", False)


def _away(program: Program, away: Mapping[str, Away]) -> Iterator[Trouble]:
    """Trackers that have been away for so long that somebody should look: one line each, and no other of their own."""
    rests = {rest.tracker: rest.until.isoformat() for rest in program.ledger.patience.resting(program.clock.now())}
    for name, one in away.items():
        yield Trouble("tracker", name, one.in_words(program), rests.get(name, ""), True, todo=one.todo(program))


def _resting(program: Program, away: Collection[str]) -> Iterator[Trouble]:
    """Trackers that asked for patience, or soon will: one line each, however many cases wait for them."""
    now = program.clock.now()
    resting = [rest for rest in program.ledger.patience.resting(now) if rest.tracker not in away]
    for rest in (*resting, *program.ledger.patience.sparing(now)):
        yield Trouble("tracker", rest.tracker, rest.problem, rest.until.isoformat(), False)


def _waiting_to_write(program: Program) -> Iterator[Trouble]:
    """Trackers that take no more writes of us now: one line each for what they take, and how many wait for it."""
    waits = program.ledger.write_budgets.waiting(program.clock.now())
    for _, same in groupby(sorted(waits, key=_budget_of), key=_budget_of):
        first, *more = sorted(same, key=lambda wait: wait.until)
        last = (more or [first])[-1].until
        wait_for_it = f"{counted(1 + len(more), 'case')} {'wait' if more else 'waits'}"
        ends = f", the last until {moment(last, program.policy().calendar.zone)}" if more else ""
        why = f"{program.write_budget.why(first)}: {wait_for_it} to write there, the most urgent first{ends}"
        yield Trouble("tracker", first.tracker, why, first.until.isoformat(), False)


def _budget_of(wait: WriteWait) -> tuple[str, str]:
    return (wait.tracker, wait.short_of)


def _is_own(program: Program, row: CaseRow, silent: Collection[str]) -> bool:
    """Whether a case is in trouble that is not the trouble of a tracker that is away: that is told once."""
    if not (row.problem and row.attempts and silent):
        return bool(row.problem)
    # Where tickets are opened is asked about by every look, before there are any.
    routed = {place.tracker for place in (program.config.post_mortems, program.config.actions) if place}
    return not (routed | {ticket.ref.tracker for ticket in program.ledger.cases.tickets(row.root)}) & set(silent)


def _failing_polls(program: Program, silent: Collection[str]) -> Iterator[Trouble]:
    """Places that could not be polled; one that the configuration no longer names is not polled at all, and of one
    whose tracker is away or left alone the tracker tells. What is away for a moment is told once for each tracker."""
    config, away = program.config, set[str]()
    polled = {str(place): place for place in config.places if place.tracker not in silent}
    passing, long_ago = program.ledger.inbox.passing_polls(), program.clock.now() - AWAY_WITHOUT_A_PERSON
    for source, problem in program.ledger.inbox.poll_problems().items():
        if source not in polled:
            continue
        place, sentence = polled[source], as_sentence(problem)
        if passing.get(source, long_ago) <= long_ago:
            keys = names_in_a_row([f"`{key}`" for key in keys_naming(config, place)]) or f"`{WATCH_KEY}:`"
            yield Trouble("poll", source, f"{sentence} It is named by {keys} in the configuration.", "", True)
        elif place.tracker not in away:
            away.add(place.tracker)
            yield Trouble("tracker", place.tracker, f"{sentence} Nothing is lost by that.", "", False)


def _unheard(program: Program) -> Iterator[Trouble]:
    """Open cases with tickets in places that the configuration does not name: they go on, but a change there is
    seen only by a webhook, or when the case is looked at for another reason."""
    config, renamed = program.config, {}
    for row in program.ledger.cases.tickets_of_active():
        place = place_of(row.ref)
        if row.ref.tracker not in config.trackers or place in config.places:
            continue
        former = program.ledger.place_names.configured(place)
        if former in config.places:
            renamed[former] = place
        else:
            yield Trouble("place", str(row.ref), _unheard_words(config, row.role, place), "", True)
    for former, place in renamed.items():
        yield Trouble("place", str(former), _renamed_words(config, former, place), "", True)


def _renamed_people(program: Program) -> Iterator[Trouble]:
    """Accounts of the people file that are not what it says: they are followed, or asked no more."""
    config, people = program.config, program.policy.people_file
    for row in program.ledger.accounts.all():
        for sentence in sentences_on(people, [row], file_name(config.people)):
            yield Trouble("people file", row.tracker, sentence, "", True)


def _renamed_words(config: Config, former: Place, place: Place) -> str:
    """It is followed, and polled by its former name; whoever takes that name ends it."""
    keys = names_in_a_row([f"`{key}`" for key in keys_naming(config, former)]) or f"`{WATCH_KEY}:`"
    return (
        f"it is called {place} now, and followed as long as nobody else takes the old name: write the new one at "
        f"{keys} in the configuration."
    )


def _undelivered(program: Program) -> Iterator[Trouble]:
    """Deliveries that were asked for again. Nothing is lost by them: polling brings what they told."""
    for one in program.ledger.redeliveries.missing():
        count = f"{one.count} deliveries that failed were" if one.count > 1 else "a delivery that failed was"
        at = f"{one.asked_at:%Y-%m-%d %H:%M} UTC"
        problem = f"{count} asked for again, at {at}, and did not arrive yet; polling brings the news meanwhile"
        yield Trouble("webhook", one.source, problem, "", False)


def _unheard_words(config: Config, role: str, place: Place) -> str:
    """Which key of the configuration would name the place, and what to do about it."""
    key, unpolled = ROUTE_KEYS.get(role), f"{place}, which the configuration does not name, so it is not polled"
    if key is None:
        return (
            f"an open case has this ticket in {unpolled}: put {place} back under `{WATCH_KEY}:`, or end the case by "
            f"taking the label off its failure."
        )
    routed = route_of(config, role)
    now = f"`{key}` says {routed} instead" if routed else f"`{key}` names no place"
    return (
        f"an open case has this {role} in {unpolled}. {now}: if that is a mistake, write {place} there. If new ones "
        f"are to be opened elsewhere from now on, put {place} under `{WATCH_KEY}:`, until the case has ended."
    )


def _is_lasting(attempts: int) -> bool:
    return attempts >= ATTEMPTS_BEFORE_A_PERSON


def _iso(row: CaseRow) -> str:
    return row.wake_at.isoformat() if row.wake_at else ""

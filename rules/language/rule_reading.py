"""One rule of a policy file, and what only a whole rule can get wrong."""

from __future__ import annotations

import datetime as dt
import re

from rules.calendar import Calendar
from rules.durations import Duration, parse_duration
from rules.joint_conditions import joined
from rules.language.condition_reading import read_condition
from rules.language.do_reading import read_dos
from rules.language.document import KeyPath, ListNode, MapNode, Scalar
from rules.language.forms import LadderForm, RuleForm
from rules.language.grouping import Group, GroupConditions
from rules.language.reading import Reading
from rules.language.repeat_reading import Repeat, read_repeat, read_resets
from rules.policy import (
    Anchor,
    AssignDo,
    CloseDo,
    Do,
    FileDo,
    KeepDo,
    LabelDo,
    Ladder,
    LinkDo,
    LookBackDo,
    NotifyDo,
    OpenDo,
    Phase,
    Rule,
    Rung,
    SayDo,
    Subject,
)
from rules.review_terms import ReviewDo
from rules.vocabulary import FACTS

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
_ID_CHARACTERS_MAX = 60
RUNGS_MAX = 20
_NO_TICKET = "an action item has no ticket yet to write on; open one, and use for: action"
_ONE_REPLY = "a comment is replied to once, with a comment"
#: Rungs are compared from a Monday noon without holidays: their order must not depend on the day.
_NOON = dt.datetime(2024, 1, 8, 12, tzinfo=dt.UTC)
_ON_RUNGS = (SayDo, LabelDo, AssignDo, NotifyDo)


def read_rule(reading: Reading, path: KeyPath, groups: tuple[Group, ...], shared: GroupConditions) -> tuple[Rule, ...]:
    """The rule at `path`, which stands in those groups, once for each phase it names; nothing where its form is
    wrong."""
    form = reading.form(RuleForm, path)
    if form is None:
        _read_on(reading, path)
        return ()
    _check_names(reading, path, form)
    given = reading.document.plain(path)
    subject = Subject(form.subject)
    phases = reading.words((*path, "while"), Phase, "phase") if "while" in given else (Phase.ACTIVE,)
    own = read_condition(reading, (*path, "when"), form.subject) if form.when is not None else None
    node = reading.document.at(path)
    above = shared.of(groups, node, form.subject) if isinstance(node, MapNode) else ()
    when = joined((*above, own) if own else above)
    dos = read_dos(reading, (*path, "do")) if "do" in given else ()
    ladder = _read_ladder(reading, (*path, "ladder"), form.ladder) if form.ladder else None
    if "do" not in given and not form.ladder:
        reading.note(path, "the rule does nothing: give it a do, a ladder or both")
    _check_fit(reading, (*path, "do"), subject, dos)
    if any(isinstance(do, LookBackDo) for do in dos) and phases != (Phase.CLOSED,):
        reading.note((*path, "do"), "a look back is for a case that was let go: use while: closed")
    if subject is Subject.ACTION_ITEM and form.ladder:
        reading.note_key((*path, "ladder"), _NO_TICKET)
    if subject is Subject.COMMENT and form.ladder:
        reading.note_key((*path, "ladder"), _ONE_REPLY)
    return tuple(Rule(form.id, form.name, form.step, subject, when, phase, dos, ladder) for phase in phases)


def _read_on(reading: Reading, path: KeyPath) -> None:
    """Notes what else is wrong with a rule whose form is wrong already, so that one run shows all."""
    rule = reading.document.at(path)
    if not isinstance(rule, MapNode):
        return
    subject = rule.get("for")
    if rule.get("when") and isinstance(subject, Scalar) and subject.value in FACTS:
        read_condition(reading, (*path, "when"), str(subject.value))
    if rule.get("do"):
        read_dos(reading, (*path, "do"))
    ladder = rule.get("ladder")
    rungs = ladder.get("rungs") if isinstance(ladder, MapNode) else None
    for index, rung in enumerate(rungs.items if isinstance(rungs, ListNode) else ()):
        if isinstance(rung, MapNode) and rung.get("at") and rung.get("do"):
            _read_rung(reading, (*path, "ladder", "rungs", index))


def _check_names(reading: Reading, path: KeyPath, form: RuleForm) -> None:
    if not _ID.match(form.id) or len(form.id) > _ID_CHARACTERS_MAX:
        reading.note((*path, "id"), f'"{form.id}" cannot be an id', "small letters, figures and hyphens, up to 60")
    if not form.name.strip() or "\n" in form.name.strip():
        reading.note((*path, "name"), "a name is one sentence in one line")


def _read_ladder(reading: Reading, path: KeyPath, form: LadderForm) -> Ladder | None:
    rungs = [_read_rung(reading, (*path, "rungs", index)) for index in range(len(form.rungs))]
    anchor = Anchor(form.anchor)
    if not 1 <= len(rungs) <= RUNGS_MAX:
        reading.note_key((*path, "rungs"), f"a ladder has 1 to {RUNGS_MAX} rungs, not {len(rungs)}")
    _check_order(reading, path, anchor, rungs)
    repeat = (*path, "repeat_last")
    quiets = (*path, "answer_quiets")
    given = reading.document.plain(path)
    again = read_repeat(reading, repeat) if "repeat_last" in given else Repeat()
    resets = read_resets(reading, path, form)
    answer_quiets = reading.positive_duration(quiets) if "answer_quiets" in given else _default_quiet(form)
    done = tuple(rung for rung in rungs if rung)
    if not (answer_quiets and done):
        return None
    return Ladder(anchor, done, answer_quiets, again.every, resets, again.times, again.span)


def _default_quiet(form: LadderForm) -> Duration:
    return parse_duration(form.answer_quiets)


def _read_rung(reading: Reading, path: KeyPath) -> Rung | None:
    at = reading.duration((*path, "at"))
    dos = read_dos(reading, (*path, "do"))
    for index, do in enumerate(dos):
        if isinstance(do, SayDo) and do.settle:
            reading.note((*path, "do"), "a rung has its own time: settle is for a comment outside a ladder")
        if not isinstance(do, _ON_RUNGS):
            reading.note(
                (*path, "do"),
                f"thing {index + 1} of this rung is not for a ladder, whose rungs speak",
                "comment, remind, label, assign, notify",
            )
    # The rung's name is part of keys: another spelling of the same time must not say everything again.
    return Rung(str(at), at, dos) if at else None


def _check_order(reading: Reading, path: KeyPath, anchor: Anchor, rungs: list[Rung | None]) -> None:
    calendar = Calendar()
    last: tuple[dt.datetime, str] | None = None
    for index, rung in enumerate(rungs):
        if rung is None:
            continue
        place = (*path, "rungs", index, "at")
        if rung.at.amount < 0 and anchor is not Anchor.DUE:
            reading.note(
                place,
                f'"{rung.name}" is before the anchor, and nobody knows when that will be',
                "a time before the anchor only with anchor: due",
            )
        moment = calendar.add(_NOON, rung.at)
        if last and moment <= last[0]:
            reading.note(place, f'"{rung.name}" is not later than "{last[1]}" before it: rungs go up in time')
        last = (moment, rung.name)


def _check_fit(reading: Reading, path: KeyPath, subject: Subject, dos: tuple[Do, ...]) -> None:
    for do in dos:
        message = _misfit(subject, do)
        if message:
            reading.note(path, message)


def _misfit(subject: Subject, do: Do) -> str:
    """Why this cannot be done for that subject, or nothing."""
    match do:
        case OpenDo(what="action") if subject is not Subject.ACTION_ITEM:
            return "an action is opened for an action item: use for: action-item"
        case OpenDo(what="post-mortem") if subject is not Subject.FAILURE:
            return "a post-mortem is opened for a failure: use for: failure"
        case CloseDo() | KeepDo(slot="plan") if subject is not Subject.FAILURE:
            return "the lesson and the plan are told on the failure: use for: failure"
        case FileDo() if subject is not Subject.FAILURE:
            return "the lesson is the failure's: use for: failure"
        case ReviewDo() | SayDo(settle=Duration()) if subject is not Subject.POST_MORTEM:
            return "only a post-mortem has a review, and a text that a comment waits for: use for: post-mortem"
        case LookBackDo() if subject is not Subject.FAILURE:
            return "a look back is noted on the failure: use for: failure"
        case LinkDo(to=to) if to == subject.value:
            return f"a {to} cannot be linked to itself"
        case OpenDo():
            return ""
        case _ if subject is Subject.COMMENT and not isinstance(do, SayDo):
            return _ONE_REPLY
        case _ if subject is Subject.ACTION_ITEM:
            return _NO_TICKET
    return ""

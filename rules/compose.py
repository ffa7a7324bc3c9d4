"""From a policy's `do` to finished effects: keys, rendered texts, people mentioned. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

from rules import keys
from rules.asking import people_asked
from rules.deferred import Once
from rules.effects import AddLabel, AnyEffect, Assign, Keep, LinkTickets, OpenTicket, Say
from rules.facts import ActionItem, ChangeKind, Level, Readership, Ticket
from rules.item_dates import day_said
from rules.item_owners import with_owner
from rules.labels import has_label
from rules.leavers import assignment_slot, has_left
from rules.lesson_files import lesson_files
from rules.lost_labels import by_former_names
from rules.occasion import Occasion, origin_of
from rules.opening_places import place_for, readers_of, withheld
from rules.policy import (
    AssignDo,
    CloseDo,
    Do,
    FileDo,
    KeepDo,
    LabelDo,
    LinkDo,
    LookBackDo,
    NotifyDo,
    OpenDo,
    Part,
    Person,
    SayDo,
)
from rules.private_messages import above_the_owner, escalation, messages
from rules.readers import has_level, may_read
from rules.refs import Place, TicketRef
from rules.review_letters import review_letters
from rules.review_terms import ReviewDo
from rules.roles import holder
from rules.said_before import anchor_said, asked_before, is_told_openly, is_told_privately, stage_said
from rules.situation import Situation
from rules.texts import title_line
from rules.viewing import view_of, ways_of
from rules.views import TextView


def compose(situation: Situation, occasion: Occasion, do: Do) -> list[AnyEffect]:
    """The effects of one `do`; none where there is nobody to ask or nothing to link."""
    match do:
        case OpenDo():
            return [] if withheld(situation, do, occasion.item) else [_open(situation, occasion, do)]
        case SayDo():
            return _say(situation, occasion, do.template, do.kind, do.mention)
        case CloseDo():
            return _say(situation, occasion, do.template, "lesson", ())
        case KeepDo():
            return [_keep(situation, occasion, do)]
        case LabelDo():
            key = keys.state_key(situation.id, occasion.subject, f"label:{do.label}")
            return [AddLabel(key=key, ticket=occasion.ticket.ref, label=do.label, **origin_of(situation, occasion))]
        case AssignDo():
            return _assign(situation, occasion, do.role)
        case LinkDo():
            return _link(situation, occasion, do.to)
        case NotifyDo():
            return messages(situation, occasion, do)
        case FileDo():
            return lesson_files(situation, occasion, do)
        case ReviewDo():
            return review_letters(situation, occasion, do)
        case LookBackDo():
            return []  # what it sees stands in the status comment


def _say(
    situation: Situation, occasion: Occasion, template: str, kind: str, parts: tuple[Part, ...]
) -> list[AnyEffect]:
    def token(anchor: str, stage: str = occasion.stage, of: str = kind, to: tuple[Part, ...] = parts) -> str:
        audience = (of, *(part.value for part in to))
        return keys.said_token(f"{situation.id}/{occasion.subject}", anchor, audience, stage)

    anchor = anchor_said(situation, occasion, token) or _occurrence_anchor(situation, occasion)
    people = people_asked(situation, occasion.ticket, parts, can_wait=occasion.can_wait)
    stage, said = stage_said(situation, occasion, kind, partial(token, anchor), people)
    if occasion.reply:
        people = tuple({person.id: person for person in (*occasion.reply.people, *people)}.values())
    apart = above_the_owner(situation, occasion, people)
    letters = tuple(one for one in apart if not is_told_openly(situation, occasion, one, token(anchor)))
    told = escalation(situation, occasion, letters, kind, template)
    people = tuple(one for one in people if one not in apart and not is_told_privately(situation, occasion, one, kind))
    if parts and not people:
        return told

    def body() -> str:
        view = view_of(situation, occasion.ticket, people=people, reading=occasion.reading, reply=occasion.reply)
        view = replace(view, asked_before=asked_before(situation, occasion))
        return situation.policy.templates.render(template, view)

    return [
        *told,
        Say(
            key=keys.event_key(situation.id, occasion.subject, occasion.rule.id, stage, anchor),
            ticket=occasion.ticket.ref,
            text=kind,
            body=body,
            said=said,
            mentions=tuple(person.id for person in people),
            ways=tuple(ways_of(person, occasion.ticket) for person in people),
            replies_to=occasion.reply.asked_by if occasion.reply else "",
            closes=kind == "lesson",
            readers=occasion.reply.readers if occasion.reply else "",
            answers=occasion.reply.answers if occasion.reply else "",
            **origin_of(situation, occasion, "" if occasion.reply else next((one.id for one in people), "")),
        ),
    ]


def _occurrence_anchor(situation: Situation, occasion: Occasion) -> str:
    """What makes a rule without a ladder speak again: for a paused case, the unlabelling that paused it; for one that
    was called off, the comment with the command."""
    if cancelled := situation.standing.cancelled:
        return cancelled.comment_id  # without the line: words put above it call nothing off anew
    if occasion.rule.phase.value != "paused":
        return ""
    labels = situation.policy.failure_labels
    changes = by_former_names(situation.case.failure, labels)
    unlabelled = [change for change in changes if change.kind is ChangeKind.UNLABELLED]
    taken_off = [change.id for change in unlabelled if has_label(labels, change.old)]
    return taken_off[-1] if taken_off else ""


def _keep(situation: Situation, occasion: Occasion, do: KeepDo) -> AnyEffect:
    @Once  # for text and digest
    def body() -> str:
        return situation.policy.templates.render(do.template, view_of(situation, occasion.ticket))

    return Keep(
        key=keys.state_key(situation.id, occasion.subject, do.slot),
        ticket=occasion.ticket.ref,
        slot=do.slot,
        body=body,
        digest=lambda: keys.content_digest(body()),
        **origin_of(situation, occasion),
    )


def _assign(situation: Situation, occasion: Occasion, part: Part) -> list[AnyEffect]:
    person = holder(situation.policy.people, occasion.ticket, part, instead=situation.attendance.there_for)
    account = _account(situation, person, occasion.ticket.ref.tracker)
    if not account:
        return []
    key = keys.state_key(situation.id, occasion.subject, assignment_slot(occasion.ticket))
    return [Assign(key=key, ticket=occasion.ticket.ref, account=account, **origin_of(situation, occasion))]


def _account(situation: Situation, person: Person | None, tracker: str) -> str:
    """The account to be given something, or nothing where there is none, or it left."""
    account = person.accounts.get(tracker, "") if person else ""
    has_gone = situation.policy.people.has_left(tracker, account) or has_left(situation.case, tracker, account)
    return "" if has_gone else account


def due_date(situation: Situation, do: OpenDo, start: dt.datetime) -> dt.date:
    """The date by which something opened is due, in the calendar's days."""
    calendar = situation.policy.calendar
    return calendar.local_date(calendar.add(start, do.due.for_severity(situation.severity)))


def _open(situation: Situation, occasion: Occasion, do: OpenDo) -> AnyEffect:
    policy, failure, place = situation.policy, situation.case.failure, place_for(situation, do)
    start = max(situation.standing.began_at, situation.seen_at(failure))
    start = max(start, _item_start(situation, occasion.item)) if occasion.item else start
    told, owner, unknown = _carried(situation, occasion, do, place.tracker)
    account = _account(situation, owner, place.tracker)
    said = told.due_on or day_said(policy, situation.case.post_mortem, told.due_words) if told else None
    due_on = said or due_date(situation, do, start)
    audience = readers_of(situation, place, occasion.item)
    item = told.id if told else ""

    @Once  # for title and body
    def view() -> TextView:
        view = view_of(situation, failure, item=told, due_on=due_on, audience=audience)
        return replace(view, unknown_owner=unknown, given_to=owner.name if owner and account else "")

    return OpenTicket(
        key=keys.opening_key(situation.id, do.what, item),
        role=do.what,
        item=item,
        place=place,
        title=lambda: title_line(policy.templates.render(do.title, view())),
        body=lambda: policy.templates.render(do.template, view()),
        labels=(policy.our_label, do.what),
        assignee=account,
        due_on=due_on,
        level=audience.id if isinstance(audience, Level) else "",
        above=_above(situation, place, audience),
        **origin_of(situation, occasion),
    )


def _above(situation: Situation, place: Place, audience: Readership) -> tuple[tuple[str, TicketRef], ...]:
    """What a new ticket may be put below: what stands below a ticket is told at both of them, as a link is."""
    case = situation.case
    known = (("failure", case.failure), ("post-mortem", case.post_mortem))
    return tuple(
        (role, ticket.ref)
        for role, ticket in known
        if ticket is not None and ticket.ref.tracker == place.tracker and _may_know(audience, ticket)
    )


def _carried(
    situation: Situation, occasion: Occasion, do: OpenDo, tracker: str
) -> tuple[ActionItem | None, Person | None, str]:
    """The item as its ticket is called, whoever gets that, and the words that name an owner whom nobody knows."""
    people, case = situation.policy.people, situation.case
    there = situation.attendance.there_for
    owner = holder(people, case.failure, do.assign, instead=there) if do.assign else None
    if occasion.item is None:
        return None, owner, ""
    item, named = with_owner(people, case, tracker, occasion.item)
    return item, named or owner, "" if named else item.named


def _item_start(situation: Situation, item: ActionItem) -> dt.datetime:
    return next((one.rested_since for one in situation.unopened if one.item.id == item.id), situation.now)


def _link(situation: Situation, occasion: Occasion, to: str) -> list[AnyEffect]:
    """Links both ways where the tickets live on two trackers; one, from the elder, where they share one."""
    target = situation.case.failure if to == "failure" else situation.case.post_mortem
    ticket = occasion.ticket
    if target is None or target.ref == ticket.ref:
        return []
    if target.ref.tracker == ticket.ref.tracker:
        ends = [(target, ticket, "sub-issue" if to == "failure" else "relates")]
    else:
        ends = [(ticket, target, "relates"), (target, ticket, "relates")]
    return [
        LinkTickets(
            key=keys.state_key(situation.id, occasion.subject, f"link:{to}:{index}"),
            ticket=one.ref,
            target=other.ref,
            target_uid=other.uid,
            url=other.url,
            title=partial(_link_title, other),
            relation=relation,
            **origin_of(situation, occasion),
        )
        for index, (one, other, relation) in enumerate(ends)
        if may_know(one, other)
    ]


def may_know(reader: Ticket, other: Ticket) -> bool:
    """Whether everyone who reads one ticket may read of the other (P14). What few may read is linked only among them:
    within one tracker a link shows at both its ends."""
    return _may_know(reader.audience, other)


def _may_know(readers: Readership, other: Ticket) -> bool:
    if isinstance(readers, Level) or has_level(other):
        return readers == other.audience
    return may_read(readers, other)


def _link_title(other: Ticket) -> str:
    return title_line(f"{other.ref.key}: {other.title}")

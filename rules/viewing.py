"""Fills the views that templates render from: a case's facts as plain, named values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.action_items import count_left_out
from rules.analysis_views import questions_left, review_view, wording_view
from rules.anchors import UNDATED
from rules.clocks import Reading
from rules.command_views import action_note, approved_plan, decline_view, snooze_view
from rules.earlier_endings import earlier_endings
from rules.endings import Ending, closed_as, ended_otherwise
from rules.facts import ActionItem, ActionTicket, Audience, ChangeKind, Earlier, Readership, Status, Ticket
from rules.labels import has_label
from rules.lesson_words import HAPPENED, LEARNED, lesson_words
from rules.looking_back import Look, looks_of
from rules.policy import Person, Role, StandIn
from rules.readers import may_read
from rules.replies import APPROVAL, CASE, GREW, HELP, Reply
from rules.roles import holder, owner_of, present_owner_of
from rules.situation import Situation
from rules.texts import link, mention, names_in_a_row
from rules.thanking import thanks_of
from rules.timeline import timeline_of
from rules.views import EarlierView, LookView, Markdown, ReplyView, TextView, TicketView
from rules.waiting import awaited

#: By status, of a ticket that is to be done still; what was closed has its ending for a state.
_STATES = {Status.NEW: "open", Status.DOING: "in progress", Status.DONE: "open"}


def view_of(
    situation: Situation,
    ticket: Ticket,
    *,
    people: Sequence[Person] = (),
    reading: Reading | None = None,
    item: ActionItem | None = None,
    due_on: dt.date | None = None,
    audience: Readership | None = None,
    is_private: bool = False,
    reply: Reply | None = None,
) -> TextView:
    """What a template sees when it writes on `ticket`, addressing `people`.

    `audience` is who will read it, where that is not who reads the ticket. What is private mentions nobody: it has
    reached its reader already.
    """
    audience = audience or ticket.audience
    return replace(
        _once_shared(situation, audience),
        ticket=_view(situation, ticket, audience),
        asked=tuple(person.name for person in people),
        mentions=_names(people) if is_private else _mentions(people, ticket),
        due=_due_text(situation, ticket, due_on),
        late=_late(reading),
        rested_until=_rested_until(situation, reading),
        answered_on=_event_day(situation, reading, "answer:"),
        unmoved_since=_event_day(situation, reading, UNDATED),
        item_text=item.text if item else "",
        reply=_reply(reply) if reply else None,
        snooze=snooze_view(situation, ticket),
        decline=decline_view(situation, ticket),
        open_questions=questions_left(situation, ticket),
        review=review_view(situation, ticket),
        wording=wording_view(situation, ticket),
        is_adopted=ticket.ref in situation.case.adopted,
        rival=_rival(situation, ticket, audience),
    )


def _once_shared(situation: Situation, audience: Readership) -> TextView:
    if audience not in situation.shared_views:
        situation.shared_views[audience] = _shared(situation, audience)
    shared: TextView = situation.shared_views[audience]
    return shared


def _shared(situation: Situation, audience: Readership) -> TextView:
    """What all texts of one decision show alike, to readers of one audience; it is written on the failure."""
    case, people = situation.case, situation.policy.people
    mortem, failure = case.post_mortem, _view(situation, case.failure, audience)
    is_told = may_read(audience, case.failure)
    owner = holder(people, case.failure, Role.OWNER) if is_told else None
    reporter = holder(people, case.failure, Role.REPORTER) if is_told else None
    actions = _views(situation, case.actions, audience)
    told = mortem if mortem and may_read(audience, mortem) else None
    post_mortem = _view(situation, mortem, audience) if mortem else None
    approved_by, approved_on = approved_plan(situation, audience)
    return TextView(
        ticket=failure,
        failure=failure,
        post_mortem=post_mortem,
        actions=actions,
        severity=situation.severity,
        severity_wanted=_severity_wanted(situation),
        generation=situation.standing.generation,
        phase=situation.phase.value,
        reporter=reporter.name if reporter else "",
        owner=owner.name if owner else "",
        ended=ended_otherwise(situation.endings, case.actions),
        approved_by=approved_by,
        approved_on=approved_on,
        closed_as=str(closed_as(case.failure) or ""),
        timeline=timeline_of(situation) if is_told else (),
        earlier=tuple(_earlier(situation, one, audience) for one in case.earlier),
        looks=tuple(_look(situation, one, audience) for one in looks_of(situation)),
        thanks=thanks_of(situation, audience) if is_told else (),
        happened=lesson_words(situation, told, HAPPENED),
        learned=lesson_words(situation, told, LEARNED),
        changed=Markdown(", ".join(view.link for view in actions if view.state == Ending.DONE)),
        waiting=awaited(situation, owner, post_mortem, actions),
        left_out=count_left_out(mortem.body, situation.policy.item_words) if mortem else 0,
        labelled_on=_labelled_on(situation),
        vars=situation.policy.variables,
    )


def _severity_wanted(situation: Situation) -> tuple[str, ...]:
    return () if situation.common_facts["failure.is_severity_set"] else tuple(situation.policy.severities.labels)


def _rival(situation: Situation, ticket: Ticket, audience: Readership) -> TicketView | None:
    rival, mortem = situation.case.rival, situation.case.post_mortem
    is_told = rival is not None and mortem is not None and ticket.ref == mortem.ref and may_read(audience, rival)
    return _view(situation, rival, audience) if rival and is_told else None


def _views(situation: Situation, actions: Iterable[ActionTicket], audience: Readership) -> tuple[TicketView, ...]:
    return tuple(_view(situation, action.ticket, audience) for action in actions)


def _earlier(situation: Situation, earlier: Earlier, audience: Readership) -> EarlierView:
    mortem = earlier.post_mortem
    endings = earlier_endings(situation.case, earlier, situation.policy.people)
    return EarlierView(
        number=earlier.generation,
        let_go=situation.policy.calendar.local_date(earlier.ended_at).isoformat(),
        post_mortem=_view(situation, mortem, audience) if mortem else None,
        still_open=_views(situation, (one for one in earlier.actions if endings.of(one) is None), audience),
        ended=ended_otherwise(endings, earlier.actions),
    )


def _look(situation: Situation, look: Look, audience: Readership) -> LookView:
    day = situation.policy.calendar.local_date(look.at).isoformat()
    return LookView(day, str(look.after), look.is_failure_open, _views(situation, look.reopened, audience))


def _view(situation: Situation, ticket: Ticket, audience: Readership) -> TicketView:
    """A ticket as readers of that audience may know it (P14). Work that is left is not told as somebody's who left."""
    named = present_owner_of if situation.endings.is_open(ticket) else owner_of
    owner = named(situation.policy.people, ticket)
    due = situation.due(ticket)
    state, note = _state(situation, ticket, audience)
    due_text = due.day.isoformat() if due else ""
    if not may_read(audience, ticket):
        openly = _named_openly(situation, audience, owner)
        return TicketView("", "", "", Markdown(f"internal {_part(situation, ticket)}"), openly, due_text, state, note)
    return TicketView(
        key=ticket.ref.key,
        title=ticket.title,
        url=ticket.url,
        link=link(ticket.ref.key, ticket.url),
        owner=owner.name if owner else "",
        due=due_text,
        state=state,
        note=note,
    )


def _state(situation: Situation, ticket: Ticket, audience: Readership) -> tuple[str, Markdown]:
    """How a ticket stands, and what there is to add: that it was accepted, what it went into, what it waits for."""
    action = next((one for one in situation.case.actions if one.ticket.ref == ticket.ref), None)
    if action is None:
        return closed_as(ticket) or _STATES[ticket.status], Markdown("")
    end = situation.endings.of(action)
    if end is None:
        return _STATES[ticket.status], action_note(situation, ticket, audience)
    into = next((one for one in situation.case.tickets if one.ref == end.into), None)
    told = into if into and may_read(audience, into) else None
    return end.how, Markdown(f"into {link(told.ref.key, told.url)}" if told else "")


def _reply(reply: Reply) -> ReplyView:
    writer = reply.writer if reply.speaks_to_writer else None
    return ReplyView(
        writer=_mentions((writer,), reply.ticket) if writer else Markdown(""),
        remarks=tuple(map(Markdown, reply.remarks)),
        asks_help=HELP in reply.codes,
        asks_case=CASE in reply.codes,
        asks_approval=APPROVAL in reply.codes,
        plan_grew=GREW in reply.codes,
        approvers=_mentions(reply.approvers, reply.ticket),
        proposer=reply.writer.name,
        awaits=tuple(map(Markdown, reply.awaits)),
        is_mendable=reply.is_mendable,
    )


def _named_openly(situation: Situation, audience: Readership, owner: Person | None) -> str:
    """The owner of an internal ticket, where the failure itself names the same person to these readers already."""
    failure = situation.case.failure
    openly = owner_of(situation.policy.people, failure) if may_read(audience, failure) else None
    return owner.name if owner and openly and owner.id == openly.id else ""


def _part(situation: Situation, ticket: Ticket) -> str:
    """What the ticket is to its case, in a word that tells nothing more of it."""
    if ticket is situation.case.failure:
        return "failure"
    is_mortem = ticket is situation.case.post_mortem or (ticket.marker and ticket.marker.kind == "post-mortem")
    return "post-mortem" if is_mortem else "action"


def ways_of(person: Person, ticket: Ticket) -> tuple[str, str]:
    """How a text on that ticket mentions the person, and how it names them and reaches nobody. Until when somebody is
    away is not for the whole world."""
    reason = f" (for {_absent(person, ticket)})" if isinstance(person, StandIn) else ""
    account = person.accounts.get(ticket.ref.tracker, "")
    return f"{mention(person.name, account)}{reason}", f"{mention(person.name, '')}{reason}"


def _absent(person: StandIn, ticket: Ticket) -> str:
    is_open_to_all = ticket.audience is Audience.PUBLIC
    return mention(person.absent.name, "") if is_open_to_all else in_place_of(person)


def in_place_of(person: StandIn) -> str:
    """`Ada Byron until 3 Jan`."""
    return f"{mention(person.absent.name, '')} until {person.until.day} {person.until:%b}"


def _mentions(people: Sequence[Person], ticket: Ticket) -> Markdown:
    return Markdown(names_in_a_row([ways_of(person, ticket)[0] for person in people]))


def _names(people: Sequence[Person]) -> Markdown:
    return Markdown(names_in_a_row([mention(person.name, "") for person in people]))


def _due_text(situation: Situation, ticket: Ticket, due_on: dt.date | None) -> str:
    if due_on is None:
        due = situation.due(ticket)
        due_on = due.day if due else None
    return due_on.isoformat() if due_on else ""


def _late(reading: Reading | None) -> str:
    return str(reading.late) if reading and reading.late else ""


def _event_day(situation: Situation, reading: Reading | None, kind: str) -> str:
    """The day of the event that the reading counts from some time after, where its name begins so."""
    at = reading.anchor.event_at if reading and reading.anchor.id.startswith(kind) else None
    return situation.policy.calendar.local_date(at).isoformat() if at else ""


def _labelled_on(situation: Situation) -> str:
    labels, changes = situation.policy.failure_labels, situation.case.failure.changes
    put_on = (one.at for one in changes if one.kind is ChangeKind.LABELLED and has_label(labels, one.new))
    last = max(put_on, default=None)
    return situation.policy.calendar.local_date(last).isoformat() if last else ""


def _rested_until(situation: Situation, reading: Reading | None) -> str:
    is_snooze = reading is not None and reading.anchor.id.startswith("snooze:")
    return situation.policy.calendar.local_date(reading.anchor.at).isoformat() if reading and is_snooze else ""

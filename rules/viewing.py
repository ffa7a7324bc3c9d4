"""Fills the views that templates render from: a case's facts as plain, named values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from rules.clocks import Reading
from rules.facts import ActionItem, Audience, Status, Ticket
from rules.policy import Person, Phase, Role
from rules.roles import holder, owner_of
from rules.sections import section
from rules.situation import Situation
from rules.texts import link, mention, names_in_a_row
from rules.views import Markdown, TextView, ThanksView, TicketView

_STATES = {Status.NEW: "open", Status.DOING: "in progress", Status.DONE: "done"}
HAPPENED = ("What happened", "Summary")
LEARNED = ("What we learned", "Lessons learned", "Lessons", "What went well")


def view_of(
    situation: Situation,
    ticket: Ticket,
    *,
    people: Sequence[Person] = (),
    reading: Reading | None = None,
    item: ActionItem | None = None,
    due_on: dt.date | None = None,
) -> TextView:
    """What a template sees when it writes on `ticket`, addressing `people`."""
    case, policy = situation.case, situation.policy
    failure, mortem = case.failure, case.post_mortem
    owner = holder(policy.people, failure, Role.OWNER)
    reporter = holder(policy.people, failure, Role.REPORTER)
    is_public = ticket.audience is Audience.PUBLIC
    mortem_hidden = bool(mortem and is_public and mortem.audience is Audience.INTERNAL)
    return TextView(
        ticket=_view(situation, ticket, ticket),
        failure=_view(situation, failure, ticket),
        post_mortem=_view(situation, mortem, ticket) if mortem else None,
        actions=tuple(_view(situation, action.ticket, ticket) for action in case.actions),
        severity=situation.severity,
        generation=situation.standing.generation,
        phase=situation.phase.value,
        asked=tuple(person.name for person in people),
        mentions=_mentions(people, ticket.ref.tracker),
        reporter=reporter.name if reporter else "",
        owner=owner.name if owner else "",
        due=_due_text(situation, ticket, due_on),
        late=_late(reading),
        item_text=item.text if item else "",
        waiting=_waiting(situation, ticket),
        timeline=_timeline(failure),
        thanks=_thanks(situation),
        happened=Markdown("") if mortem_hidden else _lesson_part(mortem, HAPPENED),
        learned=Markdown("") if mortem_hidden else _lesson_part(mortem, LEARNED),
        changed=_changed(situation, ticket),
    )


def _view(situation: Situation, ticket: Ticket, reader: Ticket) -> TicketView:
    """A ticket as the readers of `reader` may know it (P14)."""
    owner = owner_of(situation.policy.people, ticket)
    due = situation.due(ticket)
    state = _STATES[ticket.status]
    due_text = due[0].isoformat() if due else ""
    if reader.audience is Audience.PUBLIC and ticket.audience is Audience.INTERNAL:
        return TicketView("", "", "", Markdown("internal ticket"), owner.name if owner else "", due_text, state)
    return TicketView(
        key=ticket.ref.key,
        title=ticket.title,
        url=ticket.url,
        link=link(ticket.ref.key, ticket.url),
        owner=owner.name if owner else "",
        due=due_text,
        state=state,
    )


def _mentions(people: Sequence[Person], tracker: str) -> Markdown:
    return Markdown(names_in_a_row([mention(person.name, person.accounts.get(tracker, "")) for person in people]))


def _due_text(situation: Situation, ticket: Ticket, due_on: dt.date | None) -> str:
    if due_on is None:
        due = situation.due(ticket)
        due_on = due[0] if due else None
    return due_on.isoformat() if due_on else ""


def _late(reading: Reading | None) -> str:
    """How late, as the rung says it: the same words for everyone who is asked, whenever it is rendered."""
    if reading is None or reading.stage is None or reading.stage.rung.at.amount <= 0:
        return ""
    return str(reading.stage.rung.at)


def _waiting(situation: Situation, reader: Ticket) -> tuple[str, ...]:
    """What is awaited, of whom, by when. Only dates that events move, so that the text rests between them."""
    if situation.phase is not Phase.ACTIVE:
        return ()
    case = situation.case
    lines: list[str] = []
    owner = owner_of(situation.policy.people, case.failure)
    if case.failure.is_open and not situation.is_acknowledged and not situation.is_experiment:
        lines.append(f"an acknowledgement from {owner.name if owner else 'whoever takes this on'}: /ack")
    for what, ticket in (("the post-mortem", case.post_mortem), *(("an action", a.ticket) for a in case.actions)):
        if ticket is None or not ticket.is_open:
            continue
        view = _view(situation, ticket, reader)
        name = view.key or "internal"
        lines.append(f"{what} {name}{_of(view.owner)}{f', due {view.due}' if view.due else ''}")
    if not case.failure.is_open or lines:
        return tuple(lines)
    return ("the failure itself, to be closed when it is over",)


def _of(owner: str) -> str:
    return f" from {owner}" if owner else ""


def _timeline(failure: Ticket) -> tuple[str, ...]:
    """The failure's history in lines of text, for the post-mortem's first draft."""
    words = {
        "opened": "reported",
        "closed": "closed",
        "reopened": "reopened",
        "labelled": "labelled",
        "assigned": "assigned to",
    }
    return tuple(
        f"{change.at:%Y-%m-%d %H:%M} UTC – {words[change.kind.value]} {change.new}".rstrip()
        for change in failure.changes
        if change.kind.value in words
    )[:40]


def _thanks(situation: Situation) -> tuple[ThanksView, ...]:
    people, case = situation.policy.people, situation.case
    thanked: list[ThanksView] = []
    reporter = holder(people, case.failure, Role.REPORTER)
    owner = owner_of(people, case.failure)
    if reporter:
        thanked.append(ThanksView(reporter.name, "reported it"))
    if owner:
        thanked.append(ThanksView(owner.name, "took ownership"))
    for action in case.actions:
        finisher = owner_of(people, action.ticket)
        if finisher and action.ticket.audience is case.failure.audience:
            thanked.append(ThanksView(finisher.name, f"finished {action.ticket.title}"))
    return tuple(dict.fromkeys(thanked))


def _lesson_part(mortem: Ticket | None, headings: tuple[str, ...]) -> Markdown:
    return Markdown(_section(mortem.body, headings)) if mortem else Markdown("")


@lru_cache(maxsize=128)  # every text of a case shows the same sections, and a post-mortem rarely changes
def _section(body: str, headings: tuple[str, ...]) -> str:
    return section(body, headings)


def _changed(situation: Situation, reader: Ticket) -> Markdown:
    done = [_view(situation, action.ticket, reader) for action in situation.case.actions]
    return Markdown(", ".join(view.link for view in done))

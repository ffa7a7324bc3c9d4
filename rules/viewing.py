"""Fills the views that templates render from: a case's facts as plain, named values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.clocks import Reading
from rules.facts import ActionItem, Audience, Status, Ticket
from rules.policy import Person, Phase, Role
from rules.roles import holder, owner_of
from rules.sections import section
from rules.situation import Situation
from rules.texts import escape, link, mention, names_in_a_row, web_links_only
from rules.views import Markdown, TextView, ThanksView, TicketView

_STATES = {Status.NEW: "open", Status.DOING: "in progress", Status.DONE: "done"}
HAPPENED = ("What happened", "Summary")
LEARNED = ("What we learned", "Lessons learned", "Lessons", "What went well")


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all texts of one decision show alike, to readers of one audience."""

    failure: TicketView
    post_mortem: TicketView | None
    actions: tuple[TicketView, ...]
    reporter: str
    owner: str
    timeline: tuple[str, ...]
    thanks: tuple[ThanksView, ...]
    happened: Markdown
    learned: Markdown
    changed: Markdown
    waiting: tuple[Markdown, ...]


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
    shared = situation.shared_views.get(ticket.audience)
    if shared is None:
        shared = situation.shared_views[ticket.audience] = _shared(situation, ticket.audience)
    return TextView(
        ticket=_view(situation, ticket, ticket.audience),
        failure=shared.failure,
        post_mortem=shared.post_mortem,
        actions=shared.actions,
        severity=situation.severity,
        generation=situation.standing.generation,
        phase=situation.phase.value,
        asked=tuple(person.name for person in people),
        mentions=_mentions(people, ticket.ref.tracker),
        reporter=shared.reporter,
        owner=shared.owner,
        due=_due_text(situation, ticket, due_on),
        late=_late(reading),
        item_text=item.text if item else "",
        waiting=shared.waiting,
        timeline=shared.timeline,
        thanks=shared.thanks,
        happened=shared.happened,
        learned=shared.learned,
        changed=shared.changed,
    )


def _shared(situation: Situation, audience: Audience) -> _Shared:
    case, people = situation.case, situation.policy.people
    mortem = case.post_mortem
    owner = holder(people, case.failure, Role.OWNER)
    reporter = holder(people, case.failure, Role.REPORTER)
    actions = tuple(_view(situation, action.ticket, audience) for action in case.actions)
    told = mortem if mortem and _may_read(audience, mortem) else None
    post_mortem = _view(situation, mortem, audience) if mortem else None
    return _Shared(
        failure=_view(situation, case.failure, audience),
        post_mortem=post_mortem,
        actions=actions,
        reporter=reporter.name if reporter else "",
        owner=owner.name if owner else "",
        timeline=_timeline(case.failure),
        thanks=_thanks(situation),
        happened=_lesson_part(told, HAPPENED),
        learned=_lesson_part(told, LEARNED),
        changed=Markdown(", ".join(view.link for view in actions)),
        waiting=_waiting(situation, post_mortem, actions),
    )


def _may_read(audience: Audience, ticket: Ticket) -> bool:
    """Whether everybody of that audience could read the ticket already (P14)."""
    return not (audience is Audience.PUBLIC and ticket.audience is Audience.INTERNAL)


def _view(situation: Situation, ticket: Ticket, audience: Audience) -> TicketView:
    """A ticket as readers of that audience may know it (P14)."""
    owner = owner_of(situation.policy.people, ticket)
    due = situation.due(ticket)
    state = _STATES[ticket.status]
    due_text = due[0].isoformat() if due else ""
    if not _may_read(audience, ticket):
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


def _waiting(
    situation: Situation, post_mortem: TicketView | None, actions: Sequence[TicketView]
) -> tuple[Markdown, ...]:
    """What is awaited, of whom, by when. Only dates that events move, so that the text rests between them."""
    if situation.phase is not Phase.ACTIVE:
        return ()
    failure = situation.case.failure
    lines: list[Markdown] = []
    owner = owner_of(situation.policy.people, failure)
    if failure.is_open and not situation.is_acknowledged and not situation.is_experiment:
        lines.append(Markdown(f"a first word{_from(owner.name if owner else '')} (`/ack` and what is known)"))
    mortem = [("the post-mortem", post_mortem)] if post_mortem else []
    for what, view in (*mortem, *(("the action", action) for action in actions)):
        if view.state != "done":
            due = f", due {view.due}" if view.due else ""
            lines.append(Markdown(f"{what} {view.link}{_from(view.owner)}{due}"))
    if lines or not failure.is_open:
        return tuple(lines)
    return (Markdown("the failure itself: close it when it is over"),)


def _from(name: str) -> str:
    return f" from {escape(name)}" if name else ""


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
            thanked.append(ThanksView(finisher.name, f"finished “{action.ticket.title}”"))
    return tuple(dict.fromkeys(thanked))


def _lesson_part(mortem: Ticket | None, headings: tuple[str, ...]) -> Markdown:
    return _section(mortem.body, headings) if mortem else Markdown("")


@lru_cache(maxsize=128)  # every text of a case shows the same sections, and a post-mortem rarely changes
def _section(body: str, headings: tuple[str, ...]) -> Markdown:
    return web_links_only(section(body, headings))

"""What a case has to tell the weekly digest, taken down at each look, so that a digest costs no request.

A look knows all of it: what is stuck and with which roles, what was finished, what was learned, what had to wait. It
is kept as data beside the case, and is there again after a rebuild, since that looks at every case; only what had to
wait is forgotten with a lost database, as mentions are. Roles stand in it and never people (P10).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from rules.decision import Decision, Held, Reason
from rules.effects import Say
from rules.endings import closed_as
from rules.facts import Audience, Case, Ticket
from rules.lesson_words import LEARNED, nameless_section
from rules.policy import Anchor, Ladder, Named, NotifyDo, Phase, Policy, Role, Rule, Rung, SayDo
from rules.readers import has_level, may_read
from rules.refs import TicketRef
from rules.situation import Situation

#: What happened longer ago is told by no digest any more: the longest that one reaches back, and time to spare.
KEPT = dt.timedelta(weeks=10)
#: What is stuck is told until it no longer is.
WHILE_STUCK = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
#: What is stuck about a failure that has had its first word: nobody closes it.
OPEN_FAILURE = "open failure"
#: Of one case and one kind.
_ITEMS_MAX = 50
#: Of a lesson, as the beginning of it stands in a digest.
LESSON_CHARACTERS_MAX = 300
_LESSON_READ_MAX = 5_000
_LINK = re.compile(r"!?\[([^\[\]\n]{1,200})\]\([^()\s]{0,2000}\)")
_LINE_SIGNS = re.compile(r"^(?:[\s>#]|[-*+] (?:\[[ xX]\] )?|\d{1,9}[.)] )+", re.MULTILINE)
_EMPHASIS = re.compile(r"[*`]+")


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One thing about one ticket. `part` is `failure`, `open failure`, `post-mortem` or `action`; `at` is ISO in UTC:
    since when it is stuck or waits, or when it was finished or learned. `is_public` says that everybody may read of it
    (P14).

    `roles` are those with whom it waits; `how` is how it ended; `text` is the beginning of a lesson.
    """

    part: str
    key: str
    title: str
    url: str
    is_public: bool
    at: str
    roles: tuple[str, ...] = ()
    how: str = ""
    text: str = ""

    @property
    def moment(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class CaseNews:
    """What one case has to tell, as of a look at it."""

    stuck: tuple[NewsItem, ...] = ()
    finished: tuple[NewsItem, ...] = ()
    learned: tuple[NewsItem, ...] = ()
    waited: tuple[NewsItem, ...] = ()

    @property
    def until(self) -> dt.datetime | None:
        """A digest that tells of what came after this moment has nothing to tell of the case; None: none ever has."""
        if self.stuck:
            return WHILE_STUCK
        return max((item.moment for item in (*self.finished, *self.learned, *self.waited)), default=None)

    def to_text(self) -> str:
        """As it is kept; empty where there is nothing to tell."""
        data = {name: items for name, items in asdict(self).items() if items}
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if data else ""

    def reworded(self, reword: Callable[[str], str]) -> CaseNews:
        """The same with each title and each lesson's beginning as `reword` has it; addresses stay."""
        kinds = ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        return CaseNews(
            **{
                name: tuple(replace(item, title=reword(item.title), text=reword(item.text)) for item in items)
                for name, items in kinds
            }
        )

    @classmethod
    def from_text(cls, text: str) -> CaseNews:
        """What `to_text` gave, of this version or an earlier one; nothing for what cannot be read."""
        try:
            data: dict[str, list[dict[str, Any]]] = json.loads(text or "{}")
            return cls(**{name: tuple(_item(one) for one in items) for name, items in data.items()})
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()  # the next look takes it down anew


def news_of(
    policy: Policy, case: Case, decision: Decision, held: Iterable[Held], before: CaseNews, now: dt.datetime
) -> CaseNews:
    """What the case has to tell now. `held` is what budgets held back at this look; `before` was told until now, of
    which only what had to wait is kept. Pure."""
    if not (case.is_known or decision.reasons):
        return CaseNews()  # left alone: not ours to tell of
    if has_level(case.failure):
        return CaseNews()  # who gets a digest is not known to be one of its few (P14)
    situation = Situation(policy, case, now)
    since = now - KEPT
    return CaseNews(
        stuck=tuple(_for_many(case, _stuck(situation, decision.reasons)))[:_ITEMS_MAX],
        finished=_recent(_for_many(case, _finished(situation)), since),
        learned=_recent(_learned(situation), since),
        waited=_recent(_for_many(case, _waited(situation, held, before.waited)), since),
    )


def _for_many(case: Case, items: Iterable[NewsItem]) -> Iterator[NewsItem]:
    """Those about tickets that no security level keeps for a few (P14)."""
    mortems = [one.post_mortem for one in case.earlier if one.post_mortem]
    actions = [action.ticket for one in case.earlier for action in one.actions]
    for_few = {ticket.url for ticket in (*case.tickets, *mortems, *actions) if has_level(ticket)}
    return (item for item in items if item.url not in for_few)


# --- stuck ----------------------------------------------------------------------------------------


def _stuck(situation: Situation, reasons: Iterable[Reason]) -> Iterator[NewsItem]:
    """Tickets with a ladder at a rung that fetches help, once each, as long as their case is at work."""
    rules = {rule.id: rule for rule in situation.policy.rules if rule.phase is Phase.ACTIVE and rule.ladder}
    told: set[TicketRef] = set()
    for reason in reasons if situation.phase is Phase.ACTIVE else ():
        rule, ticket = rules.get(reason.rule), _ticket(situation, reason.ticket)
        rung = _rung(rule, reason) if rule else None
        if rule and rung and ticket and reason.since and ticket.ref not in told:
            told.add(ticket.ref)
            item = _news(situation, ticket, reason.since, roles=_roles(rung))
            is_only_open = item.part == "failure" and situation.is_acknowledged
            yield replace(item, part=OPEN_FAILURE) if is_only_open else item


def _rung(rule: Rule, reason: Reason) -> Rung | None:
    """The rung that a ladder stands at, where that means that something is late."""
    if rule.ladder is None or not reason.stage:
        return None
    name = reason.stage.rpartition("#")[0]
    return next((rung for rung in rule.ladder.rungs if rung.name == name and _is_late(rule.ladder, rung)), None)


def _is_late(ladder: Ladder, rung: Rung) -> bool:
    """Past a due date, or past the first asking: what was asked for a moment ago is not stuck."""
    return rung.at.amount > 0 or (rung.at.amount == 0 and ladder.anchor is Anchor.DUE)


def _roles(rung: Rung) -> tuple[str, ...]:
    """Everybody whom the rung asks, as roles; whom the policy names by an id is named nowhere here (P10)."""
    said = [part for do in rung.do if isinstance(do, SayDo) for part in do.mention]
    parts = [*said, *(to for do in rung.do if isinstance(do, NotifyDo) for to in do.to)]
    words = ("others" if isinstance(part, Named) else part.value for part in parts)
    return tuple(dict.fromkeys(words)) or (Role.OWNER.value,)


# --- finished, learned, waited --------------------------------------------------------------------


def _finished(situation: Situation) -> Iterator[NewsItem]:
    """Actions that ended, however they did, and post-mortems that are done; of earlier generations too."""
    case = situation.case
    for action in case.actions:
        if end := situation.endings.of(action):
            yield _news(situation, action.ticket, end.at, how=end.how.value)
    before = [action.ticket for one in case.earlier for action in one.actions]
    mortems = [one for one in (case.post_mortem, *(one.post_mortem for one in case.earlier)) if one]
    for ticket in (*before, *mortems):
        if (how := closed_as(ticket)) and ticket.closed_at:
            yield _news(situation, ticket, ticket.closed_at, how=how.value)


def _learned(situation: Situation) -> Iterator[NewsItem]:
    """Every generation that was let go, with how its lesson begins where the same people may read that."""
    case = situation.case
    mortems = {one.generation: one.post_mortem for one in case.earlier}
    mortems.setdefault(situation.standing.generation, case.post_mortem)
    for closing in case.closings:
        mortem = mortems.get(closing.generation)
        may_tell = mortem and may_read(case.failure.audience, mortem)
        text = plain_beginning(nameless_section(situation, mortem, LEARNED)) if mortem and may_tell else ""
        yield _news(situation, case.failure, closing.at, text=text)


def plain_beginning(markdown: str) -> str:
    """How a text begins, in plain words on one line: no signs of Markdown, of links what they show."""
    text = _LINK.sub(r"\1", markdown[:_LESSON_READ_MAX])
    line = " ".join(_EMPHASIS.sub("", _LINE_SIGNS.sub("", text)).split())
    return line if len(line) <= LESSON_CHARACTERS_MAX else line[: LESSON_CHARACTERS_MAX - 1].rstrip() + "…"


def _waited(situation: Situation, held: Iterable[Held], before: Iterable[NewsItem]) -> Iterator[NewsItem]:
    """What was held back for another day since somebody had been asked often enough, each ticket once a day."""
    known = [_as_readable_now(situation, item) for item in before]
    yield from known
    days = {(item.key, item.at[:10]) for item in known}
    for one in held:
        is_for_budget = one.until is not None and not one.is_for_hours
        ticket = _ticket(situation, one.effect.ticket) if is_for_budget and isinstance(one.effect, Say) else None
        if ticket and (ticket.ref.key, situation.now.isoformat()[:10]) not in days:
            days.add((ticket.ref.key, situation.now.isoformat()[:10]))
            yield _news(situation, ticket, situation.now)


def _as_readable_now(situation: Situation, item: NewsItem) -> NewsItem:
    """What waited when everybody could read its ticket is not told to everybody once that is no longer so (P14)."""
    ticket = next((one for one in situation.case.tickets if one.url == item.url), None)
    is_public = item.is_public and ticket is not None and _is_public(situation.case, ticket)
    return replace(item, is_public=is_public)


# --- one thing ------------------------------------------------------------------------------------


def _news(situation: Situation, ticket: Ticket, at: dt.datetime, **more: Any) -> NewsItem:
    case = situation.case
    at = at.astimezone(dt.UTC)
    return NewsItem(
        _part(case, ticket),
        ticket.ref.key,
        ticket.title,
        ticket.url,
        _is_public(case, ticket),
        at.isoformat(timespec="seconds"),
        **more,
    )


def _is_public(case: Case, ticket: Ticket) -> bool:
    return Audience.INTERNAL not in (ticket.audience, case.failure.audience)


def _part(case: Case, ticket: Ticket) -> str:
    if ticket.ref == case.failure.ref:
        return "failure"
    mortems = (case.post_mortem, *(one.post_mortem for one in case.earlier))
    return "post-mortem" if any(one and one.ref == ticket.ref for one in mortems) else "action"


def _ticket(situation: Situation, ref: TicketRef) -> Ticket | None:
    return next((ticket for ticket in situation.case.tickets if ticket.ref == ref), None)


def _recent(items: Iterable[NewsItem], since: dt.datetime) -> tuple[NewsItem, ...]:
    """The latest of those that may still be told, earliest first."""
    return tuple(sorted((item for item in items if item.moment >= since), key=lambda item: item.at)[-_ITEMS_MAX:])


def _item(data: dict[str, Any]) -> NewsItem:
    return NewsItem(**data | {"roles": tuple(data.get("roles", ()))})

"""The weekly digest as one reader gets it: what is stuck, what was finished, what was learned, what had to wait.

It tells of tickets and roles, never of who did how much (P10). A reader who may read of what is public alone gets
nothing else: not a key, not a count (P14). Where nothing is to be told, there is no digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rules import keys
from rules.calendar import Calendar
from rules.digest_plan import Slot
from rules.facts import Audience
from rules.news import CaseNews, NewsItem
from rules.policy import Phase, Policy
from rules.texts import letter_title, link, names_in_a_row
from rules.views import DigestView, Markdown, NewsView, TextView, TicketView

TITLE, TEXT = "title-digest.md", "digest.md"
#: So many of each are told one by one; of the rest, how many.
TOLD_MAX = 12
_NO_TICKET = TicketView("", "", "", Markdown(""), "", "", "open")


@dataclass(frozen=True, slots=True)
class Digest:
    """A finished digest. `counts` says how much it tells of, by section."""

    title: str
    body: str = field(repr=False)
    counts: tuple[tuple[str, int], ...] = ()


def digest_key(salt: str, week: str, reader: str) -> str:
    """What a digest that was sent leaves behind: a salted hash, from which nobody can tell whom it was to."""
    return keys.private_key(salt, "digest", week, "digest", "", "", reader)


def digest_for(policy: Policy, news: Iterable[CaseNews], audience: Audience, slot: Slot) -> Digest | None:
    """The digest of a week for readers of that audience, None where it has nothing to tell. Pure.

    Of what was finished, learned or had to wait it tells what happened since the one before; of what is stuck, all.
    """
    view = _view(policy.calendar, list(news), audience, slot)
    counts = (
        ("stuck", len(view.stuck) + view.more_stuck),
        ("finished", len(view.finished) + view.more_finished),
        ("learned", len(view.learned) + view.more_learned),
        ("waited", len(view.waited) + view.more_waited),
    )
    if not any(count for _, count in counts):
        return None
    text = TextView(
        _NO_TICKET,
        _NO_TICKET,
        None,
        (),
        severity=3,
        generation=1,
        phase=Phase.ACTIVE.value,
        digest=view,
        vars=policy.variables,
    )
    title = letter_title(policy.templates.render(TITLE, text))
    return Digest(title, policy.templates.render(TEXT, text), counts)


def _view(calendar: Calendar, news: list[CaseNews], audience: Audience, slot: Slot) -> DigestView:
    def told(pick: Callable[[CaseNews], Iterable[NewsItem]], *, ever: bool = False) -> list[NewsItem]:
        """What these readers may know of, each once, earliest first."""
        items = [item for one in news for item in pick(one) if item.is_public or audience is Audience.INTERNAL]
        within = [item for item in items if item.moment < slot.at and (ever or item.moment >= slot.since)]
        return sorted(within, key=lambda item: (item.at, item.key))

    stuck = told(lambda one: one.stuck, ever=True)
    finished = told(lambda one: one.finished)
    learned = told(lambda one: one.learned)
    waited = list({(item.url, item.key): item for item in told(lambda one: one.waited)}.values())
    return DigestView(
        week=slot.week,
        since=calendar.local_date(slot.since).isoformat(),
        stuck=_views(calendar, stuck),
        finished=_views(calendar, finished),
        learned=_views(calendar, learned),
        waited=_views(calendar, waited),
        more_stuck=max(0, len(stuck) - TOLD_MAX),
        more_finished=max(0, len(finished) - TOLD_MAX),
        more_learned=max(0, len(learned) - TOLD_MAX),
        more_waited=max(0, len(waited) - TOLD_MAX),
    )


def _views(calendar: Calendar, items: list[NewsItem]) -> tuple[NewsView, ...]:
    return tuple(_item_view(calendar, item) for item in items[:TOLD_MAX])


def _item_view(calendar: Calendar, item: NewsItem) -> NewsView:
    return NewsView(
        what="first word" if item.part == "failure" else item.part,
        link=link(item.key, item.url),
        title=item.title,
        day=calendar.local_date(item.moment).isoformat(),
        roles=names_in_a_row(item.roles),
        how=item.how,
        lesson=item.text,
    )

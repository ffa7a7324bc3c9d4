"""What texts on a post-mortem show of its analysis: the questions that are left, the review, a kinder wording.

On other tickets nothing of it is shown: none of it is anybody else's business (P14).
"""

from __future__ import annotations

from rules.facts import Ticket
from rules.review import review_of, told
from rules.situation import Situation
from rules.views import ReviewView, WordingView


def questions_left(situation: Situation, ticket: Ticket) -> tuple[str, ...]:
    """The systemic questions that stand unanswered, while there is time to answer them."""
    return situation.open_questions if _is_mortem(situation, ticket) and ticket.is_open else ()


def review_view(situation: Situation, ticket: Ticket) -> ReviewView | None:
    """The review as it is proposed, or was, in the calendar's zone."""
    review = review_of(situation) if _is_mortem(situation, ticket) else None
    if review is None:
        return None
    calendar = situation.policy.calendar
    is_over = review.starts <= situation.now
    return ReviewView(told(calendar, review.starts), told(calendar, review.draft_at), review.moves > 0, is_over)


def wording_view(situation: Situation, ticket: Ticket) -> WordingView | None:
    """The words that a kinder wording is suggested for."""
    blame = situation.blame if _is_mortem(situation, ticket) else None
    return WordingView(blame.found, blame.question) if blame else None


def _is_mortem(situation: Situation, ticket: Ticket) -> bool:
    mortem = situation.case.post_mortem
    return mortem is not None and mortem.ref == ticket.ref

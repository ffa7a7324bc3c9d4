"""Takes down what a look found that the weekly digest may want to tell; nothing where nobody gets a digest.

Kept beside the case in the ledger and written only where it changed, so that a digest asks no tracker.
"""

from __future__ import annotations

from collections.abc import Callable

from rules.news import CaseNews, news_of
from rules.policy import Policy
from worker.clock import Clock
from worker.ledger import Ledger
from worker.plan import Plan


class NewsTaker:
    """Keeps each case's news up to date, look by look."""

    def __init__(self, ledger: Ledger, policy: Callable[[], Policy], clock: Clock) -> None:
        self._ledger = ledger
        self._policy = policy
        self._clock = clock

    def take(self, root: str, token: str, plan: Plan) -> None:
        """Note what the plan shows, as long as the case is held with that token."""
        policy, now = self._policy(), self._clock.now()
        before = self._ledger.digests.news_of(root)
        news = ""  # with nobody to tell, what was taken down is forgotten: it would be told as it was, once somebody is
        if policy.people.digest.is_on:
            held, known = plan.admission.held, CaseNews.from_text(before)
            news = news_of(policy, plan.gathered.case, plan.decision, held, known, now).to_text()
        if news != before:
            self._ledger.digests.note_news(root, token, news)

    def forget(self, root: str, token: str) -> None:
        """The failure is gone, or hidden from us: nobody is told of it any more (P14)."""
        if self._ledger.digests.news_of(root):
            self._ledger.digests.note_news(root, token, "")

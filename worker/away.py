"""Which trackers have been away for so long that somebody should look: a mistyped address, a proxy and a firewall look
the same as maintenance, and none of them ends by waiting.

Polling knows: it asks every place again and again, and notes since when none of a tracker's answers. Where one of them
does, the tracker is there, and the others have trouble of their own. A tracker that asked for patience is not away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.texts import names_in_a_row
from worker.phrases import moment
from worker.program import Program

#: What lasts longer may be a mistyped address as well.
AWAY_WITHOUT_A_PERSON = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Away:
    """Since when a tracker does not answer, and what stood in the way at the last poll, as a sentence."""

    tracker: str
    since: dt.datetime
    problem: str

    def in_words(self, program: Program) -> str:
        """What happened, since when, and what that means for people."""
        others = [name for name in program.config.trackers if name != self.tracker]
        on = f". Cases on {names_in_a_row(others)} alone go on" if others else ""
        return (
            f"{self.problem} It has been away since {moment(self.since, program.policy().calendar.zone)}: until it "
            f"answers, nobody is reminded of anything there, and no command there is obeyed{on}. Nothing is lost by "
            f"that: what is due is said once it is back."
        )

    def todo(self, program: Program) -> str:
        """What to look at."""
        settings = program.config.trackers[self.tracker]
        key = f"trackers.{self.tracker}"
        proxy = f"`{key}.proxy`" if settings.access.proxy else f"the way there (`{key}.proxy`, HTTPS_PROXY, a firewall)"
        return f"look at `{key}.url` ({settings.url}) and {proxy}"


def long_away(program: Program) -> dict[str, Away]:
    """Those that have not answered for an hour, by name. Asks the ledger alone."""
    inbox, long_ago = program.ledger.inbox, program.clock.now() - AWAY_WITHOUT_A_PERSON
    since, problems = inbox.passing_polls(), inbox.poll_problems()
    found: dict[str, Away] = {}
    for tracker in program.config.trackers:
        polled = [str(place) for place in program.config.places if place.tracker == tracker]
        told = [problems[one] for one in polled if problems.get(one)]
        if told and all(one in since for one in polled):
            began = max(since[one] for one in polled)
            if began <= long_ago:
                found[tracker] = Away(tracker, began, as_sentence(told[0]))
    return found


def as_sentence(problem: str) -> str:
    return problem if problem.endswith((".", "!", "?")) else f"{problem}."

"""A company whose weekly digest goes out on Mondays at nine: what the tests of the digest have in common."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from rules.digest_plan import DigestPlan, Reader
from rules.facts import Audience
from rules.language.digest_reading import LEADERSHIP_CHANNEL
from rules.policy import People, Person
from tests.rules.cases import PEOPLE
from tests.worker.company import HOME, PACK, Company, at
from worker.digest_post import DigestPost
from worker.steps import NoWatcher

FAILURE, MORTEM = "acme/shop#1", "acme/shop#2"
LEA_READS = Reader("lea", Audience.INTERNAL, ("letter://lea",))
BOARD_READS = Reader("leadership", Audience.INTERNAL, ("letter://board",))
OUTSIDERS = Reader("${OPEN}", Audience.PUBLIC, ("letter://open",))
POLICY = replace(
    PACK,
    people=People(
        PEOPLE.people,
        "lea",
        (Person(LEADERSHIP_CHANNEL, "", notify=("letter://board",)),),
        DigestPlan((LEA_READS, BOARD_READS)),
    ),
    salt="of this installation",
)


class Office(Company):
    """A company with a digest on Mondays at nine, sent by whoever is asked to."""

    def post(self, watcher: object = None) -> int:
        """Let a scheduler send all that is due; how many messages it tried to send."""
        post, tried = self.a_post(watcher), 0
        while post.post_one():
            tried += 1
        return tried

    def a_post(self, watcher: object = None) -> DigestPost:
        watching = watcher or NoWatcher()
        return DigestPost(self.ledger, lambda: self.policy, self, self.letterbox, watching, HOME)  # type: ignore[arg-type]

    def digests(self) -> list[tuple[str, str]]:
        """Digests that arrived: the day, and to whom."""
        return [
            (f"{letter.at:%m-%d}", letter.addresses[0].removeprefix("letter://"))
            for letter in self.letterbox.letters
            if "what comes of them" in letter.title
        ]

    def lead_time(self, until: str) -> None:
        """Let time go by under one scheduler, which asks again and again whether a digest is due."""
        end, post = at(until), self.a_post()
        while self.time < end:
            self.pass_time(f"{min(end, self._next()):%m-%d %H:%M}")
            while post.post_one():
                pass

    def _next(self) -> dt.datetime:
        """The next moment at which a scheduler asks: at nine it does so twice."""
        day = self.time.replace(hour=0, minute=0)
        asks = [day + dt.timedelta(days=n, minutes=m) for n in (0, 1) for m in (9 * 60, 9 * 60 + 3, 11 * 60, 15 * 60)]
        return next(one for one in asks if one > self.time)


def something_stuck(office: Office) -> None:
    """Ann's failure, that nobody says a first word about, and nobody analyses."""
    office.a_failure("sev2")
    office.settle()
    office.pass_time("03-09 08:00")

"""What the people of Acme do, and when. What Aftermath does in between stands nowhere here: it is played for real."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.sandbox.faults import Fault, FaultPlan
from worker.demo.company import BOT, PASSER_BY
from worker.demo.people import Colleague
from worker.sandbox import OUR_ACCOUNT

Colleagues = Mapping[str, Colleague]

#: The trackers number their tickets from 1, in the order in which they are opened.
FAILURE, ALERT, RENEWAL, HANDBOOK = 1, 2, 3, 4
POST_MORTEM = "OPS-1"

TITLE = "Checkout is down: every card payment answers 502"
REPORT = """\
Since 09:05 no card payment goes through, on web and app. The payment gateway refuses our connection with
"certificate has expired". Ada is renewing it.
"""
FIRST_WORD = """\
/ack Payments work again since yesterday 09:52, after 47 minutes. The gateway's client certificate had expired and is
renewed. Nobody was charged twice. The post-mortem follows by Tuesday.
"""
ANALYSIS = {
    "What happened": """\
For 47 minutes no customer could pay by card. The client certificate with which we speak to the payment gateway had \
expired at 09:05. Support noticed before our alarms did. Renewing it by hand took 40 of the 47 minutes.
""",
    "What we learned": """\
- The certificate was in nobody's inventory: it was made by hand two years ago, on a laptop that is gone.
- The mail that warned us went to a mailbox that nobody has read since the team was renamed.
- Renewing is easy, finding out how was not: the steps were in one person's head.
""",
    "What made it possible": """\
Certificates made by the platform renew themselves, so nobody looks at dates any more. This one was older than that.
""",
    "What we change": """\
- [ ] A certificate that ends within 30 days raises an alert (owner: Ben Okri)
- [ ] The gateway's certificate renews itself every week (owner: Ada Byron)
""",
}
IN_THE_REVIEW = "/action The on-call handbook says how to replace a certificate, in five steps"
STALE = "This issue has had no activity for 21 days. It will be marked as stale."
BUMP = "bump"
ANSWER = "The alert fires in staging. What is missing is access to the gateway's list; I asked for it on Tuesday."
SNOOZE = "/snooze until 2026-11-03 because the gateway gives us access on 2 November"
DONE = "Access is there, and the alert runs in production. A test certificate set it off this morning."


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody does. `says` tells it; `words` is what they write, where that is worth reading.

    `chapter` is the heading that it begins under, `remark` what the reader should notice afterwards.
    """

    at: dt.datetime
    says: str
    do: Callable[[Colleagues], None]
    words: str = ""
    chapter: str = ""
    remark: str = ""


def script(faults: FaultPlan) -> tuple[Act, ...]:
    """All acts in order of time. `faults` is where the network's own part is arranged."""
    return (*_own(), *_analyse(), *_follow_through(), *_keep_at_it(faults))


def _own() -> tuple[Act, ...]:
    return (
        Act(
            _at("2026-09-08 09:12"),
            "Ben reports on GitHub:",
            lambda all_: all_["ben"].open_issue(TITLE, REPORT),
            words=TITLE,
            chapter="Own it",
            remark="No label yet, so this is none of Aftermath's business.",
        ),
        Act(
            _at("2026-09-08 09:20"),
            "Grace labels it “failure” and “sev2”, and asks Ada to look after it.",
            lambda all_: all_["grace"].triage(FAILURE, ["failure", "sev2"], "ada"),
        ),
        Act(
            _at("2026-09-09 10:05"),
            "Ada answers on #1:",
            lambda all_: all_["ada"].comment(FAILURE, FIRST_WORD),
            words=FIRST_WORD,
            remark="That was asked for; after it, nobody is asked again.",
        ),
        Act(
            _at("2026-09-09 16:30"),
            "Ada closes #1: payments have been fine for a day.",
            lambda all_: all_["ada"].close_issue(FAILURE),
            remark="The failure is over. What follows from it is not.",
        ),
    )


def _analyse() -> tuple[Act, ...]:
    return (
        Act(
            _at("2026-09-10 14:00"),
            "Ada and Ben write the post-mortem in Jira, under the headings of its template. At its end stands:",
            lambda all_: all_["ada"].fill_in(POST_MORTEM, ANALYSIS),
            words=ANALYSIS["What we change"],
            chapter="Understand it, and make a plan",
            remark="Texts get edited: Aftermath lets it rest for 15 minutes before it opens tickets.",
        ),
        Act(
            _at("2026-09-14 10:40"),
            "In the review, Grace writes on OPS-1:",
            lambda all_: all_["grace"].comment_in_jira(POST_MORTEM, IN_THE_REVIEW),
            words=IN_THE_REVIEW,
        ),
        Act(
            _at("2026-09-14 15:00"),
            "Ada closes OPS-1: the text is ready, a day before it was due.",
            lambda all_: all_["ada"].finish(POST_MORTEM),
        ),
    )


def _follow_through() -> tuple[Act, ...]:
    return (
        Act(
            _at("2026-09-24 11:20"),
            "Ada closes #3: the certificate renews itself.",
            lambda all_: all_["ada"].close_issue(RENEWAL),
            chapter="Follow through",
        ),
        Act(_at("2026-09-30 16:10"), "Ada closes #4: the handbook has its five steps.", _closes_handbook),
        Act(
            _at("2026-10-01 03:00"),
            "A bot comments on #2 that nobody has touched it:",
            lambda all_: all_[BOT].comment(ALERT, STALE),
            words=STALE,
        ),
        Act(
            _at("2026-10-02 10:15"),
            "Kim of the support desk, who may only read here, adds on #2:",
            lambda all_: all_[PASSER_BY].comment(ALERT, BUMP),
            words=BUMP,
            remark="Neither a bot nor a bump is progress: no clock moves, and Aftermath says nothing.",
        ),
    )


def _keep_at_it(faults: FaultPlan) -> tuple[Act, ...]:
    return (
        Act(
            _at("2026-10-12 08:55"),
            "It was due on Saturday, and nobody is asked on a weekend. Now somebody trips over a cable: the next "
            "comment will reach GitHub, but no answer will come back.",
            lambda _: faults.add(CABLE),
        ),
        Act(
            _at("2026-10-22 11:30"),
            "Ben answers on #2:",
            lambda all_: all_["ben"].comment(ALERT, ANSWER),
            words=ANSWER,
            remark="An answer is worth three quiet working days. After them it begins again with Ben, not with Mel.",
        ),
        Act(
            _at("2026-10-27 15:00"),
            "Ben asks for time on #2:",
            lambda all_: all_["ben"].comment(ALERT, SNOOZE),
            words=SNOOZE,
            remark="That is obeyed, and the reason stays on the ticket.",
        ),
        Act(_at("2026-11-02 15:20"), "Ben closes #2:", _finishes_alert, words=DONE),
    )


#: The comment is stored, and the connection ends in the middle of the answer.
CABLE = Fault("cut-done", site="github", account=OUR_ACCOUNT, method="POST", path=r"/comments$", times=1)
#: How long after the last act the story still listens: past the first look back, to be sure that nobody is reminded of
#: anything any more.
LISTENS_FOR = dt.timedelta(days=31)


def _closes_handbook(all_: Colleagues) -> None:
    all_["ada"].close_issue(HANDBOOK)


def _finishes_alert(all_: Colleagues) -> None:
    all_["ben"].comment(ALERT, DONE)
    all_["ben"].close_issue(ALERT)


def _at(moment: str) -> dt.datetime:
    return dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)

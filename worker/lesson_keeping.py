"""Lesson comments into the library: read off a failure as it was fetched just now, after every look and by a rebuild.

So the library needs nothing of its own to survive: it is filled again from what stands on the trackers (P1), follows
a comment that was corrected there, and forgets one that was deleted. Nothing is asked and nothing is written outside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rules.facts import Audience, Case, Level
from rules.keys import split_case_id
from rules.policy import Policy
from rules.situation import Situation
from worker.ledger import Ledger
from worker.ledger.lessons import LessonRow


def keep_lessons(ledger: Ledger, policy: Policy, case: Case, now: dt.datetime) -> None:
    """Store the lessons of a case's generations, as its failure shows them. Free for a case that has told none."""
    found = list(lessons_on(policy, case, now))
    if found or case.closings:
        ledger.lessons.keep(case.root, found)


def lessons_on(policy: Policy, case: Case, now: dt.datetime) -> Iterator[LessonRow]:
    """One for each generation with a lesson comment of ours, in order of time; of a double the elder. A failure that
    a security level's few read keeps its lesson to itself (P14)."""
    failure = case.failure
    if isinstance(failure.audience, Level):
        return
    seen: set[str] = set()
    for comment in failure.comments:
        marker = comment.marker
        if marker is None or marker.kind != "lesson" or marker.case in seen:
            continue
        if split_case_id(marker.case)[0] != case.root:
            continue
        seen.add(marker.case)
        yield LessonRow(
            case=marker.case,
            root=case.root,
            failure=failure.ref,
            url=failure.url,
            title=failure.title,
            labels=failure.labels,
            severity=Situation(policy, case, now).severity,
            audience=Audience.INTERNAL if comment.is_restricted else failure.audience,
            told_at=comment.at,
            text=comment.body,
        )

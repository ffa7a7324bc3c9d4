"""What a policy says of a post-mortem's review: when it is proposed, and what is told to those who took part."""

from __future__ import annotations

from dataclasses import dataclass

from rules.by_severity import BySeverity
from rules.durations import Duration


@dataclass(frozen=True, slots=True)
class ReviewDo:
    """Propose a meeting about the post-mortem: so long `after` it was opened, in working hours, for so long as it
    `lasts`. Everybody who took part and has a private channel gets `template` under `title` with the calendar entry,
    and the draft is told of once more with `reminder`, so long `ahead`.
    """

    after: BySeverity
    lasts: Duration
    ahead: Duration
    template: str
    title: str
    reminder: str
    reminder_title: str

"""How long until another try, after each sort of trouble.

Pure, and nobody sleeps: whoever has to wait puts the moment into the ledger.
"""

from __future__ import annotations

import datetime as dt

from connectors.errors import LimitedThere, Refused, Temporary, TrackerError
from connectors.patience import asked_wait

#: Wait before looking again after trouble with a tracker, doubled up to the second: short enough that one more blip
#: at the end of an outage does not cost an hour.
TROUBLE_WAIT = (dt.timedelta(seconds=30), dt.timedelta(minutes=10))
#: After an answer that says nothing, so long is waited before reading back: most late writes have landed by then.
#: Doubled with every further attempt, up to the longest.
SETTLE_AFTER_AMBIGUITY = dt.timedelta(seconds=60)
SETTLE_LONGEST = dt.timedelta(minutes=30)
#: How long until something temporary is tried again, where the tracker does not say.
RETRY_AFTER = dt.timedelta(seconds=60)
#: After a refusal: again after an hour, then four, then daily; a person has to change something first.
REFUSED_AGAIN = (dt.timedelta(hours=1), dt.timedelta(hours=4), dt.timedelta(days=1))
#: What may have been done and may not be read back is asked for again so often at least.
UNREAD_LONGEST = dt.timedelta(hours=4)


def asks_for_patience(error: TrackerError) -> bool:
    """Whether the tracker itself named a time: a rate limit, or a server that is being serviced. One that is about one
    ticket alone keeps nothing else waiting."""
    return isinstance(error, Temporary) and not isinstance(error, LimitedThere) and bool(error.retry_after_s)


def patience(error: TrackerError, attempts: int) -> dt.timedelta:
    """How long to wait after trouble: as long as the tracker asks, and longer each time."""
    asked = asked_wait(error) if isinstance(error, Temporary) else None
    return max(_backoff(attempts), asked or dt.timedelta(0))


def _backoff(attempts: int) -> dt.timedelta:
    first, longest = TROUBLE_WAIT
    doublings: int = 1 << min(attempts, 10)
    return min(longest, first * doublings)


def wait_after(error: Temporary | Refused) -> dt.timedelta:
    """As long as the tracker asks, else a minute."""
    return (asked_wait(error) if isinstance(error, Temporary) else None) or RETRY_AFTER


def settling(attempts: int) -> dt.timedelta:
    """How long after an answer that said nothing, with so many attempts before it."""
    doublings: int = 1 << min(attempts, 10)
    return min(SETTLE_LONGEST, SETTLE_AFTER_AMBIGUITY * doublings)


def unread_wait(error: Temporary | Refused, since: dt.timedelta) -> dt.timedelta:
    """How long until what was sent so long ago is read back again. Where that was refused a person has to change
    something first: as long again as it has been, up to four hours, since other openings of its case wait for it."""
    wait = wait_after(error)
    return max(wait, min(since, UNREAD_LONGEST)) if isinstance(error, Refused) else wait


def refused_wait(attempts: int) -> dt.timedelta:
    """How long after a refusal, with so many attempts before it."""
    return REFUSED_AGAIN[min(attempts, len(REFUSED_AGAIN) - 1)]

"""What can go wrong with a tracker, in the words the worker acts on. A vendor's exception never leaves
its connector.

The question that matters is: was it done? `Temporary` and `Refused` say no; `Ambiguous` says nobody
knows, and only reading back can tell (P3).
"""

from __future__ import annotations


class TrackerError(Exception):
    """Base. The text is a sentence for the person who runs Aftermath; it holds no secret."""


class Temporary(TrackerError):
    """Not done, and may work later: connection refused, 429, secondary limit, a read that failed.

    `retry_after_s` is the tracker's own word on when, or None.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Limited(Temporary):
    """Not done, since we ask too much: 429, a primary or secondary limit. Where the tracker names no time,
    `retry_after_s` is None, and how long it is left alone is ours to say (`connectors.patience`)."""


class LimitedThere(Temporary):
    """Not done, since we write too much to this one thing. All else goes on: nobody but who asked for it waits."""


class Ambiguous(TrackerError):
    """A write whose outcome is unknown: timeout, cut connection, 5xx, an answer that is no JSON."""


class Refused(TrackerError):
    """Not done, and will not be until a person changes something. `status` is the HTTP status."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Denied(Refused):
    """401 or 403: credentials or permissions."""


class Gone(Refused):
    """404 or 410: the ticket, project or repository is not there (or is hidden from our account)."""

"""People's own private channels: how a message reaches one person and nobody else.

Addresses are apprise's (https://github.com/caronc/apprise/wiki): mail, chat, push. A message cannot be read back, so
whoever sends has recorded it as sent before, and what came of a bad answer is not known. Neither a name nor an address
ever stands in an error or a log: apprise's own log is switched off, since it shows both. An error says what kind of
channel it was (Slack, E-Mail), so that somebody can find which service to mend.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from connectors.errors import Ambiguous, Refused

if TYPE_CHECKING:
    import apprise

#: Seconds to connect, to wait for an answer, and for the whole message over all of a person's addresses.
CONNECT_TIMEOUT_S = 4.0
ANSWER_TIMEOUT_S = 8.0
MESSAGE_TIMEOUT_S = 30.0
#: What an attached calendar entry is called: by its ending, mail and chat offer to open it in a calendar.
CALENDAR_FILE = "review.ics"
_UNKNOWN = "a private address is none that can be written to: look at `notify` in the people file"
_UNANSWERED = "a private channel ({kinds}) did not say that it took the message; it is not sent a second time"


class PrivateChannel(Protocol):
    """Writes to one person."""

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        """Write a Markdown text to all of a person's addresses, with an iCalendar file where there is one.

        Raises connectors.errors.Refused where nothing was sent, and Ambiguous where something may have been.
        """


class NoChannel:
    """For programs in which nobody can be written to."""

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        raise Refused(_UNKNOWN)


class AppriseChannel:
    """Through apprise, which knows the services. Thread-safe: each message has an apprise of its own."""

    def __init__(self, connect_timeout_s: float = CONNECT_TIMEOUT_S, answer_timeout_s: float = ANSWER_TIMEOUT_S):
        self._connect_timeout_s = connect_timeout_s
        self._answer_timeout_s = answer_timeout_s

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        """As PrivateChannel says. Every address is understood before anything is sent to one."""
        # Loads its services only where somebody has a channel: that takes longer than all else here.
        import apprise  # noqa: PLC0415 - see above

        logging.getLogger("apprise").disabled = True
        letter, kinds = apprise.Apprise(), set[str]()
        for address in addresses:
            service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
            if service is None or not letter.add(service):
                raise Refused(_UNKNOWN)
            kinds.add(str(service.service_name))
            # Whatever the address says: one try, and no longer than ours.
            service.retry = 0
            service.socket_connect_timeout = self._connect_timeout_s
            service.socket_read_timeout = self._answer_timeout_s
        if not addresses:
            raise Refused(_UNKNOWN)
        try:
            is_taken = bool(
                letter.notify(
                    body=body,
                    title=title,
                    attach=_attached(calendar),
                    body_format=apprise.NotifyFormat.MARKDOWN,
                    timeout=MESSAGE_TIMEOUT_S,
                )
            )
        except Exception:  # noqa: BLE001 - a service's own error may show the address; what it did is not known
            is_taken = False
        if not is_taken:
            raise Ambiguous(_UNANSWERED.format(kinds=" or ".join(sorted(kinds))))


def _attached(calendar: str) -> apprise.AppriseAttachment | None:
    """The file as an attachment; services that take none send the text alone, which says the same."""
    if not calendar:
        return None
    import apprise  # noqa: PLC0415 - see above
    from apprise.attachment.memory import AttachMemory  # noqa: PLC0415 - see above

    attached = apprise.AppriseAttachment()
    calendar_file = AttachMemory(calendar.encode(), name=CALENDAR_FILE, mimetype="text/calendar")  # type: ignore[no-untyped-call]
    attached.add(calendar_file)
    return attached

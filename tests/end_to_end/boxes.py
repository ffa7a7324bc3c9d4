"""Everybody's private channel: a box of their own in the sandbox, written to through apprise over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from worker.private_channel import AppriseChannel

#: What a sender waits for an answer, in real seconds: as long as it takes.
ANSWER_S = 10.0


class Boxes:
    """The boxes at that URL. Implements worker.private_channel.PrivateChannel."""

    def __init__(self, url: str, answer_s: float = ANSWER_S) -> None:
        self._root = url.replace("http://", "json://")
        self._apprise = AppriseChannel(answer_timeout_s=answer_s)

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        here = [address.replace("letter:/", self._root) for address in addresses]
        self._apprise.send_privately(here, title, body, calendar)

"""Who may command, and whose comment counts as an answer (P11). Asks trackers as little as that takes.

Commands are obeyed only on rights that were asked for now (a connector remembers its answer for some minutes); where
a tracker does not tell, a new one waits, and what was obeyed already counts on (`worker.obeyed`).
Whether somebody's comment is an answer does less harm, so that is remembered for an hour, and of a crowd only so
many are asked about: each is a request, and on a public ticket anybody may write.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Mapping
from dataclasses import replace

from connectors.errors import Refused
from connectors.tracker import Tracker
from rules.commands import KNOWN_COMMANDS, nearest_command, parse_commands
from rules.facts import ActorKind, Case, Command, Comment, Ticket
from rules.first_sight import STANDING
from rules.progress import last_progress
from rules.refs import TicketRef

#: For so long it is remembered whether somebody's comment counts as an answer.
KEPT = dt.timedelta(hours=1)
#: Of those that wrote on one ticket since we asked, besides its owner and whoever gave a command, so many are asked
#: about: those named in what we asked, then those that wrote since the last progress, then the others as they wrote.
CROWD_MAX = 20
#: More is not remembered: what has run out is forgotten first.
_MEMORY_MAX = 10_000


class TrustMemory:
    """Whose comments count, by tracker, repository or project, and account. Thread-safe; lost with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str, str], tuple[dt.datetime, bool]] = {}

    def get(self, ref: TicketRef, account: str, now: dt.datetime) -> bool | None:
        with self._lock:
            until, trusted = self._known.get(_place(ref, account), (now, False))
        return trusted if until > now else None

    def last(self, ref: TicketRef, account: str) -> bool:
        """What was told last, however long ago; False where nothing was."""
        with self._lock:
            return self._known.get(_place(ref, account), (None, False))[1]

    def put(self, ref: TicketRef, account: str, trusted: bool, now: dt.datetime) -> None:
        with self._lock:
            if len(self._known) >= _MEMORY_MAX:
                self._known = {key: known for key, known in self._known.items() if known[0] > now}
            if len(self._known) < _MEMORY_MAX:
                self._known[_place(ref, account)] = (now + KEPT, trusted)


class Rights:
    """Asks for people's rights, for one look. Where a tracker does not let us ask they are not known, which is said."""

    def __init__(self, trackers: Mapping[str, Tracker], memory: TrustMemory, now: dt.datetime) -> None:
        self._trackers = trackers
        self._memory = memory
        self._now = now
        self.problems: dict[TicketRef, str] = {}

    def commands(self, case: Case) -> dict[TicketRef, tuple[Command, ...]]:
        """Commands of every ticket, each with its author's rights there; None where the tracker does not tell, so that
        nobody is told that they have none, and for who gave only commands that are none of ours. Those of earlier
        times' actions too: they tell how these ended."""
        found: dict[TicketRef, tuple[Command, ...]] = {}
        before = (action.ticket for earlier in case.earlier for action in earlier.actions)
        for ticket in (*case.tickets, *before):
            commands = parse_commands(ticket.comments)
            if commands:
                ours = {name for name in {c.name for c in commands} if name in KNOWN_COMMANDS or nearest_command(name)}
                authors = {c.author.account for c in commands if c.name in ours}
                may = {one: self._ask(ticket.ref, one) for one in authors}
                found[ticket.ref] = tuple(replace(c, rights=may.get(c.author.account)) for c in commands)
        return found

    def trusted(self, case: Case, current: str) -> frozenset[tuple[str, str]]:
        """Who of those that wrote after us may answer; `current` is the case's present id."""
        commanding = {
            (ref.tracker, one.author.account) for ref, given in case.commands.items() for one in given if one.rights
        }
        asked_about = {
            (ticket.ref.tracker, account)
            for ticket in case.tickets
            for account in _crowd(ticket, current)
            if self._may_answer(ticket.ref, account)
        }
        return frozenset(commanding | asked_about)

    def _may_answer(self, ref: TicketRef, account: str) -> bool:
        known = self._memory.get(ref, account, self._now)
        if known is None:
            known = self._ask(ref, account)
            if known is None:  # what is not told now may be told at the next look
                return self._memory.last(ref, account)
            self._memory.put(ref, account, known, self._now)
        return known

    def _ask(self, ref: TicketRef, account: str) -> bool | None:
        """One request at most; None where the tracker does not tell us."""
        try:
            return self._trackers[ref.tracker].has_rights(ref, account)
        except Refused as error:
            self.problems.setdefault(
                ref,
                f"new commands on {ref} wait, since our account may not ask for people's rights there, and what was "
                f"obeyed before counts on; give it back the rights that `aftermath check` asks for ({error})",
            )
            return None


def _crowd(ticket: Ticket, current: str) -> list[str]:
    """Accounts of those whose rights decide whether their comments are answers: at most `CROWD_MAX`."""
    asking = [c for c in ticket.comments if c.marker and c.marker.case == current and c.marker.kind not in STANDING]
    if not asking:
        return []
    since = min(c.at for c in asking)
    owners = {actor.account for actor in ticket.assignees}
    wrote = [c for c in ticket.comments if c.author.kind is ActorKind.PERSON and c.at > since]
    progress = last_progress(ticket)
    lately = [c for c in wrote if progress is None or c.at > progress.at]
    in_order = dict.fromkeys(c.author.account for c in (*lately, *wrote) if c.author.account not in owners)
    return sorted(in_order, key=lambda account: not _is_named(account, asking))[:CROWD_MAX]


def _is_named(account: str, asking: list[Comment]) -> bool:
    """Whether one of our comments names the account, as each tracker writes a mention."""
    named = re.compile(rf"(?<![\w-]){re.escape(account)}(?![\w-])")
    return any(named.search(comment.body) for comment in asking)


def _place(ref: TicketRef, account: str) -> tuple[str, str, str]:
    return ref.tracker, ref.key.rpartition("#")[0] or ref.key.rpartition("-")[0], account

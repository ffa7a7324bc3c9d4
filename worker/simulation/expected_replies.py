"""Replies to commands: who may not command is told so once a ticket, and nobody else is spoken to.

So is who approves a plan too early, or their own. The simulated people give no other command that could not be obeyed.
When they learn to, this has to learn it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise

from worker.simulation.expected_case import Cases, Generation, Spell
from worker.simulation.expected_setting import Patience, Violation
from worker.simulation.expected_story import Said, Story

#: Later, nobody is replied to any more.
_REPLIED_WITHIN = dt.timedelta(days=7)
#: What approves a plan, and the headings that it waits for something under.
APPROVAL = "/approve"
QUESTIONS = ("## What we learned", "## What made it possible")
_COMMANDS = frozenset(
    (
        "ack",
        "owner",
        "action",
        "due",
        "snooze",
        "accept",
        "decline",
        "approve",
        "same-as",
        "thanks",
        "cancel",
        "case",
        "help",
    )
)


class Replies:
    """What we said to those who gave a command without rights."""

    def __init__(self, cases: Cases, patience: Patience) -> None:
        self._cases = cases
        self._patience = patience

    def violations(self, generation: Generation) -> Iterable[Violation]:
        """Replies that are missing, and replies to nobody."""
        for ticket in generation.tickets:
            if not ticket.is_twin:
                yield from self._on(generation, ticket)

    # --- inside -----------------------------------------------------------------------------------

    def _on(self, generation: Generation, ticket: Story) -> Iterable[Violation]:
        replies = [s for s in ticket.comments if s.kind == "reply" and s.case == generation.case]
        asked: dict[str, Said] = {}
        for said in ticket.comments:
            if generation.is_running_at(said.at) and self._is_refused(said):
                asked.setdefault(said.author, said)
        approvals = self._approvals(generation, ticket)
        for reply in replies:
            if self._answers_approval(ticket, reply, approvals):
                continue
            spoken_to = [author for author, said in asked.items() if author in reply.mentions and said.at <= reply.at]
            if not spoken_to:
                yield Violation(ticket.key, "wrong", f"the reply of {reply.at:%F %H:%M} is to nobody")
        for author, said in asked.items():
            if self._must_be_told(generation, said) and not any(author in reply.mentions for reply in replies):
                sentence = f"{author}, who may not command, was not told so after {said.at:%F %H:%M}"
                yield Violation(ticket.key, "missing", sentence)

        for said in approvals if not _is_answered(ticket) else ():
            told = [reply for reply in replies if said.author in reply.mentions and reply.at >= said.at]
            if self._must_be_told(generation, said) and not told:
                sentence = f"{said.author} was not told what the approval of {said.at:%F %H:%M} waits for"
                yield Violation(ticket.key, "missing", sentence)

    @staticmethod
    def _answers_approval(ticket: Story, reply: Said, approvals: Iterable[Said]) -> bool:
        """Whether it is to one of them; one that was settled when the questions were answered names nobody any more."""
        is_settled = _is_answered(ticket) and not reply.mentions
        return any(said.at <= reply.at and (is_settled or said.author in reply.mentions) for said in approvals)

    @staticmethod
    def _approvals(generation: Generation, ticket: Story) -> list[Said]:
        """Each `/approve` of a plan by somebody who may command. Whether their own or too early, they are told so as
        long as questions are open; afterwards nobody can tell here when they were answered."""
        if ticket not in generation.mortems:
            return []
        return [one for one in ticket.comments if ticket.obeys(one) and ("approve", "") in one.commands]

    def _is_refused(self, said: Said) -> bool:
        return said.is_person and not said.has_rights and any(name in _COMMANDS for name, _ in said.commands)

    def _must_be_told(self, generation: Generation, said: Said) -> bool:
        """Whether the case ran for long enough after it, before it was too late. Nobody waits for a reply because they
        were mentioned often enough that day."""
        spells = self._cases.active_spells(generation)
        due = self._patience.deadline(said.at)
        is_in_time = due < said.at + _REPLIED_WITHIN
        return is_in_time and any(_covers(spell, said.at, due) for spell in spells)


def _is_answered(mortem: Story) -> bool:
    """Whether something stands under both headings, as people answer in these histories."""
    lines = [line for line in mortem.body.splitlines() if line.strip()]
    answered = (next((after for line, after in pairwise(lines) if line.startswith(one)), "##") for one in QUESTIONS)
    return not any(after.startswith("##") for after in answered)


def _covers(spell: Spell, begins: dt.datetime, ends: dt.datetime) -> bool:
    return spell.begins <= begins and ends <= spell.ends

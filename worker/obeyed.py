"""What was obeyed stays obeyed while a tracker does not tell us who may command.

Rights are asked for anew at each look, and now and then a tracker refuses to tell: a permission was taken from our
account. That must neither undo a `/cancel` nor begin anything. So the ledger remembers of each command that it was
obeyed as it stands: an edited comment is no longer the same command, and waits. It remembers no account, and nothing
from before it was lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rules.commands import KNOWN_COMMANDS
from rules.facts import Case, Command
from rules.keys import content_digest
from rules.refs import TicketRef
from rules.replied import written
from worker.ledger import Ledger

Commands = Mapping[TicketRef, tuple[Command, ...]]


def remembered(ledger: Ledger, root: str, commands: Commands) -> Commands:
    """The commands, where rights were not told with those that they had when they were obeyed."""
    in_doubt = (one for given in commands.values() for one in given if one.rights is None)
    if not any(one.name in KNOWN_COMMANDS for one in in_doubt):
        return commands
    known = ledger.obeyed.of(root)

    def with_rights(ref: TicketRef, one: Command) -> Command:
        return replace(one, rights=True) if one.rights is None and _mark(ref, one) in known else one

    return {ref: tuple(with_rights(ref, one) for one in given) for ref, given in commands.items()}


def note_obeyed(ledger: Ledger, case: Case) -> None:
    """Remember which of the case's commands are by people with rights, and forget those by people who have none."""
    marks = [(one.rights, _mark(ref, one)) for ref, given in case.commands.items() for one in given]
    if marks:
        obeys = {mark for rights, mark in marks if rights}
        ledger.obeyed.note(case.root, obeys, {mark for rights, mark in marks if rights is False})


def _mark(ref: TicketRef, command: Command) -> str:
    """The command as it stands: its comment and what it says, wherever in the comment."""
    return content_digest(f"{ref.tracker}\n{command.comment_id}\n{written([command])}")

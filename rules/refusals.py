"""Why a command is not obeyed, in a sentence for whoever gave it.

No sentence repeats what was written: it can hold neither a mention nor a link nor a command of somebody's making
(P11). Each has a code, which goes into keys; the wording does not. What is obeyed is said where it is obeyed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from rules.approval import approving_roles, as_assigned_at, is_own_plan, may_approve, may_speak_for
from rules.calendar import Calendar
from rules.commands import KNOWN_COMMANDS, nearest_command
from rules.endings import has_words
from rules.facts import Command, Ticket
from rules.handovers import named_owner
from rules.naming import person_named, split_name
from rules.references import read_reference, ticket_meant
from rules.replied import is_told_refused
from rules.situation import Situation
from rules.snooze import Complaint, parse_due, parse_snooze
from rules.texts import escape, names_in_a_row
from rules.views import Markdown

FAILURE, POST_MORTEM, ACTION = "failure", "post-mortem", "action"
#: Where each command may be given.
PLACES = MappingProxyType(
    {
        "ack": (FAILURE,),
        "owner": (FAILURE, POST_MORTEM, ACTION),
        "action": (FAILURE, POST_MORTEM),
        "due": (POST_MORTEM, ACTION),
        "snooze": (FAILURE, POST_MORTEM, ACTION),
        "accept": (ACTION,),
        "decline": (ACTION,),
        "approve": (POST_MORTEM, ACTION),
        "same-as": (ACTION,),
        "thanks": (FAILURE, POST_MORTEM, ACTION),
        "cancel": (FAILURE,),
        "case": (FAILURE, POST_MORTEM, ACTION),
        "help": (FAILURE, POST_MORTEM, ACTION),
    }
)
_CALLED = {FAILURE: "the failure", POST_MORTEM: "its post-mortem", ACTION: "an action"}

NO_RIGHTS = "rights"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong, as a code for keys, and the sentence that says so: Markdown of our own making. What `is_waiting`
    comes true by itself, so that nobody has to write it again; what is not `is_mendable` no other words would mend."""

    code: str
    sentence: str
    is_waiting: bool = False
    is_mendable: bool = True


_WITHOUT_RIGHTS = Refusal(
    NO_RIGHTS,
    "Commands are for people who may edit this ticket. Its owner, or anybody of the team, can help.",
    is_mendable=False,
)


def is_without_rights(command: Command) -> bool:
    """Whether it is refused for whoever gave it, whatever it says."""
    return command.rights is False and command.name in KNOWN_COMMANDS


def refusal_of(situation: Situation, ticket: Ticket, role: str, command: Command) -> Refusal | None:
    """Why the command does nothing there; None where it is obeyed, or is not for us, or rights are not known."""
    if command.name not in KNOWN_COMMANDS:
        meant = nearest_command(command.name) if command.rights else ""
        sentence = f"One command in there is not known. Did you mean `/{meant}`?"
        return Refusal(f"unknown:{meant}", sentence) if meant else None
    if command.rights is None:
        return None
    if is_without_rights(command):
        return _WITHOUT_RIGHTS
    if role not in PLACES[command.name]:
        places = " or on ".join(_CALLED[place] for place in PLACES[command.name])
        return _refusal(command, "place", f"`/{command.name}` is given on {places}; here it changes nothing.")
    if command.is_restricted and command.name in ("action", "thanks"):
        sentence = (
            f"`/{command.name}` is read by more people than this comment. Please write it in a comment that everybody "
            f"on this ticket may read."
        )
        return _refusal(command, "restricted", sentence)
    check = _CHECKS.get(command.name)
    given = _Given(situation, ticket, role, command)
    wrong = check(given) if check else None
    if wrong is None and command.name == "approve" and role == POST_MORTEM:
        return _unanswered(situation)
    return _refusal(command, *wrong) if wrong else None


def _refusal(command: Command, code: str, sentence: str) -> Refusal:
    return Refusal(f"{command.name}:{code}", sentence, is_mendable=code not in _NOT_IN_THE_WORDS)


@dataclass(frozen=True, slots=True)
class _Given:
    """One command where it was given. `role` is the ticket's part in the case."""

    situation: Situation
    ticket: Ticket
    role: str
    command: Command

    @property
    def calendar(self) -> Calendar:
        """That of who wrote it."""
        return self.situation.attendance.writer_on(self.ticket)(self.command)


#: Of these the words are not what is wrong: somebody else has to write it, or it belongs elsewhere.
_NOT_IN_THE_WORDS = ("place", "restricted", "own", "person", "nothing", "owner")

#: Code and sentence, or None.
_Wrong = tuple[str, str] | None


def _owner(given: _Given) -> _Wrong:
    if named_owner(given.situation.policy.people, given.situation.case, given.ticket, given.command):
        return None
    return "nobody", (
        "Nobody of that name is known here. Write `/owner` and the account of somebody of the team, `/owner me`, "
        "or assign the ticket by hand."
    )


def _action(given: _Given) -> _Wrong:
    if not given.command.argument.strip():
        return "words", "Please say what is different afterwards: `/action An alert warns us 30 days ahead`."
    if (given.ticket.ref, given.command.id) in given.situation.twin_commands:
        return "twin", "An action in these very words is there already, so no second ticket is opened."
    return None


def _due(given: _Given) -> _Wrong:
    read = parse_due(given.command.argument, given.command.at, given.calendar)
    return (read.code, str(read)) if isinstance(read, Complaint) else None


def _snooze(given: _Given) -> _Wrong:
    read = parse_snooze(given.command.argument, given.command.at, given.calendar)
    return (read.code, str(read)) if isinstance(read, Complaint) else None


def _accept(given: _Given) -> _Wrong:
    command = given.command
    if may_speak_for(given.situation.policy.people, given.ticket, command.author.account, command.at):
        return None
    return "owner", "This action is somebody else's. `/owner me` takes it over."


def _decline(given: _Given) -> _Wrong:
    if not has_words(given.command.argument):
        return "reason", "Please add a reason, so that others can follow: `/decline the old system is switched off`."
    command = given.command
    if may_speak_for(given.situation.policy.people, given.ticket, command.author.account, command.at):
        return None
    return "owner", "An action is declined by its owner, or by the lead or manager."


def _approve(given: _Given) -> _Wrong:
    if given.role == POST_MORTEM:
        own = is_own_plan(given.ticket, given.command)
        return ("own", "Nobody approves a plan of their own: somebody else has to read it first.") if own else None
    account, at = given.command.author.account, given.command.at
    declines = _meant(given)
    if not declines:
        return "nothing", "There is nothing to approve here: on an action, `/approve` confirms a `/decline`."
    people = given.situation.policy.people
    if any(may_approve(people, given.ticket, account, one.author.account, at) for one in declines):
        return None
    # Who may is said as it was asked for (`rules.replies`): nobody waits for a manager who does not exist.
    roles = approving_roles(people, as_assigned_at(given.ticket, at), declines[-1].author.account)
    named = f"the owner's {' or '.join(roles)}" if roles else "somebody else who may edit this ticket"
    if all(one.author.account == account for one in declines):
        return "own", f"Nobody approves their own `/decline`: {named} has to."
    return "person", f"A `/decline` is approved by {named}."


def _meant(given: _Given) -> list[Command]:
    """The `/decline`s that an `/approve` may have been for. Those too that were taken back by opening the ticket again:
    what was right when it was given stays right.

    One whose comment was edited since may have said something else then, which nobody can see any more. Whether there
    was anything to approve then, our own reply still tells; without one nobody is corrected.
    """
    endings, ticket, approval = given.situation.endings, given.ticket, given.command
    before = [one for one in endings.declines_ever(ticket) if one.at <= approval.stands_since]
    stood = [one for one in before if endings.is_about(ticket, approval, one)]
    return stood or ([] if is_told_refused(ticket, approval.comment_id) else before)


def _unanswered(situation: Situation) -> Refusal | None:
    """What a plan's approval waits for: the questions that the text leaves open."""
    if not situation.open_questions:
        return None
    named = names_in_a_row([Markdown(f"“{escape(one)}”") for one in situation.open_questions])
    return Refusal("approve:questions", f"Something is still to be written under {named}.", is_waiting=True)


def _same_as(given: _Given) -> _Wrong:
    reference = read_reference(given.command.argument, given.ticket)
    if not reference:
        return (
            "ticket",
            "Please name the ticket that goes on: `/same-as acme/shop#7`, `/same-as OPS-12`, or its address.",
        )
    endings, case = given.situation.endings, given.situation.case
    if endings.is_taken_back(given.ticket, given.command):
        return None
    meant = ticket_meant(case, reference)
    if meant and meant.ref == given.ticket.ref:
        return "itself", "That is this ticket itself. Name the one that goes on instead: `/same-as` and its number."
    if given.command.id in case.unfound:
        return "unfound", (
            "`/same-as` names no ticket that can be seen from here, so this action goes on. Is the number right? "
            "One that lies elsewhere is named by its whole address."
        )
    if given.ticket.ref in endings.merges:
        return None
    return "circle", "These two tickets would wait for each other. One of them has to go on."


def _thanks(given: _Given) -> _Wrong:
    name, what_for = split_name(given.command.argument)
    if not person_named(
        given.situation.policy.people, given.situation.case, given.ticket.ref.tracker, name, given.command.author
    ):
        return "nobody", "Nobody of that name is known here. Write the account of somebody who took part."
    if not has_words(what_for):
        return "reason", "Please say what for: `/thanks @ada for the calm explanation at night`."
    return None


def _cancel(given: _Given) -> _Wrong:
    if has_words(given.command.argument):
        return None
    return "reason", "Please add a reason, so that others can follow: `/cancel this was a rehearsal`."


_CHECKS: dict[str, Callable[[_Given], _Wrong]] = {
    "owner": _owner,
    "action": _action,
    "due": _due,
    "snooze": _snooze,
    "accept": _accept,
    "decline": _decline,
    "approve": _approve,
    "same-as": _same_as,
    "thanks": _thanks,
    "cancel": _cancel,
}

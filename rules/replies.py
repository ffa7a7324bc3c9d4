"""Comments that want a reply: one whose command asks for something, cannot be obeyed, or needs somebody's approval.

One reply a comment, however many lines it has. Its key is the comment and the commands as they were written, and
nothing else that may change: whatever happens around a comment, it is answered once, and an edited one is answered
anew only when its commands are other ones. What was written before this case began, or more than a week ago, is let
rest: a reply so late helps nobody. Somebody without rights is told so once a ticket: the key names the account, so
that deleting comments and writing others gains nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.approval import approvers
from rules.facts import Actor, Command, Comment, Ticket
from rules.keys import content_digest
from rules.policy import Person
from rules.refusals import ACTION, FAILURE, NO_RIGHTS, POST_MORTEM, Refusal, refusal_of
from rules.roles import person_of
from rules.situation import Situation

#: Older comments are not replied to.
REPLIED_WITHIN = dt.timedelta(days=7)
#: Of one reply: who gives thirty commands that cannot be obeyed is helped by `/help`.
REMARKS_MAX = 5

#: The name in a mention changes when somebody renames themselves; the account does not.
_MENTION = re.compile(r"\[[^\[\]\n]{1,200}\](?=\(mention:)")

HELP, CASE, APPROVAL = "help", "case", "approval"


@dataclass(frozen=True, slots=True)
class Reply:
    """What there is to say to one comment: `codes` for conditions, `remarks` and `awaits` as Markdown of our own.

    `subject` is the ticket's part in the case and the comment, or the account that has no rights; `anchor` what was
    answered. `writer` is who is spoken to, `approvers` those whose word a `/decline` waits for. From `until` on it is
    too late for a reply. `readers` are the comment's: nobody else reads the reply (P14). `answers` is the comment's id
    where the reply refuses something in it.
    """

    ticket: Ticket
    subject: str
    anchor: str
    writer: Person
    codes: tuple[str, ...]
    remarks: tuple[str, ...]
    until: dt.datetime
    approvers: tuple[Person, ...] = ()
    awaits: tuple[str, ...] = ()
    readers: str = ""
    answers: str = ""

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody whom the reply mentions."""
        writer = (self.writer,) if self.speaks_to_writer else ()
        return tuple({one.id: one for one in (*writer, *self.approvers)}.values())

    @property
    def facts(self) -> dict[str, bool]:
        """What conditions can ask of the comment (`rules.vocabulary`)."""
        return {
            "comment.asks_help": HELP in self.codes,
            "comment.asks_case": CASE in self.codes,
            "comment.asks_approval": APPROVAL in self.codes,
            "comment.is_refused": bool(self.remarks or self.awaits),
        }

    @property
    def speaks_to_writer(self) -> bool:
        return bool(self.remarks or self.awaits) or HELP in self.codes or CASE in self.codes or not self.approvers


def replies_wanted(situation: Situation) -> tuple[Reply, ...]:
    """Every comment of the case that wants a reply, whether it had one already or not."""
    case, mortem = situation.case, situation.case.post_mortem
    found = [*_on(situation, case.failure, FAILURE, FAILURE)]
    found += _on(situation, mortem, POST_MORTEM, POST_MORTEM) if mortem else ()
    for action in case.actions:
        found += _on(situation, action.ticket, ACTION, f"{ACTION}:{action.item_id}")
    return tuple(found)


def settled_reply(situation: Situation, ticket: Ticket, comment: Comment) -> Reply:
    """What there is to say of a comment in which nothing is refused any more; a `/decline` in it may still wait."""
    writer = person_of(situation.policy.people, ticket.ref.tracker, comment.author)
    waits = situation.endings.proposal(ticket)
    codes = (APPROVAL,) if waits and waits.comment_id == comment.id else ()
    return Reply(ticket, "", "", writer, codes, (), situation.now)


def _on(situation: Situation, ticket: Ticket, role: str, subject: str) -> Iterator[Reply]:
    by_comment: dict[str, list[Command]] = {}
    for command in situation.case.commands.get(ticket.ref, ()):
        if command.at >= situation.standing.began_at:
            by_comment.setdefault(command.comment_id, []).append(command)
    told: set[str] = set()
    readers = {comment.id: comment.readers for comment in ticket.comments}
    for comment_id, commands in by_comment.items():
        author, at = commands[0].author, commands[0].at
        wrong = [found for one in commands if (found := refusal_of(situation, ticket, role, one))]
        if any(one.code == NO_RIGHTS for one in wrong):
            wrong = [one for one in wrong if author.account not in told]
            told.add(author.account)
        if at + REPLIED_WITHIN > situation.now:
            reply = _reply(situation, ticket, f"{subject}/comment:{comment_id}", author, commands, wrong)
            reply = replace(reply, readers=readers.get(comment_id, ""), answers=comment_id if wrong else "")
            if NO_RIGHTS in reply.codes:
                reply = replace(reply, answers="", subject=f"{subject}/account:{author.account}", anchor=NO_RIGHTS)
            if reply.codes:
                yield reply


def _reply(
    situation: Situation, ticket: Ticket, subject: str, author: Actor, commands: list[Command], wrong: list[Refusal]
) -> Reply:
    codes = {one.code for one in wrong}
    codes |= {one.name for one in commands if one.name in (HELP, CASE) and one.rights}
    asked = _asked_to_approve(situation, ticket, commands)
    if asked is not None:
        codes.add(APPROVAL)
    remarks = tuple(dict.fromkeys(one.sentence for one in wrong if not one.is_waiting))[:REMARKS_MAX]
    awaits = tuple(dict.fromkeys(one.sentence for one in wrong if one.is_waiting))
    writer = person_of(situation.policy.people, ticket.ref.tracker, author)
    until = commands[0].at + REPLIED_WITHIN
    return Reply(ticket, subject, _written(commands), writer, tuple(sorted(codes)), remarks, until, asked or (), awaits)


def _written(commands: list[Command]) -> str:
    """What the comment's commands say, wherever in it they stand: a digest that nothing but an edit changes."""
    lines = {" ".join(_MENTION.sub("", f"{one.name} {one.argument}").split()) for one in commands}
    return content_digest("\n".join(sorted(lines)))


def _asked_to_approve(situation: Situation, ticket: Ticket, commands: list[Command]) -> tuple[Person, ...] | None:
    """Whose approval the comment's `/decline` waits for, the nearest only; None where nothing is waited for."""
    waits = situation.endings.proposal(ticket)
    if waits is None or waits.id not in {one.id for one in commands}:
        return None
    return approvers(situation.policy.people, ticket, waits.author.account)[:1]

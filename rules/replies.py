"""Comments that want a reply: one whose command asks for something, cannot be obeyed, or needs somebody's approval.

One reply a comment, however many lines it has. Its key is the comment and the commands as they were written, and
nothing else that may change: whatever happens around a comment, it is answered once, and an edited one is answered anew
only when its commands are other ones. What was written before this case began, or was last edited more than a week ago,
is let rest: a reply so late helps nobody. Somebody without rights is told so once a ticket: the key names the account,
so that deleting comments and writing others gains nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.accounts import same_account
from rules.approval import approvers
from rules.facts import Actor, Command, Comment, Ticket
from rules.open_items import given_actions
from rules.plan_growth import added_since, plan_approval
from rules.policy import Person, SayDo, Subject
from rules.refusals import ACTION, FAILURE, NO_RIGHTS, POST_MORTEM, Refusal, is_without_rights, refusal_of
from rules.replied import written
from rules.roles import person_of
from rules.situation import Situation

#: Comments that nobody wrote or edited for longer are not replied to.
REPLIED_WITHIN = dt.timedelta(days=7)
#: Of one reply: who gives thirty commands that cannot be obeyed is helped by `/help`.
REMARKS_MAX = 5

HELP, CASE, APPROVAL, GREW = "help", "case", "approval", "grew"


@dataclass(frozen=True, slots=True)
class Reply:
    """What there is to say to one comment: `codes` for conditions, `remarks` and `awaits` as Markdown of our own.

    `subject` is the ticket's part in the case and the comment, or the account that has no rights; `anchor` what was
    answered. `writer` is who is spoken to, `approvers` those whose word a `/decline` waits for. From `until` on it is
    too late for a reply. `readers` are the comment's: nobody else reads the reply (P14). `answers` is the comment's id
    where the reply refuses something in it, `is_mendable` whether other words there would mend any of that.
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
    is_mendable: bool = False

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody whom the reply mentions."""
        writer = (self.writer,) if self.speaks_to_writer else ()
        return tuple({one.id: one for one in (*writer, *self.approvers)}.values())

    @property
    def asked_by(self) -> str:
        """The id of the person who asked for the reply and waits for it; empty where nobody did: that a plan has grown
        is news to whoever approved it."""
        return "" if GREW in self.codes else self.writer.id

    @property
    def facts(self) -> dict[str, bool]:
        """What conditions can ask of the comment (`rules.vocabulary`)."""
        return {
            "comment.asks_help": HELP in self.codes,
            "comment.asks_case": CASE in self.codes,
            "comment.asks_approval": APPROVAL in self.codes,
            "comment.is_refused": bool(self.remarks or self.awaits),
            "comment.plan_grew": GREW in self.codes,
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
    grown = _grown(situation)
    return (*found, grown) if grown else tuple(found)


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
    readers: dict[str, str] = {}
    for comment_id, commands in by_comment.items():
        author = commands[0].author
        if commands[0].stands_since + REPLIED_WITHIN <= situation.now:
            told |= {author.account} if any(map(is_without_rights, commands)) else set()
            continue
        readers = readers or {comment.id: comment.readers for comment in ticket.comments}
        wrong = [found for one in commands if (found := refusal_of(situation, ticket, role, one))]
        if any(one.code == NO_RIGHTS for one in wrong):
            wrong = [one for one in wrong if author.account not in told]
            told.add(author.account)
        reply = _reply(situation, ticket, f"{subject}/comment:{comment_id}", author, commands, wrong)
        reply = replace(reply, readers=readers.get(comment_id, ""), answers=comment_id if wrong else "")
        if NO_RIGHTS in reply.codes:
            reply = replace(reply, answers="", subject=f"{subject}/account:{author.account}", anchor=NO_RIGHTS)
        if reply.codes:
            yield reply


def _grown(situation: Situation) -> Reply | None:
    """That the plan has grown, for whoever approved it: once for each approval, and nothing of what they added
    themselves. A policy whose template has no words for it says nothing."""
    case, mortem, approval = situation.case, situation.case.post_mortem, plan_approval(situation)
    if mortem is None or approval is None or not _speaks_of_growth(situation):
        return None
    added = [one for one in added_since(situation) if situation.endings.of(one) is None]
    given = given_actions(case, situation.id, situation.commands) if added else {}
    account = approval.author.account
    theirs = {item for item, one in given.items() if one.author.account == account}
    until = max((one.ticket.created_at + REPLIED_WITHIN for one in added if one.item_id not in theirs), default=None)
    if until is None or until <= situation.now:
        return None
    writer = person_of(situation.policy.people, mortem.ref.tracker, approval.author)
    readers = next((one.readers for one in mortem.comments if one.id == approval.comment_id), "")
    subject = f"{POST_MORTEM}/comment:{approval.comment_id}"
    return Reply(mortem, subject, GREW, writer, (GREW,), (), until, readers=readers)


def _speaks_of_growth(situation: Situation) -> bool:
    says = (do for rule in situation.policy.rules if rule.subject is Subject.COMMENT for do in rule.do)
    templates = [do.template for do in says if isinstance(do, SayDo)]
    return any("plan_grew" in situation.policy.templates.source(name) for name in templates)


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
    until = commands[0].stands_since + REPLIED_WITHIN
    reply = Reply(ticket, subject, written(commands), writer, tuple(sorted(codes)), remarks, until, asked or (), awaits)
    return replace(reply, is_mendable=any(one.is_mendable and not one.is_waiting for one in wrong))


def _asked_to_approve(situation: Situation, ticket: Ticket, commands: list[Command]) -> tuple[Person, ...] | None:
    """Whose approval the comment's `/decline` waits for, the nearest only; None where nothing is waited for."""
    waits = situation.endings.proposal(ticket)
    if waits is None or waits.id not in {one.id for one in commands}:
        return None
    above = approvers(situation.policy.people, ticket, waits.author.account)
    there = (situation.attendance.there_for(one) for one in above)
    own, tracker = waits.author.account, ticket.ref.tracker
    return tuple(one for one in there if not same_account(one.accounts.get(tracker, ""), own))[:1]

"""The shipped pack: its texts as people will read them, and what it promises about them.

The rendered texts lie in `golden/texts`; run with `GOLDEN=write` to write them anew, then read them aloud.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from rules.action_items import read_action_items
from rules.language.policy_file import load_policy, pack_path
from rules.policy import CloseDo, FileDo, KeepDo, NotifyDo, OpenDo, Phase, Recipient, Role, SayDo
from rules.review_terms import ReviewDo
from rules.texts import link, mention, names_in_a_row
from rules.views import (
    DeclineView,
    DigestView,
    EarlierView,
    LookView,
    Markdown,
    NewsView,
    ReplyView,
    ReviewView,
    SnoozeView,
    TextView,
    ThanksView,
    TicketView,
    WordingView,
)

GOLDEN = Path(__file__).parent / "golden" / "texts"
POLICY = load_policy(pack_path("accountability"))


def _ticket(number: int, title: str, *, owner: str = "Ada Lovelace", due: str = "", state: str = "open") -> TicketView:
    key, url = f"acme/shop#{number}", f"https://github.example/acme/shop/issues/{number}"
    return TicketView(key, title, url, link(key, url), owner, due, state)


FAILURE = _ticket(7, "Card payments fail at checkout", due="", state="in progress")
MORTEM = _ticket(8, "Post-mortem: Card payments fail at checkout", due="2026-11-27")
ACTIONS = (
    _ticket(9, "Alert when the certificate has 14 days left", owner="Grace Hopper", due="2026-12-20", state="done"),
    _ticket(10, "Rehearse the rollback | every quarter", due="2026-12-20", state="in progress"),
    _ticket(11, "Write down who may approve a change at night", owner="", due=""),
)
ADA, GRACE, MIA = (mention("Ada Lovelace", "ada"), mention("Grace Hopper", "grace"), mention("Mia Wallace", "mia"))
VIEW = TextView(
    ticket=FAILURE,
    failure=FAILURE,
    post_mortem=MORTEM,
    actions=ACTIONS,
    severity=2,
    generation=1,
    phase="active",
    asked=("Ada Lovelace",),
    mentions=ADA,
    reporter="Sam Okoro",
    owner="Ada Lovelace",
    item_text="Rehearse the rollback every quarter",
    waiting=("the post-mortem acme/shop#8 from Ada Lovelace, due 2026-11-27",),
    timeline=("2026-11-20 09:12 UTC – reported", "2026-11-20 09:15 UTC – assigned to Ada Lovelace"),
    thanks=(
        ThanksView("Sam Okoro", "reported it"),
        ThanksView("Ada Lovelace", "took ownership and finished “Rehearse the rollback”"),
        ThanksView("Grace Hopper", "finished “Alert when the certificate has 14 days left”"),
    ),
    vars=POLICY.variables,
)
#: A plan of which not everything was done.
ENDED = replace(
    VIEW,
    actions=(
        ACTIONS[0],
        replace(ACTIONS[1], state="declined"),
        replace(ACTIONS[2], state="merged", note=Markdown(f"into {ACTIONS[0].link}")),
    ),
    ended="1 declined, 1 merged",
    approved_by="Grace Hopper",
    approved_on="2026-12-04",
)
REFUSED = ReplyView(
    writer=ADA,
    remarks=(
        Markdown("Please say until when, and why: `/snooze 5 days because we wait for the vendor`."),
        Markdown("`/due` is given on its post-mortem or on an action; here it changes nothing."),
    ),
    asks_help=False,
    asks_case=False,
    asks_approval=False,
    approvers=Markdown(""),
    proposer="Ada Lovelace",
    is_mendable=True,
)
DECLINED = replace(REFUSED, writer=Markdown(""), remarks=(), asks_approval=True, approvers=GRACE)
LATE = replace(VIEW, ticket=replace(ACTIONS[1], state="open"), late="3 business days")
BARE = replace(
    VIEW,
    ticket=replace(FAILURE, owner=""),
    failure=replace(FAILURE, owner=""),
    post_mortem=None,
    actions=(),
    owner="",
    severity=3,
    waiting=(),
    timeline=(),
    thanks=(),
)
LET_GO = replace(VIEW, phase="closed", post_mortem=replace(MORTEM, state="done"), waiting=())
FIRST_LOOK = LookView("2027-01-08", "30 days", is_open=False, reopened=())
SECOND_LOOK = LookView("2027-03-09", "90 days", is_open=False, reopened=ACTIONS[:2])
BEFORE = (
    EarlierView(1, "2025-06-30", replace(MORTEM, state="done"), (ACTIONS[1], replace(ACTIONS[2], owner="Sam Okoro"))),
    EarlierView(2, "2026-02-03", None, (), ended="1 declined, 1 merged"),
    EarlierView(3, "2026-03-03", None, ()),
)
#: To somebody who reads of the failure but not of its post-mortem.
PRIVATE = replace(VIEW, mentions=Markdown("Ada Lovelace"), post_mortem=replace(MORTEM, state="done"))
REVIEW = ReviewView("Fri 2026-11-27, 11:00 Europe/Berlin", "Thu 2026-11-26, 11:00 Europe/Berlin", is_moved=False)
REVIEWED = replace(PRIVATE, ticket=MORTEM, post_mortem=MORTEM, review=REVIEW)
REVIEW_OVER = replace(VIEW, ticket=MORTEM, actions=(), review=replace(REVIEW, is_over=True))
APPROVED = {"approved_by": "Grace Murray", "approved_on": "2026-11-30"}
WORDING = WordingView("Ada should have known", "What was known at that moment, and what made it look right?")
HIDDEN_ACTION = TicketView("", "", "", Markdown("internal action"), "", "", "open")
HIDDEN = TicketView("", "", "", Markdown("internal post-mortem"), "", "", "done")
LESSON = {
    "happened": Markdown("The payment certificate ran out, and for 40 minutes one in three cards was refused."),
    "learned": Markdown("- Nobody was told, because the reminder went to a closed mailbox."),
    "changed": Markdown(names_in_a_row([ACTIONS[0].link, ACTIONS[1].link])),
}


def _line(of: TicketView, what: str, day: str, *, roles: str = "", how: str = "done", lesson: str = "") -> NewsView:
    return NewsView(what, of.link, of.title, day, roles, how, lesson)


DIGEST = DigestView(
    week="2026-W48",
    since="2026-11-16",
    stuck=(
        _line(FAILURE, "first word", "2026-11-20", roles="owner and lead"),
        _line(ACTIONS[1], "action", "2026-11-06", roles="manager"),
    ),
    finished=(_line(ACTIONS[0], "action", "2026-11-19"), _line(ACTIONS[2], "action", "2026-11-20", how="declined")),
    learned=(
        _line(FAILURE, "first word", "2026-11-18", lesson="Nobody was told: the reminder went to an old mailbox."),
        _line(FAILURE, "first word", "2026-11-19"),
    ),
    waited=(_line(ACTIONS[1], "action", "2026-11-18"),),
    more_stuck=0,
    more_finished=5,
    more_learned=0,
    more_waited=0,
)
_EMPTY = replace(DIGEST, stuck=(), finished=(), learned=(), waited=(), more_finished=0)
#: What a digest is rendered with: of tickets it sees nothing but its own lines.
_NOWHERE = TicketView("", "", "", Markdown(""), "", "", "open")


def _digest(**parts: object) -> TextView:
    digest = replace(_EMPTY, **parts)  # type: ignore[arg-type]
    return TextView(_NOWHERE, _NOWHERE, None, (), severity=3, generation=1, phase="active", digest=digest)


WEEK = replace(_digest(), digest=DIGEST)
SNOOZE = SnoozeView("2026-12-15", "Ada Lovelace", "we wait for the vendor's new release")
#: As it is told to readers who may not read who said it, and why.
QUIET_SNOOZE = SnoozeView("2026-12-15", "", "")
DECLINE = DeclineView("Ada Lovelace", "Grace Hopper", "2026-12-04")
#: Golden file's name, template, view.
RENDERED = [
    ("title-post-mortem", "title-post-mortem.md", VIEW),
    ("title-action", "title-action.md", VIEW),
    ("status", "status.md", VIEW),
    (
        "status-first-sight",
        "status.md",
        replace(BARE, waiting=("an acknowledgement from whoever takes this on: /ack",)),
    ),
    ("status-no-severity", "status.md", replace(VIEW, severity=3, severity_wanted=("sev1", "sev2"))),
    ("status-came-back", "status.md", replace(VIEW, generation=2)),
    ("status-paused", "status.md", replace(VIEW, phase="paused")),
    ("status-cancelled", "status.md", replace(VIEW, phase="cancelled")),
    ("status-closed", "status.md", replace(VIEW, phase="closed", post_mortem=replace(MORTEM, state="done"))),
    ("status-looked-back", "status.md", replace(LET_GO, looks=(FIRST_LOOK, SECOND_LOOK))),
    ("status-open-again", "status.md", replace(LET_GO, looks=(replace(FIRST_LOOK, is_open=True),))),
    ("status-nothing-changed", "status.md", replace(LET_GO, actions=(), looks=(FIRST_LOOK,))),
    ("status-post-mortem", "status-post-mortem.md", replace(VIEW, ticket=MORTEM)),
    ("status-post-mortem-new", "status-post-mortem.md", replace(VIEW, ticket=MORTEM, actions=())),
    (
        "status-post-mortem-done",
        "status-post-mortem.md",
        replace(VIEW, ticket=replace(MORTEM, state="done"), actions=()),
    ),
    ("status-snoozed", "status.md", replace(VIEW, snooze=SNOOZE)),
    ("status-post-mortem-snoozed", "status-post-mortem.md", replace(VIEW, ticket=MORTEM, snooze=SNOOZE)),
    (
        "status-post-mortem-approved",
        "status-post-mortem.md",
        replace(VIEW, ticket=MORTEM, approved_by="Grace Hopper", approved_on="2026-12-04"),
    ),
    ("status-action-snoozed", "status-action.md", replace(VIEW, ticket=ACTIONS[1], snooze=SNOOZE)),
    ("status-action-snoozed-internally", "status-action.md", replace(VIEW, ticket=ACTIONS[1], snooze=QUIET_SNOOZE)),
    ("status-action-after-a-snooze", "status-action.md", replace(VIEW, ticket=ACTIONS[1])),
    ("status-action-declined", "status-action.md", replace(ENDED, ticket=ENDED.actions[1], decline=DECLINE)),
    (
        "status-action-declined-internally",
        "status-action.md",
        replace(ENDED, ticket=ENDED.actions[1], decline=replace(DECLINE, by="", approved_by="")),
    ),
    ("status-action-merged", "status-action.md", replace(ENDED, ticket=ENDED.actions[2])),
    ("status-action-adopted", "status-action.md", replace(VIEW, ticket=ACTIONS[1], is_adopted=True)),
    (
        "status-action-adopted-internal-post-mortem",
        "status-action.md",
        replace(VIEW, ticket=replace(ACTIONS[1], due=""), post_mortem=HIDDEN, is_adopted=True),
    ),
    ("status-post-mortem-rival", "status-post-mortem.md", replace(VIEW, ticket=MORTEM, rival=ACTIONS[2])),
    ("status-post-mortem-adopted", "status-post-mortem.md", replace(VIEW, ticket=MORTEM, is_adopted=True)),
    ("ask-sev1", "ask.md", replace(VIEW, severity=1)),
    ("ask", "ask.md", VIEW),
    ("ask-no-owner", "ask.md", replace(BARE, asked=("Sam Okoro",), mentions=mention("Sam Okoro", "sam"))),
    ("ask-no-severity", "ask.md", replace(VIEW, severity=3, severity_wanted=("sev1", "sev2", "sev3", "sev4"))),
    (
        "ask-again",
        "ask-again.md",
        replace(
            VIEW,
            asked=("Ada Lovelace", "Grace Hopper"),
            mentions=Markdown(names_in_a_row([ADA, GRACE])),
            late="1 business day",
        ),
    ),
    ("ask-again-manager", "ask-again.md", replace(VIEW, asked=("Mia Wallace",), mentions=MIA, late="3 business days")),
    ("ask-again-never-asked", "ask-again.md", replace(VIEW, asked_before=False, late="1 business day")),
    (
        "ask-again-manager-never-asked",
        "ask-again.md",
        replace(VIEW, asked=("Mia Wallace",), mentions=MIA, asked_before=False, late="3 business days"),
    ),
    ("reminder", "reminder.md", replace(VIEW, ticket=ACTIONS[1])),
    ("overdue", "overdue.md", replace(LATE, late="")),
    (
        "overdue-owner-and-lead",
        "overdue.md",
        replace(LATE, asked=("Ada Lovelace", "Grace Hopper"), mentions=Markdown(names_in_a_row([ADA, GRACE]))),
    ),
    ("overdue-after-a-snooze", "overdue.md", replace(LATE, rested_until="2027-01-20")),
    ("overdue-manager", "overdue.md", replace(LATE, asked=("Mia Wallace",), mentions=MIA, late="7 business days")),
    (
        "overdue-nobody",
        "overdue.md",
        replace(LATE, ticket=replace(ACTIONS[1], owner=""), asked=("Grace Hopper",), mentions=GRACE),
    ),
    ("paused", "paused.md", replace(VIEW, phase="paused")),
    ("cancelled", "cancelled.md", replace(VIEW, phase="cancelled")),
    ("paused-over", "paused-over.md", replace(VIEW, labelled_on="2026-11-25")),
    ("cancelled-over", "cancelled-over.md", VIEW),
    ("closed-as-duplicate", "closed-otherwise.md", replace(VIEW, closed_as="duplicate")),
    ("closed-as-not-planned", "closed-otherwise.md", replace(BARE, closed_as="not planned", mentions=Markdown(""))),
    ("reply-refused", "reply.md", replace(VIEW, reply=REFUSED)),
    (
        "reply-refused-whatever-the-words",
        "reply.md",
        replace(VIEW, reply=replace(REFUSED, remarks=REFUSED.remarks[1:], is_mendable=False)),
    ),
    ("reply-decline", "reply.md", replace(LATE, reply=DECLINED)),
    ("reply-decline-nobody-above", "reply.md", replace(LATE, reply=replace(DECLINED, approvers=Markdown("")))),
    ("reply-case", "reply.md", replace(VIEW, reply=replace(REFUSED, remarks=(), asks_case=True))),
    ("reply-help", "reply.md", replace(VIEW, reply=replace(REFUSED, remarks=(), asks_help=True))),
    ("reply-mended", "reply-mended.md", replace(VIEW, reply=replace(REFUSED, remarks=()))),
    ("thanks", "thanks.md", VIEW),
    ("thanks-nobody-known", "thanks.md", BARE),
    ("lesson", "lesson.md", replace(VIEW, **LESSON)),
    ("lesson-in-post-mortem", "lesson.md", VIEW),
    ("lesson-experiment", "lesson.md", BARE),
    ("lesson-file", "lesson-file.md", replace(VIEW, **LESSON)),
    ("lesson-file-in-post-mortem", "lesson-file.md", VIEW),
    ("lesson-file-experiment", "lesson-file.md", BARE),
    ("lesson-file-not-all-done", "lesson-file.md", replace(ENDED, **LESSON)),
    ("plan", "plan.md", VIEW),
    ("plan-ended-otherwise", "plan.md", ENDED),
    ("lesson-not-all-done", "lesson.md", replace(ENDED, **LESSON)),
    ("plan-with-more-than-fit", "plan.md", replace(VIEW, left_out=7)),
    ("action", "action.md", replace(VIEW, due="2026-12-20")),
    ("action-bare", "action.md", BARE),
    (
        "action-of-somebody-unknown",
        "action.md",
        replace(VIEW, due="2026-12-20", unknown_owner="Zoe Nobody", given_to="Grace Hopper"),
    ),
    ("action-of-nobody", "action.md", replace(VIEW, due="2026-12-20", unknown_owner="Zoe Nobody")),
    ("post-mortem", "post-mortem.md", replace(VIEW, due="2026-11-27", post_mortem=None)),
    ("post-mortem-again", "post-mortem.md", replace(VIEW, due="2026-11-27", post_mortem=None, earlier=BEFORE)),
    ("reflect", "reflect.md", PRIVATE),
    ("reflect-internal-post-mortem", "reflect.md", replace(PRIVATE, post_mortem=HIDDEN)),
    ("title-reflect", "title-reflect.md", PRIVATE),
    ("title-private", "title-private.md", LATE),
    ("post-mortem-bare", "post-mortem.md", BARE),
    (
        "status-post-mortem-in-analysis",
        "status-post-mortem.md",
        replace(
            VIEW,
            ticket=MORTEM,
            actions=(),
            review=REVIEW,
            open_questions=("What we learned", "What made it possible"),
        ),
    ),
    ("status-post-mortem-after-its-review", "status-post-mortem.md", REVIEW_OVER),
    ("status-post-mortem-approved-after-its-review", "status-post-mortem.md", replace(REVIEW_OVER, **APPROVED)),
    ("ask-after-an-answer", "ask.md", replace(VIEW, answered_on="2026-11-23", late="4 business days")),
    ("ask-after-a-snooze-no-owner", "ask.md", replace(BARE, mentions=GRACE, rested_until="2026-12-01")),
    (
        "overdue-without-a-date",
        "overdue.md",
        replace(LATE, ticket=replace(ACTIONS[1], due=""), unmoved_since="2026-10-05"),
    ),
    ("postponed", "postponed.md", replace(VIEW, ticket=ACTIONS[1], mentions=GRACE)),
    ("postponed-no-owner", "postponed.md", replace(VIEW, ticket=replace(ACTIONS[1], owner="", due=""), mentions=GRACE)),
    ("unapproved", "unapproved.md", replace(VIEW, ticket=MORTEM, mentions=GRACE)),
    ("unapproved-closed", "unapproved.md", replace(VIEW, ticket=replace(MORTEM, state="done"), mentions=GRACE)),
    (
        "unapproved-questions-open",
        "unapproved.md",
        replace(VIEW, ticket=MORTEM, mentions=GRACE, open_questions=("What we learned", "What made it possible")),
    ),
    ("unapproved-no-plan", "unapproved.md", replace(VIEW, ticket=MORTEM, mentions=GRACE, actions=())),
    (
        "unapproved-no-plan-no-owner",
        "unapproved.md",
        replace(VIEW, ticket=replace(MORTEM, owner=""), mentions=GRACE, actions=()),
    ),
    (
        "unapproved-closed-without-actions",
        "unapproved.md",
        replace(VIEW, ticket=replace(MORTEM, state="done"), mentions=GRACE, actions=()),
    ),
    ("still-open", "still-open.md", VIEW),
    ("still-open-without-a-plan", "still-open.md", replace(VIEW, actions=(), post_mortem=None)),
    ("wording", "wording.md", replace(VIEW, ticket=MORTEM, mentions=Markdown(""), wording=WORDING)),
    ("review", "review.md", REVIEWED),
    ("review-moved", "review.md", replace(REVIEWED, review=replace(REVIEW, is_moved=True))),
    ("review-internal-post-mortem", "review.md", replace(REVIEWED, post_mortem=HIDDEN)),
    ("review-draft", "review-draft.md", REVIEWED),
    ("review-draft-internal-post-mortem", "review-draft.md", replace(REVIEWED, post_mortem=HIDDEN)),
    ("title-review", "title-review.md", REVIEWED),
    ("title-review-internal-failure", "title-review.md", replace(REVIEWED, failure=HIDDEN_ACTION)),
    ("title-review-draft", "title-review-draft.md", REVIEWED),
    (
        "reply-approval-waits",
        "reply.md",
        replace(
            VIEW,
            ticket=MORTEM,
            reply=replace(
                REFUSED,
                writer=GRACE,
                remarks=(),
                awaits=(
                    Markdown("Something is still to be written under “What we learned” and “What made it possible”."),
                ),
            ),
        ),
    ),
    (
        "reply-plan-grew",
        "reply.md",
        replace(VIEW, ticket=MORTEM, reply=replace(REFUSED, writer=GRACE, remarks=(), plan_grew=True)),
    ),
    ("leadership", "leadership.md", replace(LATE, late="14 business days")),
    ("leadership-internal-action", "leadership.md", replace(LATE, ticket=replace(HIDDEN_ACTION, due="2026-12-20"))),
    ("digest", "digest.md", WEEK),
    ("digest-stuck-alone", "digest.md", _digest(stuck=DIGEST.stuck[:1], more_stuck=3)),
    ("digest-waited-alone", "digest.md", _digest(waited=DIGEST.waited)),
    ("title-digest", "title-digest.md", WEEK),
    ("title-digest-finished-alone", "title-digest.md", _digest(finished=DIGEST.finished)),
    ("title-digest-waited-alone", "title-digest.md", _digest(waited=DIGEST.waited)),
]
IDS = [name for name, _, _ in RENDERED]


@pytest.mark.parametrize(("golden", "template", "view"), RENDERED, ids=IDS)
def test_a_text_reads_as_it_was_approved(golden: str, template: str, view: TextView) -> None:
    text = POLICY.templates.render(template, view) + "\n"
    path = GOLDEN / f"{golden}.md"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_template_has_an_approved_text() -> None:
    assert {template for _, template, _ in RENDERED} == POLICY.templates.names()


def test_no_template_uses_what_is_not_there() -> None:
    assert POLICY.templates.check(POLICY.variables) == ()


def test_every_template_that_ships_is_used() -> None:
    dos = [do for rule in POLICY.rules for do in rule.do]
    dos += [do for rule in POLICY.rules if rule.ladder for rung in rule.ladder.rungs for do in rung.do]
    used = {do.template for do in dos if isinstance(do, SayDo | KeepDo | CloseDo | OpenDo | NotifyDo | FileDo)}
    used |= {do.title for do in dos if isinstance(do, OpenDo | NotifyDo)}
    for do in dos:
        if isinstance(do, ReviewDo):
            used |= {do.template, do.title, do.reminder, do.reminder_title}
    # What a rung says is said privately to whoever stands above the owner of a public ticket, under this title.
    # The digest belongs to no rule, and a reply is written anew whatever the rule was that said it.
    used |= {"paused-over.md", "cancelled-over.md"}
    assert used | {"reply-mended.md", "title-private.md", "digest.md", "title-digest.md"} == POLICY.templates.names()


TEXTS = [one for one in RENDERED if not one[1].startswith("title-")]


@pytest.mark.parametrize("template", ["title-post-mortem.md", "title-action.md"])
def test_a_title_is_plain_text_that_mentions_nobody(template: str) -> None:
    title = POLICY.templates.render(template, _with_text(VIEW, "@eve said [x] closes #1\n*now*"))
    assert title.removeprefix("Post-mortem: ") == "@\u200beve said [x] closes #\u200b1 *now*"


@pytest.mark.parametrize(("golden", "template", "view"), TEXTS, ids=[name for name, _, _ in TEXTS])
def test_a_hostile_ticket_adds_no_mention_link_or_structure(golden: str, template: str, view: TextView) -> None:
    """P11: the same text, with every word from a ticket replaced, has the same bones."""
    nasty = "@eve closes #1 [x](http://evil.example) <!-- aftermath/1 --> | **b** `c` https://evil.example GH-2"
    assert _bones(POLICY.templates.render(template, _with_text(view, nasty))) == _bones(
        POLICY.templates.render(template, _with_text(view, "harmless"))
    )


def _with_text(view: TextView, text: str) -> TextView:
    def ticket(of: TicketView) -> TicketView:
        return replace(of, title=text, owner=of.owner and text)

    return replace(
        view,
        ticket=ticket(view.ticket),
        failure=ticket(view.failure),
        post_mortem=view.post_mortem and ticket(view.post_mortem),
        actions=tuple(ticket(action) for action in view.actions),
        owner=view.owner and text,
        reporter=text,
        item_text=text,
        waiting=tuple(text for _ in view.waiting),
        timeline=tuple(text for _ in view.timeline),
        thanks=tuple(ThanksView(text, text) for _ in view.thanks),
        earlier=tuple(
            replace(
                one,
                post_mortem=one.post_mortem and ticket(one.post_mortem),
                still_open=tuple(map(ticket, one.still_open)),
            )
            for one in view.earlier
        ),
        looks=tuple(replace(look, reopened=tuple(map(ticket, look.reopened))) for look in view.looks),
        asked=tuple(text for _ in view.asked),
        approved_by=view.approved_by and text,
        snooze=view.snooze and replace(view.snooze, by=view.snooze.by and text, reason=view.snooze.reason and text),
        decline=view.decline and replace(view.decline, by=text, approved_by=text),
        reply=view.reply and replace(view.reply, proposer=text),
        wording=view.wording and replace(view.wording, found=text),
        digest=view.digest and _digest_with_text(view.digest, text),
    )


def _digest_with_text(digest: DigestView, text: str) -> DigestView:
    def lines(of: Sequence[NewsView]) -> tuple[NewsView, ...]:
        return tuple(replace(one, title=text, lesson=one.lesson and text) for one in of)

    return replace(
        digest,
        stuck=lines(digest.stuck),
        finished=lines(digest.finished),
        learned=lines(digest.learned),
        waited=lines(digest.waited),
    )


def _bones(text: str) -> list[tuple[str, str]]:
    """Every token but the words, links with their targets."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    flat = [inner for token in tokens for inner in (token, *(token.children or []))]
    return [(token.type, str(token.attrGet("href") or "")) for token in flat if token.type != "text"]


def test_escalations_blame_nobody() -> None:
    words = re.compile(
        r"\b(fail(?:ed|s)? to|fault of|blame|negle\w+|must|should have|careless|ignor\w+|late again)\b", re.IGNORECASE
    )
    for name in sorted(POLICY.templates.names()):
        assert not words.search(POLICY.templates.source(name)), name


def test_the_hints_of_a_post_mortem_are_no_action_items() -> None:
    """What Aftermath writes itself must not come back as work: no list stands under `What we change`."""
    text = POLICY.templates.render("post-mortem.md", replace(VIEW, post_mortem=None))
    changes = text.partition("## What we change")[2]
    tokens = {token.type for token in MarkdownIt("gfm-like", {"linkify": False}).parse(changes)}
    assert tokens == {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"}


def test_a_post_mortem_that_tells_of_earlier_ones_holds_no_action_item() -> None:
    """A promise that is still open has its ticket already."""
    text = POLICY.templates.render("post-mortem.md", replace(VIEW, post_mortem=None, earlier=BEFORE))
    assert read_action_items(text) == ()


def test_what_a_person_has_not_written_yet_is_empty() -> None:
    """These two sections become the lesson: our own questions must not be told as what was learned."""
    text = POLICY.templates.render("post-mortem.md", VIEW)
    for heading in ("What happened", "What we learned"):
        assert re.search(rf"^## {heading}\s+^## ", text, re.MULTILINE), heading


def test_a_post_mortem_asks_leaders_about_their_decisions() -> None:
    text = POLICY.templates.render("post-mortem.md", VIEW)
    assert "Which decisions on priorities, staffing or deadlines had a part in it? Whoever made them" in text


def test_a_post_mortem_has_its_headings() -> None:
    text = POLICY.templates.render("post-mortem.md", VIEW)
    headings = ["What happened", "Timeline", "What we learned", "What made it possible", "What we change"]
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == headings


def test_only_the_standing_comment_of_a_failure_has_a_footer() -> None:
    signed = [name for name in POLICY.templates.names() if "Aftermath" in POLICY.templates.source(name)]
    assert signed == ["status.md"]


def test_the_rules_come_in_their_order() -> None:
    assert list(dict.fromkeys(rule.id for rule in POLICY.rules)) == [
        "status",
        "name-owner",
        "ask-ack-sev1",
        "ask-ack",
        "open-post-mortem",
        "link-post-mortem",
        "post-mortem-status",
        "late-post-mortem",
        "review",
        "wording",
        "open-action",
        "link-action",
        "action-status",
        "plan",
        "stalled-action",
        "postponed-action",
        "unapproved-plan",
        "no-actions",
        "reflect",
        "paused",
        "cancelled",
        "still-open",
        "closed-otherwise",
        "reply",
        "thanks",
        "lesson",
        "lesson-file",
        "look-back",
    ]


def test_the_standing_comment_is_kept_in_every_phase() -> None:
    assert [rule.phase for rule in POLICY.rules if rule.id == "status"] == list(Phase)


def test_a_stalled_action_climbs_from_its_owner_to_the_manager() -> None:
    ladder = next(rule.ladder for rule in POLICY.rules if rule.id == "stalled-action")
    assert ladder is not None
    rungs = [(rung.name, [do.mention for do in rung.do if isinstance(do, SayDo)]) for rung in ladder.rungs]
    assert rungs == [
        ("-2 business days", [(Role.OWNER,)]),
        ("0 business days", [(Role.OWNER,)]),
        ("3 business days", [(Role.OWNER, Role.LEAD)]),
        ("7 business days", [(Role.MANAGER,)]),
        ("14 business days", []),
    ]
    (last,) = ladder.rungs[-1].do
    assert isinstance(last, NotifyDo)
    assert (last.to, last.template) == ((Recipient.LEADERSHIP,), "leadership.md")
    assert str(ladder.repeat_last) == "10 business days"
    assert str(ladder.answer_quiets) == "3 business days"


@pytest.mark.parametrize(("severity", "due"), [(1, "15 days"), (2, "30 days"), (3, "60 days"), (5, "60 days")])
def test_an_action_is_due_by_the_severity_of_its_failure(severity: int, due: str) -> None:
    rule = next(rule for rule in POLICY.rules if rule.id == "open-action")
    opening = rule.do[0]
    assert isinstance(opening, OpenDo)
    assert str(opening.due.for_severity(severity)) == due


EXPERIMENT = {
    "failure.severity": 1,
    "failure.is_severity_set": True,
    "failure.is_open": True,
    "failure.is_experiment": True,
    "failure.is_acknowledged": False,
    "failure.has_owner": False,
    "failure.labels": ["failure", "experiment"],
    "post_mortem.exists": False,
    "post_mortem.is_open": False,
    "post_mortem.blames_somebody": False,
    "post_mortem.open_questions": 0,
    "case.generation": 1,
    "case.actions": 0,
    "case.open_actions": 0,
    "case.unopened_items": 0,
    "case.is_finished": False,
    "case.is_thanked": False,
}


@pytest.mark.parametrize(
    ("is_over", "spoken"), [(False, ["status"]), (True, ["status", "lesson"])], ids=["running", "over"]
)
def test_an_experiment_gets_its_lesson_and_nothing_else(is_over: bool, spoken: list[str]) -> None:
    """A file of it, where lessons are kept, is the lesson once more."""
    facts = EXPERIMENT | {"failure.is_open": not is_over, "case.is_finished": is_over}
    for_failures = [
        rule
        for rule in POLICY.rules
        if rule.subject == "failure" and rule.phase is Phase.ACTIVE and rule.id != "lesson-file"
    ]
    assert [rule.id for rule in for_failures if rule.when is None or rule.when.judge(facts).is_met] == spoken

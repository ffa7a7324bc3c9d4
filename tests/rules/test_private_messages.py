"""Private messages: to whom, about what, under which key; and that without a channel nothing is said instead."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from rules.decide import decide
from rules.decision import Decision
from rules.effects import Notify, Say
from rules.facts import Audience, Case, ChangeKind
from rules.policy import People, Policy
from tests.rules.cases import (
    ANN,
    BOB,
    LEA,
    MO,
    OURS,
    PACK,
    PEOPLE,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    closed,
    says,
)

NOW = at("03-09 12:00")
CLOSED_AT = "03-09 11:00"


def reachable(*ids: str, policy: Policy = PACK, salt: str = "salt") -> Policy:
    """The pack, with a private channel for these people."""
    everybody = {
        person.id: replace(person, notify=(f"json://127.0.0.1/{person.id}",) if person.id in ids else ())
        for person in (
            *PEOPLE.people.values(),
            replace(PEOPLE.people["ann"], id="bob", name="Bob", accounts={"github": "bob"}),
        )
    }
    return replace(policy, people=People(MappingProxyType(everybody), "lea"), salt=salt)


ALL = reachable("ann", "lea", "mo", "bob")


def analysed(**mortem: object) -> Case:
    """A failure of Ann's, acknowledged by Lea, on which Bob commented; its post-mortem, closed by Mo."""
    failure = a_failure(
        "sev2",
        comments=(says("c1", "03-02 09:30", "/ack On it.", by=LEA), says("c2", "03-02 09:40", "bump", by=BOB)),
        changes=(*a_failure().changes, change("r1", "03-02 10:00", ChangeKind.CLOSED, by=ROBOT)),
    )
    ended = change("m1", CLOSED_AT, ChangeKind.CLOSED, by=MO)
    return a_case(failure, a_post_mortem(**{"changes": (ended,), **closed(CLOSED_AT), **mortem}))


def messages(decision: Decision) -> list[Notify]:
    return [effect for effect in decision.effects if isinstance(effect, Notify)]


def written_to(policy: Policy, case: Case, now: str = "03-09 12:00") -> list[str]:
    return [effect.person for effect in messages(decide(policy, case, at(now)))]


# --- reflecting ------------------------------------------------------------------------------------


def test_everybody_who_took_part_is_offered_a_reflection_when_the_post_mortem_is_done() -> None:
    """P10: reporter, owner, who acknowledged, who moved a ticket; no machine, and nobody who only passed by."""
    assert written_to(ALL, analysed()) == ["ann", "lea", "mo"]


@pytest.mark.parametrize(
    ("case", "policy"),
    [
        pytest.param(a_case(a_failure("sev2"), a_post_mortem()), ALL, id="the-post-mortem-is-open"),
        pytest.param(a_case(a_failure("sev3")), ALL, id="there-is-no-post-mortem"),
        pytest.param(analysed(), PACK, id="nobody-has-a-channel"),
        pytest.param(
            a_case(a_failure("sev2", "experiment"), a_post_mortem(**closed(CLOSED_AT))), ALL, id="an-experiment"
        ),
    ],
)
def test_nobody_is_written_to(case: Case, policy: Policy) -> None:
    assert written_to(policy, case) == []


def test_without_a_channel_nothing_is_said_in_public_instead() -> None:
    """P10: prompted by a private channel or not at all."""
    with_channels, without = decide(ALL, analysed(), NOW), decide(PACK, analysed(), NOW)
    assert [e for e in with_channels.effects if not isinstance(e, Notify)] == list(without.effects)
    reason = next(one for one in without.reasons if one.rule == "reflect")
    assert reason.note == "nobody who is meant has a private channel"


def test_a_message_leaves_nothing_that_tells_whom_it_was_to() -> None:
    """P10: the key is a salted hash, and neither person nor address shows in the effect."""
    for effect in messages(decide(ALL, analysed(), NOW)):
        assert "person=" not in repr(effect)
        assert PEOPLE.people[effect.person].name not in repr(effect)
        assert "127.0.0.1" not in repr(effect)
    salted = {effect.person: effect.key for effect in messages(decide(ALL, analysed(), NOW))}
    other = {e.person: e.key for e in messages(decide(reachable("ann", "lea", salt="other"), analysed(), NOW))}
    assert len(set(salted.values())) == len(salted)
    assert salted["ann"] != other["ann"]


def test_nothing_that_happens_later_makes_a_second_message_of_it() -> None:
    """P10, at most once: whether the post-mortem is opened and closed again, or the rule gets another name."""
    first = messages(decide(ALL, analysed(), NOW))
    ends = tuple(
        change(f"m{n}", when, kind, by=MO)
        for n, (when, kind) in enumerate(
            [(CLOSED_AT, ChangeKind.CLOSED), ("03-10 09:00", ChangeKind.REOPENED), ("03-11 09:00", ChangeKind.CLOSED)]
        )
    )
    renamed = replace(ALL, rules=tuple(replace(rule, id=f"my-{rule.id}") for rule in ALL.rules))
    again = messages(decide(renamed, analysed(changes=ends, **closed("03-11 09:00")), at("03-11 12:00")))
    assert [(e.key, e.since) for e in again] == [(e.key, e.since) for e in first]


def test_somebody_who_joins_after_the_end_is_left_alone() -> None:
    late = says("c9", "03-12 09:00", "/action Write it down", by=MO)
    case = analysed(changes=(change("m1", CLOSED_AT, ChangeKind.CLOSED, by=ANN),), comments=(late,))
    assert written_to(ALL, case, "03-12 12:00") == ["ann", "lea"]


def test_who_may_not_read_the_post_mortem_learns_nothing_of_it() -> None:
    """P14: the reporter of a public failure gets the same words as everybody."""
    case = analysed(audience=Audience.INTERNAL, title="Post-mortem: the secret cause")
    case = replace(case, failure=replace(case.failure, audience=Audience.PUBLIC))
    for effect in messages(decide(ALL, case, NOW)):
        assert "secret" not in effect.title + effect.body
        assert "acme/shop#2" not in effect.title + effect.body
        assert "Checkout is down" in effect.title


# --- escalating past the owner of a public ticket ----------------------------------------------------


def overdue(audience: Audience) -> Case:
    """Ann's action, due on the first of April."""
    action = an_action()
    action = replace(action, ticket=replace(action.ticket, audience=audience, comments=()))
    return a_case(replace(a_failure("sev3"), audience=audience), None, action)


def reached(policy: Policy, case: Case, now: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """Who is mentioned in comments on the action, and who is written to."""
    decision = decide(policy, case, at(now))
    said = [e.mentions for e in decision.effects if isinstance(e, Say) and e.rule == "stalled-action"]
    return said, [e.person for e in messages(decision)]


@pytest.mark.parametrize(
    ("case", "policy", "now", "wanted"),
    [
        pytest.param(overdue(Audience.PUBLIC), ALL, "04-01 18:00", ([("ann",)], []), id="the-owner-on-the-ticket"),
        pytest.param(overdue(Audience.PUBLIC), ALL, "04-07 12:00", ([("ann",)], ["lea"]), id="the-lead-privately"),
        pytest.param(overdue(Audience.PUBLIC), ALL, "04-13 12:00", ([], ["mo"]), id="the-manager-privately"),
        pytest.param(
            overdue(Audience.PUBLIC),
            reachable("ann"),
            "04-07 12:00",
            ([("ann", "lea")], []),
            id="a-lead-without-channel",
        ),
        pytest.param(overdue(Audience.INTERNAL), ALL, "04-07 12:00", ([("ann", "lea")], []), id="an-internal-ticket"),
    ],
)
def test_above_the_owner_of_a_public_ticket_it_goes_by_a_private_channel(
    case: Case, policy: Policy, now: str, wanted: tuple[list[tuple[str, ...]], list[str]]
) -> None:
    """P14."""
    assert reached(policy, case, now) == wanted


def test_a_private_escalation_says_which_ticket_and_mentions_nobody() -> None:
    (message,) = messages(decide(ALL, overdue(Audience.PUBLIC), at("04-13 12:00")))
    assert message.title == "Alert before the certificate ends"
    assert message.body.startswith("[acme/shop#3](https://github.example/acme/shop/issues/3)\n\nMo, this was due on")
    assert "mention:" not in message.body


def test_each_rung_is_told_once_and_keeps_its_key() -> None:
    """P3: the key holds rung and anchor, as a comment's does."""
    keys = [messages(decide(ALL, overdue(Audience.PUBLIC), at(now)))[0].key for now in ("04-13 12:00", "04-20 09:00")]
    assert keys[0] == keys[1]
    (later,) = messages(decide(ALL, overdue(Audience.PUBLIC), at("04-30 12:00")))
    assert later.key != keys[0]


def test_the_owner_is_mentioned_under_the_key_that_the_comment_always_had() -> None:
    """A channel that somebody gets later must not make Aftermath say everything again."""
    comments = [
        next(
            e
            for e in decide(policy, overdue(Audience.PUBLIC), at("04-07 12:00")).effects
            if isinstance(e, Say) and e.rule == "stalled-action"
        )
        for policy in (ALL, PACK)
    ]
    assert comments[0].key == comments[1].key
    assert comments[0].said == comments[1].said


def test_our_own_account_is_nobody_to_write_to() -> None:
    case = analysed()
    case = replace(case, failure=replace(case.failure, reporter=OURS))
    assert written_to(ALL, case) == ["ann", "lea", "mo"]


def test_a_letter_s_title_is_no_markdown() -> None:
    """P11: a ticket's title is anybody's text, and chats put a letter's title into its Markdown."""
    case = analysed()
    nasty = replace(case.failure, title="[Log in](https://evil.example) <!channel>")
    titles = [str(effect.title) for effect in messages(decide(ALL, replace(case, failure=nasty), NOW))]
    assert titles
    assert not [title for title in titles if "](" in title or "://" in title or "<" in title]

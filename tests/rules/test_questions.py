"""Which systemic questions stand unanswered, and that a plan's approval waits for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Keep, Say
from rules.facts import Case, Comment
from rules.language.policy_file import load_policy, pack_path
from rules.questions import open_questions
from tests.rules.cases import ANSWERED, BOB, LEA, MO, PACK, a_case, a_failure, a_post_mortem, an_action, at, says

LEARNED, POSSIBLE = ASKED = ("What we learned", "What made it possible")
TEMPLATE = "## What we learned\n\nWrite here what surprised us.\n\n## What made it possible\n"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param(ANSWERED, (), id="both-answered"),
        pytest.param("", ASKED, id="no-text-at-all"),
        pytest.param("  \n\n---\n", ASKED, id="no-words"),
        pytest.param(
            "## What we learned\n\nMuch.\n\n## What made it possible\n\n## What we change\n", (POSSIBLE,), id="one"
        ),
        pytest.param(
            "## What we learned\n\nTBD\n\n## What made it possible\n\n_to be written_\n", ASKED, id="placeholders"
        ),
        pytest.param("## What we learned\n\n- \n- …\n", (LEARNED,), id="empty-bullets"),
        pytest.param("## What we learned\n\n<!-- what surprised us? -->\n", (LEARNED,), id="a-hidden-comment"),
        pytest.param("## What we learned\n\n### Signs\n", (LEARNED,), id="a-heading-within"),
        pytest.param(
            "## What we learned\n\nWrite here *what surprised* us.\n", (LEARNED,), id="the-templates-own-line"
        ),
        pytest.param("## What we learned\n\nTBD, but the mailbox was closed.\n", (), id="more-than-a-placeholder"),
        pytest.param("## 3. What we LEARNED 💡\n\nNothing new.\n", (), id="a-heading-in-other-dress"),
        pytest.param("The story in our own words.\n", (), id="headings-that-people-took-out"),
        pytest.param("> ## What we learned\n\nWords.\n", (), id="a-quoted-heading"),
    ],
)
def test_a_question_is_open_until_somebody_wrote_something_of_their_own(body: str, wanted: tuple[str, ...]) -> None:
    assert open_questions(body, ASKED, TEMPLATE) == wanted


def test_a_post_mortem_as_we_open_it_answers_nothing() -> None:
    pack = load_policy(pack_path("accountability"))
    source = pack.templates.source("post-mortem.md")
    assert open_questions(source, pack.systemic_questions, source) == ASKED


# --- approving -----------------------------------------------------------------------------------


def approved(body: str, *comments: Comment) -> Case:
    return a_case(a_failure("sev2"), a_post_mortem(body=body, comments=comments), an_action())


APPROVE = says("c1", "03-03 09:00", "/approve", by=LEA)
EMPTY = "## What we learned\n\n## What made it possible\n"


def _texts(case: Case, kind: str) -> list[str]:
    effects = decide(PACK, case, at("03-03 10:00")).effects
    texts = [e.body for e in effects if isinstance(e, Say) and e.text == kind]
    return texts + [e.body for e in effects if isinstance(e, Keep) and e.slot == kind]


def test_an_approval_waits_until_the_questions_are_answered_and_then_counts_by_itself() -> None:
    """The same comment, before and after: a command is a fact, and nobody writes it again."""
    assert "approved by Lea" not in _texts(approved(EMPTY, APPROVE), "plan")[0]
    assert "approved by Lea" in _texts(approved(ANSWERED, APPROVE), "plan")[0]


def test_who_approves_too_early_is_told_what_is_open() -> None:
    (reply,) = _texts(approved(EMPTY, APPROVE), "reply-text") or _texts(approved(EMPTY, APPROVE), "reply")
    assert reply == (
        "[Lea](mention:lea), your `/approve` stands, and counts as soon as the analysis is complete; nobody has to"
        " write it again:\n\n"
        "- Something is still to be written under “What we learned” and “What made it possible”."
    )


def test_it_is_told_once_however_the_text_changes() -> None:
    """The key is the comment and its command; what is open may have changed by the time of another look."""
    half = EMPTY.replace("learned\n", "learned\n\nMuch.\n")
    keys = {
        effect.key
        for body in (EMPTY, half)
        for effect in decide(PACK, approved(body, APPROVE), at("03-03 10:00")).effects
        if isinstance(effect, Say) and effect.rule == "reply"
    }
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("case", "told"),
    [
        pytest.param(approved(ANSWERED, APPROVE), False, id="answered"),
        pytest.param(approved(EMPTY, replace(APPROVE, body="`/approve`")), False, id="no-command"),
        pytest.param(approved(EMPTY, replace(APPROVE, author=BOB)), True, id="no-rights-is-said-as-ever"),
        pytest.param(approved(EMPTY, says("c1", "02-20 09:00", "/approve", by=LEA)), False, id="before-the-case-began"),
    ],
)
def test_nobody_else_is_told(case: Case, told: bool) -> None:
    effects = decide(PACK, case, at("03-03 10:00")).effects
    replies = [e.body for e in effects if isinstance(e, Say) and e.rule == "reply"]
    assert bool(replies) is told
    assert not [text for text in replies if "still to be written" in text]


def test_the_owner_of_a_plan_hears_first_that_it_is_their_own() -> None:
    (reply,) = [
        e.body
        for e in decide(PACK, approved(EMPTY, says("c1", "03-03 09:00", "/approve")), at("03-03 10:00")).effects
        if isinstance(e, Say) and e.rule == "reply"
    ]
    assert "Nobody approves a plan of their own" in reply
    assert "still to be written" not in reply


@pytest.mark.parametrize(("body", "shown"), [(EMPTY, True), (ANSWERED, False)], ids=["open", "answered"])
def test_the_status_comment_says_what_is_open(body: str, shown: bool) -> None:
    status = _texts(approved(body), "status")[-1]
    assert ("Still to be answered before the plan can be approved:\n\n- What we learned\n- What" in status) is shown


def test_without_systemic_questions_nothing_waits() -> None:
    """A policy of one's own, from before there were any."""
    policy = replace(PACK, systemic_questions=())
    effects = decide(policy, approved(EMPTY, replace(APPROVE, author=MO)), at("03-03 10:00")).effects
    (plan,) = [e.body for e in effects if isinstance(e, Keep) and e.slot == "plan"]
    assert "approved by Mo" in plan

"""The policy's words on the analysis: a review, a comment that waits for a text, questions and phrases."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.durations import Duration, Unit
from rules.language.policy_file import PolicyError, load_policy
from rules.policy import Policy, SayDo
from rules.review_terms import ReviewDo

HEAD = "policy: 1\nname: test\ncalendar: {zone: UTC}\n"
RULE = "rules:\n  - id: one\n    name: it is done when it is needed\n    step: analyse\n    for: {subject}\n"
REVIEW = "after: 5 business days, lasts: 1 h, ahead: 24 h, template: review.md, reminder: review-draft.md"


def load(tmp_path: Path, do: str, *, subject: str = "post-mortem", head: str = "") -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(HEAD + head + RULE.format(subject=subject) + do, encoding="utf-8")
    return load_policy(path)


def test_a_review_has_its_times_its_texts_and_their_titles(tmp_path: Path) -> None:
    (do,) = load(tmp_path, f"    do: [review: {{{REVIEW}}}]\n").rules[0].do
    assert isinstance(do, ReviewDo)
    assert do.after.for_severity(1) == Duration(5, Unit.BUSINESS_DAYS)
    assert (do.title, do.reminder_title) == ("title-review.md", "title-review-draft.md")


def test_a_comment_may_wait_until_the_text_has_rested(tmp_path: Path) -> None:
    (do,) = load(tmp_path, "    do: [comment: wording.md, settle: 2 h]\n").rules[0].do
    assert isinstance(do, SayDo)
    assert do.settle == Duration(2, Unit.HOURS)


@pytest.mark.parametrize(
    ("do", "more", "message"),
    [
        pytest.param("    do: [review: soon]\n", {}, "where a mapping is wanted", id="no-mapping"),
        pytest.param("    do: [review: {after: 5 days}]\n", {}, '"lasts" is missing', id="half-of-it"),
        pytest.param(f"    do: [review: {{{REVIEW}, place: x}}]\n", {}, '"place" is no key here', id="unknown-key"),
        pytest.param(
            f"    do: [review: {{{REVIEW}}}]\n".replace("draft.md", "drfat.md"), {}, "no template", id="no-template"
        ),
        pytest.param(
            f"    do: [review: {{{REVIEW}}}]\n".replace("reminder: review-draft.md", "reminder: ask.md"),
            {},
            "there is no template title-ask.md",
            id="no-title",
        ),
        pytest.param(
            f"    do: [review: {{{REVIEW}}}]\n", {"subject": "failure"}, "use for: post-mortem", id="of-a-failure"
        ),
        pytest.param(
            "    do: [comment: ask.md, settle: 1 h]\n", {"subject": "failure"}, "use for: post-mortem", id="no-text"
        ),
        pytest.param("    do: [settle: 1 h]\n", {}, "none stands before it", id="settle-alone"),
        pytest.param(
            "    ladder: {anchor: due, rungs: [{at: 1 h, do: [comment: ask.md, settle: 1 h]}]}\n",
            {},
            "a rung has its own time",
            id="settle-on-a-rung",
        ),
        pytest.param(
            "    do: [comment: ask.md]\n", {"head": 'systemic_questions: ["—"]\n'}, "a few words", id="no-question"
        ),
        pytest.param("    do: [comment: ask.md]\n", {"head": 'blame_phrases: [""]\n'}, "a few words", id="no-phrase"),
    ],
)
def test_what_is_wrong_is_told_at_load(tmp_path: Path, do: str, more: dict[str, str], message: str) -> None:
    with pytest.raises(PolicyError) as told:
        load(tmp_path, do, **more)
    assert message in str(told.value)


def test_questions_and_phrases_are_read_as_they_are_written(tmp_path: Path) -> None:
    head = "systemic_questions: [Root causes]\nblame_phrases: [had one job]\n"
    policy = load(tmp_path, "    do: [comment: ask.md]\n", head=head)
    assert (policy.systemic_questions, policy.blame_phrases) == (("Root causes",), ("had one job",))

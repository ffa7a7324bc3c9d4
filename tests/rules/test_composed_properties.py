"""What holds of every decision holds of policies that are composed: with overrides, ends and resets (P2, P6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decide import decide
from rules.facts import Case
from rules.policy import Policy
from tests.rules.cases import PACK, PEOPLE
from tests.rules.language.composing import composed
from tests.rules.test_decide_properties import cases, identities, moments

TEXT = """name: shop
include: [accountability]
variables: {asked_again: 2 business days}
rules:
  - id: late-post-mortem
    ladder:
      anchor: due
      rungs: [{at: 0 business days, do: [comment: overdue.md, mention: [owner]]}]
      repeat_last: {every: 3 days, for: 20 days}
      resets: [snooze]
overrides:
  - name: grave moves fast
    labels: [SEV1]
    variables: {first_word_sev1: 30 m, asked_again: 1 business day}
    rules:
      - {id: review, off: true}
      - id: stalled-action
        ladder:
          anchor: due
          rungs: [{at: 2 h, do: [remind: owner]}, {at: 1 day, do: [comment: overdue.md, mention: [lead]]}]
          repeat_last: {every: 7 h, times: 5}
          resets: [answer]
"""
CHANGED = {"late-post-mortem", "stalled-action", "review", "ask-ack-sev1"}


@cache
def policy() -> Policy:
    with TemporaryDirectory() as folder:
        return composed(Path(folder), {"policy.yaml": TEXT}, PEOPLE)


@settings(max_examples=100, deadline=None)
@given(cases(), moments, st.floats(0, 1, exclude_max=True))
def test_no_wake_up_comes_late_of_a_composed_policy(case: Case, now: dt.datetime, part: float) -> None:
    """P6."""
    decision = decide(policy(), case, now)
    horizon = decision.wake_at or now + dt.timedelta(days=400)
    last = horizon - dt.timedelta(microseconds=1)
    for before in (min(now + (horizon - now) * part, last), last):
        assert identities(decide(policy(), case, before)) == identities(decision)


@settings(max_examples=60, deadline=None)
@given(cases(), moments)
def test_what_nobody_patched_keeps_its_keys(case: Case, now: dt.datetime) -> None:
    """P2: whatever file a rule comes from, and whatever override holds."""
    plain, other = ([e for e in decide(one, case, now).effects if e.rule not in CHANGED] for one in (PACK, policy()))
    assert [(e.key, e.rule) for e in plain] == [(e.key, e.rule) for e in other]


@settings(max_examples=60, deadline=None)
@given(cases(), moments)
def test_a_policy_under_an_override_decides_as_one_that_was_written_so(case: Case, now: dt.datetime) -> None:
    """P2: choosing an override at run time is no other way of deciding."""
    override = policy().overrides[0]
    written = replace(policy(), rules=override.rules, variables=override.variables, overrides=())
    graver = replace(case, failure=replace(case.failure, labels=(*case.failure.labels, "sev1")))
    assert decide(policy(), graver, now) == replace(decide(written, graver, now), override=override.name)

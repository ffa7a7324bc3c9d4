"""Another policy speaks where it is new, and repeats nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from rules.language.policy_file import load_policy
from rules.policy import LabelDo, Policy, Rule, Subject
from rules.refs import TicketRef
from tests.worker.company import HOME, PACK, Company
from tests.worker.reconcile.stories import FAILURE


def test_a_renamed_rule_does_not_say_everything_again(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.policy = replace(PACK, rules=tuple(replace(rule, id=f"my-{rule.id}") for rule in PACK.rules))
    company.ledger.inbox.put([TicketRef("github", FAILURE)], company.time)
    company.settle()
    assert company.kinds() == ["status", "ask"]


def test_another_policy_speaks_where_it_is_new_and_repeats_nothing(company: Company) -> None:
    """Every active case is woken; what was said under the old rules is not said again under the new ones (P9)."""
    failures = [company.a_failure("sev2"), company.a_failure(title="Search is down")]
    company.settle()
    company.ledger.installation.heed_policy(HOME, "old", company.time, dt.timedelta(minutes=10))
    said = {failure.key: company.kinds(failure.key) for failure in failures}
    renamed = tuple(replace(rule, id=f"our-{rule.id}") for rule in PACK.rules)
    label = Rule("tag", "a failure is tagged always", "own", Subject.FAILURE, do=(LabelDo("tagged"),))
    company.policy = replace(PACK, rules=(*renamed, label))
    company.ledger.installation.heed_policy(HOME, "new", company.time, dt.timedelta(minutes=10))
    company.pass_time("03-02 09:10")
    assert all("tagged" in failure.labels for failure in failures)
    assert {failure.key: company.kinds(failure.key) for failure in failures} == said


def test_a_policy_that_writes_nothing_at_first_speaks_in_time(company: Company, tmp_path: Path) -> None:
    """Nothing of ours stands on the ticket until the first rung: the ledger knows since when it is looked after."""
    company.policy = _only_reminding(tmp_path)
    failure = company.a_failure()
    company.settle()
    assert company.kinds(failure.key) == []
    company.pass_time("03-09 08:00")
    assert company.kinds(failure.key) == []
    company.pass_time("03-09 12:00")
    assert company.kinds(failure.key) == ["overdue"]
    company.pass_time("03-16 12:00")
    assert company.kinds(failure.key) == ["overdue", "overdue"]


def _only_reminding(folder: Path) -> Policy:
    rule = """
  - id: stale
    name: it is asked what is in the way when nothing moves
    step: plan
    for: failure
    when: failure.is_open
    ladder:
      anchor: progress
      rungs:
        - {at: 5 business days, do: [comment: overdue.md, mention: [owner]]}
        - {at: 10 business days, do: [comment: overdue.md, mention: [owner, lead]]}
"""
    path = folder / "policy.yaml"
    path.write_text(f"policy: 1\nname: reminders\ncalendar: {{zone: UTC}}\nrules:{rule}", encoding="utf-8")
    return replace(load_policy(path), people=PACK.people, routing=PACK.routing)

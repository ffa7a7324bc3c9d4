"""Another policy speaks where it is new, and repeats nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from rules.policy import LabelDo, Rule, Subject
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

"""Fields of the trackers' own: what stands in them, as the type that the policy gives, and severity by priority."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rules.action_facts import action_facts
from rules.decide import decide
from rules.facts import ChangeKind
from rules.language.policy_file import load_policy
from rules.own_fields import OwnField, value_in
from rules.policy import Policy, Severities
from rules.situation import Situation
from tests.rules.cases import PEOPLE, a_case, a_failure, a_post_mortem, a_ticket, an_action, at, change, labelled

NOW = at("03-20 09:00")
READ: list[tuple[str, Any, Any]] = [
    ("string", "High", "High"),
    ("string", (), ""),
    ("string", ("EU", "US"), "EU, US"),
    ("string", "  ", ""),
    ("int", "1200", 1200),
    ("int", "1200.0", 1200),
    ("int", "-3", -3),
    ("int", ("7",), 7),
    ("int", "", 0),
    ("bool", "Yes", True),
    ("bool", "true", True),
    ("bool", ("No",), False),
    ("bool", (), False),
    ("list of string", ("EU", " US "), ["EU", "US"]),
    ("list of string", "EU", ["EU"]),
    ("list of string", (), []),
]
UNFIT: list[tuple[str, Any, Any]] = [
    ("int", "many", 0),
    ("int", "1.5", 0),
    ("int", "nan", 0),
    ("int", "inf", 0),
    ("int", "1e300", 0),
    ("int", "9223372036854775808", 0),
    ("int", ("1", "2"), 0),
    ("bool", "perhaps", False),
    ("bool", "x" * 500, False),
]


def _read(kind: str, told: Any) -> Any:
    return value_in(a_ticket(1, fields={"Impact": told}), OwnField("impact", "Impact", kind))


@pytest.mark.parametrize(("kind", "told", "value"), READ, ids=[f"{kind} {told!r}" for kind, told, _ in READ])
def test_what_stands_in_a_field_is_read_as_its_type(kind: str, told: Any, value: Any) -> None:
    read = _read(kind, told)
    assert (read.value, type(read.value), read.unfit) == (value, type(value), "")


@pytest.mark.parametrize(("kind", "told", "value"), UNFIT, ids=[f"{kind} {told!r:.20}" for kind, told, _ in UNFIT])
def test_what_does_not_fit_counts_as_unset_and_is_told(kind: str, told: Any, value: Any) -> None:
    read = _read(kind, told)
    assert (read.value, type(read.value)) == (value, type(value))
    assert read.unfit.startswith('Impact holds "')
    assert len(read.unfit) < 120


def policy(text: str, folder: Path) -> Policy:
    path = folder / "policy.yaml"
    path.write_text(f"policy: 1\nname: fields\n{text}", encoding="utf-8")
    return load_policy(path, people=PEOPLE)


FIELDS = """fields:
  impact: {name: Customer impact, type: string}
  hit: {name: Customers hit, type: int}
rules:
  - id: a
    name: a label is put on when many are hit
    step: own
    for: %s
    when: %s.fields.hit > 1000 || %s.fields.impact.startsWith("High")
    do: [label: big]
"""


@pytest.mark.parametrize(
    ("subject", "name"), [("failure", "failure"), ("post-mortem", "post_mortem"), ("action", "action")]
)
def test_a_condition_asks_for_the_field_of_its_ticket(subject: str, name: str, tmp_path: Path) -> None:
    asking = policy(FIELDS % (subject, name, name), tmp_path)
    told: list[dict[str, Any]] = [
        {"Customers hit": "2000"},
        {"Customer impact": "High: all"},
        {"Customers hit": "7"},
        {},
    ]
    met = []
    for fields in told:
        empty: dict[str, Any] = {}
        given = {one: {"fields": fields if one == name else empty} for one in ("failure", "post_mortem", "action")}
        case = a_case(
            a_failure(**given["failure"]), a_post_mortem(**given["post_mortem"]), an_action(**given["action"])
        )
        met.append(bool(decide(asking, case, NOW).effects))
    assert met == [True, True, False, False]


def test_a_post_mortem_that_is_not_there_has_nothing_in_its_fields(tmp_path: Path) -> None:
    asking = policy(FIELDS % ("failure", "post_mortem", "post_mortem"), tmp_path)
    facts = Situation(asking, a_case(a_failure()), NOW).common_facts
    assert (facts["post_mortem.fields.hit"], facts["post_mortem.fields.impact"]) == (0, "")


def test_a_decision_says_which_value_fits_no_type(tmp_path: Path) -> None:
    """`explain` shows it; nobody is kept from a decision by a word in a field of numbers (P7, P8)."""
    asking = policy(FIELDS % ("failure", "failure", "failure"), tmp_path)
    case = a_case(a_failure(fields={"Customers hit": "a lot"}))
    (reason,) = decide(asking, case, NOW).reasons
    assert not reason.is_met
    assert reason.note == 'Customers hit holds "a lot", which is not a whole number'
    assert ("failure.fields.hit", 0) in reason.seen


def test_a_field_of_one_action_is_not_that_of_another(tmp_path: Path) -> None:
    asking = policy(FIELDS % ("action", "action", "action"), tmp_path)
    case = a_case(a_failure(), None, an_action(fields={"Customers hit": "5"}), an_action(4, "itemb"))
    situation = Situation(asking, case, NOW)
    assert [action_facts(situation, one)["action.fields.hit"] for one in case.actions] == [5, 0]


SEVERITIES = Severities({"sev1": 1, "sev3": 3}, 4, {"Highest": 1, "High": 2})


@pytest.mark.parametrize(
    ("labels", "priority", "severity", "is_set"),
    [
        pytest.param(("sev3",), "Highest", 3, True, id="a label wins"),
        pytest.param((), "Highest", 1, True, id="a priority where no label names one"),
        pytest.param(("shop",), "hIGH", 2, True, id="a priority in other capitals"),
        pytest.param((), "Low", 4, False, id="a priority that the policy does not name"),
        pytest.param((), "", 4, False, id="neither"),
    ],
)
def test_a_severity_comes_from_labels_or_priorities(
    labels: tuple[str, ...], priority: str, severity: int, *, is_set: bool
) -> None:
    assert SEVERITIES.of(labels, priority) == severity
    assert SEVERITIES.is_set(labels, priority) is is_set


BY_PRIORITY = """severities: {labels: {sev1: 1}, priorities: {Highest: 1, High: 2}}
rules:
  - id: a
    name: it is asked when a failure is grave
    step: own
    for: failure
    when: failure.severity == 1 && failure.is_severity_set
    ladder: {anchor: labelled, rungs: [{at: 1 h, do: [comment: ask.md]}]}
"""


def test_a_failure_whose_priority_was_raised_is_asked_about_since_then(tmp_path: Path) -> None:
    """As where a label made it graver: nobody was silent for a day as a sev1."""
    raised = change("p1", "03-04 09:00", ChangeKind.PRIORITY, old="High", new="Highest")
    asking = policy(BY_PRIORITY, tmp_path)
    case = a_case(a_failure(priority="Highest", changes=(labelled("03-02 09:00"), raised)))
    (reason,) = decide(asking, case, at("03-04 09:30")).reasons
    assert (reason.is_met, reason.next_at) == (True, at("03-04 10:00"))
    lower = a_case(a_failure(priority="High", changes=case.failure.changes))
    assert not decide(asking, lower, at("03-04 09:30")).reasons[0].is_met

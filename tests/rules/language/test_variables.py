"""Variables: where they stand, and what they stand for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rules.by_severity import BySeverity
from rules.decide import decide
from rules.durations import parse_duration
from rules.policy import OpenDo, Policy, Reset, Role, SayDo
from rules.texts import within
from rules.variables import Variables
from rules.views import Markdown, TextView, TicketView
from tests.rules.cases import a_case, a_failure, at
from tests.rules.language.composing import composed, rule_of, says

_NO_TICKET = TicketView("", "", "", Markdown(""), "", "", "open")
BARE = TextView(_NO_TICKET, _NO_TICKET, None, (), severity=3, generation=1, phase="active")
NAMED = """name: vars.title
variables:
  title: our shop
  patience: 3 business days
  soon: 2 days
  times: 4
  calm: 2
  asked: [owner, lead]
  text: overdue.md
  marks: [incident, outage]
  strict: true
failure_labels: vars.marks
limits: {mentions_per_day: vars.calm}
rules:
  - id: one
    name: it is said when it matters
    step: plan
    for: action
    when: vars.strict && failure.severity <= vars.calm
    ladder:
      anchor: due
      answer_quiets: vars.soon
      rungs:
        - {at: vars.patience, do: [comment: vars.text, mention: vars.asked]}
        - {at: 5 business days, do: [remind: [vars.asked, manager]]}
      repeat_last: {every: vars.soon, times: vars.times}
  - id: two
    name: a ticket is opened when it is written down
    step: plan
    for: action-item
    do: [open: {what: action, template: action.md, due: {1: vars.soon, 2: vars.patience}}]
"""


@pytest.fixture
def named(tmp_path: Path) -> Policy:
    return composed(tmp_path, {"policy.yaml": NAMED})


def test_a_variable_stands_for_its_value_wherever_a_whole_value_can_stand(named: Policy) -> None:
    ladder = rule_of(named, "one").ladder
    assert ladder
    first, last = ladder.rungs
    assert (first.name, first.do) == ("3 business days", (SayDo("overdue.md", "overdue", (Role.OWNER, Role.LEAD)),))
    assert last.do == (SayDo("reminder.md", "reminder", (Role.OWNER, Role.LEAD, Role.MANAGER)),)
    assert (str(ladder.answer_quiets), str(ladder.repeat_last), ladder.repeat_times) == ("2 days", "2 days", 4)
    (opened,) = rule_of(named, "two").do
    assert isinstance(opened, OpenDo)
    assert opened.due == BySeverity({1: parse_duration("2 days"), 2: parse_duration("3 business days")})
    assert named.limits.mentions_per_day == 2
    assert named.failure_labels == ("incident", "outage")
    assert named.name == "our shop"


def test_conditions_know_variables_as_constants(named: Policy) -> None:
    when = rule_of(named, "one").when
    assert when
    verdict = when.judge({"failure.severity": 2})
    assert verdict.is_met
    assert set(verdict.seen) == {("failure.severity", 2), ("vars.strict", True), ("vars.calm", 2)}
    assert not when.judge({"failure.severity": 3}).is_met


def test_a_policy_with_variables_is_the_one_with_their_values_written_out(tmp_path: Path) -> None:
    """So that no key changes when a number gets a name."""
    plain = f"name: shop\nrules:\n{says('one')}".replace("do: [", "ladder: {anchor: due, rungs: [{at: 2 days, do: [")
    plain = plain.replace("overdue.md]}", "overdue.md]}]}}")
    with_name = plain.replace("at: 2 days", "at: vars.soon").replace("rules:", "variables: {soon: 2 d}\nrules:")
    one = composed(tmp_path / "one", {"policy.yaml": plain})
    other = composed(tmp_path / "other", {"policy.yaml": with_name})
    assert one.rules == other.rules
    assert one.rules[0].ladder


def test_an_including_file_gives_a_variable_another_value(tmp_path: Path) -> None:
    text = "name: shop\ninclude: [accountability]\nvariables: {first_word: 2 business days, ours: 7}\n"
    policy = composed(tmp_path, {"policy.yaml": text})
    ladder = rule_of(policy, "ask-ack").ladder
    assert ladder
    assert [rung.name for rung in ladder.rungs] == ["0 seconds", "2 business days", "3 business days"]
    effects = decide(policy, a_case(a_failure("sev3")), at("03-02 09:00")).effects
    (asked,) = (effect.body for effect in effects if "first word helps" in getattr(effect, "body", ""))
    assert "Please reply here within 2 working days, with" in asked


def test_templates_say_variables_as_people_write_them(tmp_path: Path) -> None:
    text = "{{ vars.patience }}, {{ vars.times }}, {{ vars.asked | in_a_row }}{% if vars.strict %}, strictly{% endif %}"
    files = {"policy.yaml": NAMED, "templates/paused.md": text, "templates/plan.md": "within {{ vars.soon | within }}"}
    policy = composed(tmp_path, files)
    view = replace(BARE, vars=policy.variables)
    assert policy.templates.render("paused.md", view) == "3 business days, 4, owner and lead, strictly"
    assert policy.templates.render("plan.md", view) == "within 2 days"


def test_a_variable_s_words_are_data_in_a_text(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\nvariables: {who: '@everybody'}\nrules: []\n",
        "templates/a.md": "{{ vars.who }}",
    }
    policy = composed(tmp_path, files)
    assert "@everybody" not in policy.templates.render("a.md", replace(BARE, vars=policy.variables))


def test_shipped_texts_speak_of_shipped_times_where_a_policy_names_none(tmp_path: Path) -> None:
    policy = composed(tmp_path, {"policy.yaml": "name: shop\nrules: []\n"})
    assert "within one working day" in policy.templates.render("ask.md", replace(BARE, vars=policy.variables))


def test_lists_of_durations_stand_where_such_a_list_is_wanted(tmp_path: Path) -> None:
    text = """name: shop
variables: {looks: [1 w, 4 w], quiet: [snooze]}
rules:
  - id: look
    name: it is looked back when a case was let go
    step: learn
    for: failure
    while: closed
    do: [look-back: vars.looks]
  - id: say
    name: it is said when it matters
    step: plan
    for: action
    ladder: {anchor: due, resets: vars.quiet, rungs: [{at: 1 day, do: [remind: owner]}]}
"""
    policy = composed(tmp_path, {"policy.yaml": text})
    ladder = rule_of(policy, "say").ladder
    assert ladder
    assert ladder.resets == {Reset.SNOOZE}
    assert [str(one) for one in rule_of(policy, "look").do[0].after] == ["1 week", "4 weeks"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("1 hour", "the hour"),
        ("1 day", "the day"),
        ("1 business day", "one working day"),
        ("1 business hour", "one working hour"),
        ("3 business days", "3 working days"),
        ("2 weeks", "2 weeks"),
        ("1 minute", "one minute"),
        ("soon", "soon"),
    ],
)
def test_a_time_is_said_in_a_sentence(span: str, words: str) -> None:
    assert within(span) == words


def test_variables_are_equal_by_what_they_are() -> None:
    one, other = Variables({"a": 1, "b": ("x",)}), Variables({"b": ("x",), "a": 1})
    assert one == other
    assert hash(one) == hash(other)
    assert one != Variables({"a": 2})
    assert (one | Variables({"a": 2})).a == 2
    with pytest.raises(AttributeError):
        _ = one.unknown

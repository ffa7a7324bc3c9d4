"""Policies and people that are right, and what the language makes of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.by_severity import BySeverity
from rules.durations import Duration, Unit
from rules.language.people_file import load_people
from rules.language.policy_file import PolicyError, load_policy, pack_path, shipped_packs
from rules.policy import (
    AssignDo,
    Do,
    LabelDo,
    Limits,
    LinkDo,
    OpenDo,
    People,
    Person,
    Phase,
    Policy,
    Role,
    Routing,
    SayDo,
)
from rules.refs import Place

HEAD = "policy: 1\nname: test\n"
RULE = "rules:\n  - id: one\n    name: it is done when it is needed\n    step: plan\n"


def _load(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def _dos(tmp_path: Path, do: str, subject: str = "action") -> tuple[Do, ...]:
    return _load(tmp_path, f"{HEAD}{RULE}    for: {subject}\n    do: {do}\n").rules[0].do


OVERDUE = SayDo("overdue.md", "overdue", (Role.OWNER, Role.LEAD))
DONE = [
    ("[comment: overdue.md, mention: [owner, lead]]", (OVERDUE,)),
    ("[{comment: overdue.md, mention: [owner, lead]}]", (OVERDUE,)),
    ("[{mention: [owner]}]", None),
    ("[comment: overdue.md, mention: owner, as: late]", (SayDo("overdue.md", "late", (Role.OWNER,)),)),
    ("[comment: paused.md]", (SayDo("paused.md", "paused"),)),
    ("[comment: status.md]", (SayDo("status.md", "status-text"),)),
    ("[remind: owner]", (SayDo("reminder.md", "reminder", (Role.OWNER,)),)),
    (
        "[remind: [owner, lead], label: escalated]",
        (SayDo("reminder.md", "reminder", (Role.OWNER, Role.LEAD)), LabelDo("escalated")),
    ),
    ("[link: failure, link: post-mortem]", (LinkDo("failure"), LinkDo("post-mortem"))),
    ("[assign: lead]", (AssignDo(Role.LEAD),)),
    ("[label: good first issue]", (LabelDo("good first issue"),)),
    ('[label: " good"]', None),
    ("[label: good  issue]", None),
]


@pytest.mark.parametrize(("text", "dos"), DONE, ids=[text for text, _ in DONE])
def test_things_to_do_are_read_in_both_spellings(text: str, dos: tuple[Do, ...] | None, tmp_path: Path) -> None:
    if dos is None:
        with pytest.raises(PolicyError):
            _dos(tmp_path, text)
    else:
        assert _dos(tmp_path, text) == dos


def test_an_action_is_opened_with_a_date_for_each_severity(tmp_path: Path) -> None:
    text = "[open: {what: action, template: action.md, due: {1: 15 days, 3: 2 w}, settle: 15 m, assign: failure.owner}]"
    days, weeks = Duration(15, Unit.DAYS), Duration(2, Unit.WEEKS)
    assert _dos(tmp_path, text, "action-item") == (
        OpenDo(
            what="action",
            template="action.md",
            title="title-action.md",
            due=BySeverity({1: days, 3: weeks}),
            assign=Role.OWNER,
            settle=Duration(15, Unit.MINUTES),
        ),
    )


def test_a_rule_for_several_phases_is_one_rule_in_each(tmp_path: Path) -> None:
    text = f"{HEAD}{RULE}    for: failure\n    while: [active, closed]\n    do: [status: status.md]\n"
    assert [(rule.id, rule.phase) for rule in _load(tmp_path, text).rules] == [
        ("one", Phase.ACTIVE),
        ("one", Phase.CLOSED),
    ]


def test_a_rung_is_named_by_its_time_however_it_is_spelt(tmp_path: Path) -> None:
    """The name is part of keys: another spelling must not say everything again."""
    for spelling in ("2 days", "2 d", "+2  Days"):
        ladder = f"    ladder: {{anchor: due, rungs: [{{at: {spelling}, do: [remind: owner]}}]}}\n"
        rule = _load(tmp_path, f"{HEAD}{RULE}    for: action\n{ladder}").rules[0]
        assert rule.ladder is not None
        assert rule.ladder.rungs[0].name == "2 days"
        assert rule.ladder.answer_quiets == Duration(3, Unit.BUSINESS_DAYS)
        assert rule.ladder.repeat_last is None


def test_a_calendar_takes_a_countrys_holidays_and_its_own(tmp_path: Path) -> None:
    text = (
        f"{HEAD}calendar: {{zone: Europe/Berlin, workdays: [mon, tue], hours: '08:30-16:00',"
        " holidays: [2026-11-23], country: DE, region: BY}\nrules: []\n"
    )
    calendar = _load(tmp_path, text).calendar
    assert calendar.workdays == {1, 2}
    assert calendar.hours.daily == ((dt.time(8, 30), dt.time(16)),)
    for day in (dt.date(2026, 11, 23), dt.date(2026, 12, 25), dt.date(2020, 1, 6), dt.date(2040, 1, 6)):
        assert not calendar.is_workday(day) or day.isoweekday() > 2
        assert day in calendar.holidays | calendar.public_holidays


def test_a_country_of_which_fewer_years_are_known_is_taken_in_silence(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    """The library warns on stderr of the years that it does not know, by its own file and line."""
    policy = _load(tmp_path, f"{HEAD}calendar: {{country: IN, region: KL}}\nrules: []\n")
    assert dt.date(2026, 1, 26) in policy.calendar.public_holidays
    assert not recwarn.list


def test_a_country_without_region_leaves_the_regions_days_out(tmp_path: Path) -> None:
    policy = _load(tmp_path, f"{HEAD}calendar: {{country: DE}}\nrules: []\n")
    assert policy.calendar.is_workday(dt.date(2026, 1, 6))
    assert dt.date(2026, 10, 3) in policy.calendar.public_holidays


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-12-01", "2026-11-30T23:00:00+00:00"),
        ("2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00+00:00"),
        ("2026-12-01T09:00:00Z", "2026-12-01T09:00:00+00:00"),
    ],
    ids=["a day begins where the calendar is", "with its zone", "in UTC"],
)
def test_a_start_is_a_moment(written: str, moment: str, tmp_path: Path) -> None:
    policy = _load(tmp_path, f"{HEAD}calendar: {{zone: Europe/Berlin}}\nlimits: {{start_at: {written}}}\nrules: []\n")
    assert policy.limits.start_at == dt.datetime.fromisoformat(moment)


def test_what_a_file_leaves_out_has_sensible_defaults(tmp_path: Path) -> None:
    policy = _load(tmp_path, f"{HEAD}rules: []\n")
    assert policy.failure_labels == ("failure",)
    assert policy.severities.default == 3
    assert policy.limits == Limits()
    assert policy.people == People()


def test_the_installation_adds_its_people_places_and_limits() -> None:
    people = People({"ada": Person("ada", "Ada")}, "ada")
    routing = Routing(post_mortems=Place("jira", "OPS"))
    policy = load_policy(
        pack_path("accountability"), people=people, routing=routing, our_label="us", limits=Limits(1, 2)
    )
    assert (policy.people, policy.routing, policy.our_label, policy.limits) == (people, routing, "us", Limits(1, 2))


def test_a_policy_loaded_again_is_the_same_policy() -> None:
    assert load_policy(pack_path("accountability")) == load_policy(pack_path("accountability"))


def test_a_file_without_templates_uses_the_shipped_ones_and_its_own_come_first(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "paused.md").write_text("We wait.", encoding="utf-8")
    templates = _load(tmp_path, f"{HEAD}rules: []\n").templates
    assert templates.source("paused.md") == "We wait."
    assert templates.source("thanks.md") == load_policy(pack_path("accountability")).templates.source("thanks.md")


def test_packs_are_known_by_name() -> None:
    assert "accountability" in shipped_packs()
    with pytest.raises(PolicyError, match='"accountabilty" is no pack'):
        pack_path("accountabilty")


def test_a_missing_policy_is_a_policy_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "none.yaml")


def test_people_are_found_by_their_accounts(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(
        "people:\n"
        "  ada: {name: Ada Lovelace, accounts: {github: ada, jira: '557058:ab-c'}, lead: grace, manager: mia}\n"
        "  grace: {name: Grace Hopper, accounts: {github: grace}, manager: mia}\n"
        "  mia: {name: Mia Wallace}\n"
        "default_lead: grace\n",
        encoding="utf-8",
    )
    people = load_people(path)
    assert people.by_account("jira", "557058:ab-c").id == "ada"
    assert people.get("ada") == Person(
        "ada", "Ada Lovelace", {"github": "ada", "jira": "557058:ab-c"}, lead="grace", manager="mia"
    )
    assert people.default_lead == "grace"

"""Whom a policy names: roles, and people and teams by their ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.language.policy_file import PolicyError, load_policy
from rules.policy import AssignDo, Named, NotifyDo, OpenDo, People, Person, Policy, Recipient, Role, SayDo, Team

PEOPLE = People(
    {"ada": Person("ada", "Ada"), "grace": Person("grace", "Grace")}, teams={"payments": Team("payments", lead="grace")}
)
HEAD = "policy: 1\nname: named\ncalendar: {zone: UTC}\nrules:\n"
RULE = "  - id: ask\n    name: somebody is asked\n    step: own\n    for: failure\n    do:\n"


def load(path: Path, do: str, people: People | None = PEOPLE) -> Policy:
    file = path / "policy.yaml"
    file.write_text(f"{HEAD}{RULE}      - {do}\n", encoding="utf-8")
    return load_policy(file, people=people)


def test_people_and_teams_stand_beside_roles_wherever_somebody_is_meant(tmp_path: Path) -> None:
    (say,) = load(tmp_path, "{comment: ask.md, mention: [owner, ada, payments]}").rules[0].do
    assert isinstance(say, SayDo)
    assert say.mention == (Role.OWNER, Named("ada"), Named("payments"))
    (remind,) = load(tmp_path, "remind: grace").rules[0].do
    assert isinstance(remind, SayDo)
    assert remind.mention == (Named("grace"),)
    assert load(tmp_path, "assign: payments").rules[0].do == (AssignDo(Named("payments")),)
    (letter,) = load(tmp_path, "{notify: [leadership, payments], template: leadership.md}").rules[0].do
    assert isinstance(letter, NotifyDo)
    assert letter.to == (Recipient.LEADERSHIP, Named("payments"))
    (opened,) = (
        load(tmp_path, "open: {what: post-mortem, template: post-mortem.md, assign: ada, due: 5 days}").rules[0].do
    )
    assert isinstance(opened, OpenDo)
    assert opened.assign == Named("ada")


@pytest.mark.parametrize(
    ("do", "people", "told"),
    [
        pytest.param(
            "{comment: ask.md, mention: [owner, grce]}",
            PEOPLE,
            [
                '"grce" is no role, and nobody and no team of the people file',
                "allowed: reporter, owner, lead, manager, approver, ada, grace, payments",
                'did you mean "grace"?',
            ],
            id="a-typing-error",
        ),
        pytest.param(
            "{notify: paymens, template: leadership.md}",
            PEOPLE,
            ['"paymens" is no recipient', 'did you mean "payments"?'],
            id="of-a-team",
        ),
        pytest.param(
            "{comment: ask.md, mention: [ada]}", None, ["there is no people file to name anybody"], id="without-people"
        ),
        pytest.param("{comment: ask.md, mention: [ada, owner, ada]}", PEOPLE, ['"ada" is here twice'], id="twice"),
        pytest.param("{comment: ask.md, mention: [7]}", PEOPLE, ["7 is no role"], id="a-number"),
        pytest.param("{comment: ask.md, mention: []}", PEOPLE, ["an empty list, where a role is wanted"], id="nobody"),
    ],
)
def test_who_is_neither_is_an_error_at_load(tmp_path: Path, do: str, people: People | None, told: list[str]) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, do, people)
    for words in told:
        assert words in str(caught.value)

"""What a ticket gets when it is opened, as `aftermath.yaml` says it, and how each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.refs import TicketRef
from tests.worker.test_config import GOOD, complaint, load
from worker.config import Opening

ROUTE = 'post_mortems: {place: "jira:OPS", type: Task}'


def written(tmp_path: Path, more: str) -> dict[str, Opening]:
    return load(tmp_path, GOOD.replace(ROUTE, more)).openings


def test_each_role_has_its_type_priorities_parent_and_fields(tmp_path: Path) -> None:
    openings = written(
        tmp_path,
        'post_mortems: {place: "jira:OPS", type: Incident, priority: {1: Highest, 2: High}, parent: OPS-100}\n'
        'actions: {priority: Low, parent: post-mortem, fields: {Team: Payments, "Root cause": unknown, Points: 3}}',
    )
    assert openings["post-mortem"] == Opening("Incident", {1: "Highest", 2: "High"}, "OPS-100")
    action = openings["action"]
    assert (action.ticket_type, action.parent) == ("", "post-mortem")
    assert action.fields == {"Team": "Payments", "Root cause": "unknown", "Points": "3"}
    assert [action.priority(severity) for severity in (1, 5)] == ["Low", "Low"]


def test_a_severity_without_a_priority_keeps_the_trackers_default() -> None:
    assert [Opening(priorities={1: "Highest"}).priority(severity) for severity in (1, 2)] == ["Highest", ""]


def test_a_role_of_which_nothing_is_said_is_not_there(tmp_path: Path) -> None:
    assert written(tmp_path, 'actions: {place: "jira:OPS"}') == {}


@pytest.mark.parametrize(
    ("parent", "key"),
    [
        pytest.param("post-mortem", "OPS-2", id="post-mortem"),
        pytest.param("failure", "", id="a failure that it may not be put below"),
        pytest.param("OPS-100", "OPS-100", id="key"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_parent_is_a_key_or_a_ticket_of_the_case(parent: str, key: str) -> None:
    assert Opening(parent=parent).parent_key({"post-mortem": TicketRef("jira", "OPS-2")}) == key


@pytest.mark.parametrize(
    ("more", "at", "said"),
    [
        pytest.param("post_mortems: {priority: {9: High}}", "8:26", '"9" is no severity', id="severity"),
        pytest.param("post_mortems: {priority: {9: High}}", "8:26", "1 (the gravest) to 5", id="severities"),
        pytest.param('post_mortems: {priority: {1: " "}}', "8:26", "no priority is named", id="priority"),
        pytest.param("post_mortems: {parent: post-mortem}", "8:24", "a post-mortem is not below itself", id="itself"),
        pytest.param("actions: {parent: postmortem}", "8:19", 'did you mean "post-mortem"?', id="parent"),
        pytest.param("actions: {parent: ops-1}", "8:19", "such as OPS-100", id="key"),
        pytest.param('actions: {parent: "jira:OPS-1"}', "8:19", "a key of the same Jira", id="reference"),
        pytest.param('actions: {fields: {Team: ""}}', "8:26", "a field wants a name and a value", id="value"),
        pytest.param("actions: {fields: [Team]}", "8:19", "a mapping", id="list"),
        pytest.param("actions: {priorities: High}", "8:11", 'did you mean "priority"?', id="key-of-the-file"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_with_what_is_allowed(
    tmp_path: Path, more: str, at: str, said: str
) -> None:
    told = complaint(tmp_path, GOOD.replace(ROUTE, more))
    assert f":{at}:" in told
    assert said in told


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        pytest.param(Opening(), "", id="defaults"),
        pytest.param(Opening("Task"), " as Task", id="type"),
        pytest.param(
            Opening("Task", {2: "High"}, "post-mortem", {"Team": "Payments"}),
            " as Task, priority High, below OPS-2, Team: Payments",
            id="everything",
        ),
        pytest.param(Opening(priorities={1: "Highest"}, parent="failure"), "", id="nothing for this one"),
    ],
)
def test_a_plan_says_what_a_ticket_gets(opening: Opening, words: str) -> None:
    assert opening.in_words(2, {"post-mortem": TicketRef("jira", "OPS-2")}) == words

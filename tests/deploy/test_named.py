"""Nothing that the shipped files and the runbook name is missing from the program, or from what ships with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy import installations, named
from tests.deploy.shipped import RUNBOOK, Texts, changed, shipped
from worker.policy_source import PolicySource

Look = Callable[[Texts], Iterator[str]]

LOOKS = (
    named.command_problems,
    named.port_problems,
    named.variable_problems,
    named.key_problems,
    named.path_problems,
    named.file_problems,
    named.service_problems,
)
IMAGE = "deploy/image/Containerfile"
COMPOSE, COMPOSE_CONFIG = "deploy/compose/compose.yaml", "deploy/compose/config/aftermath.yaml"
UNIT, UNIT_CONFIG = "deploy/systemd/aftermath-worker@.service", "deploy/systemd/aftermath.yaml"
POD, SECRET = "deploy/kubernetes/base/worker.yaml", "deploy/kubernetes/base/secret.example.yaml"


def test_everything_that_is_named_is_there() -> None:
    assert [problem for look in LOOKS for problem in look(shipped())] == []


def test_every_configuration_that_ships_can_be_used_as_it_is(tmp_path: Path) -> None:
    """By the roles that it is for, with the variables that its example of an environment names."""
    assert list(installations.problems(shipped(), tmp_path)) == []


def test_policy_and_people_of_the_examples_can_be_read(tmp_path: Path) -> None:
    config = installations.load(shipped(), installations.INSTALLATIONS[0], tmp_path)
    assert set(PolicySource(config)().people.people) == {"ada", "grace", "mel"}


def test_people_are_the_same_in_every_example() -> None:
    people = {text for path, text in shipped().items() if path.endswith("people.yaml")}
    assert len(people) == 1


@pytest.mark.parametrize(
    ("look", "path", "old", "new"),
    [
        pytest.param(
            named.command_problems, RUNBOOK, "`aftermath resume`", "`aftermath release`", id="command-in-words"
        ),
        pytest.param(named.command_problems, RUNBOOK, "aftermath status`", "aftermath state`", id="command-in-a-shell"),
        pytest.param(
            named.command_problems, COMPOSE, "[worker, --listen", "[workers, --listen", id="command-of-compose"
        ),
        pytest.param(named.command_problems, COMPOSE, "worker plan", "worker plans", id="command-in-a-comment"),
        pytest.param(named.command_problems, UNIT, "aftermath worker", "aftermath work", id="command-of-a-unit"),
        pytest.param(named.command_problems, UNIT, "--listen", "--bind", id="option-of-a-unit"),
        pytest.param(named.command_problems, POD, "--listen", "--address", id="option-of-a-pod"),
        pytest.param(named.command_problems, IMAGE, '"run", "--listen"', '"run", "--bind"', id="option-of-the-image"),
        pytest.param(named.port_problems, COMPOSE, "127.0.0.1:7744:", "127.0.0.1:7743:", id="port-of-compose"),
        pytest.param(named.port_problems, POD, "containerPort: 7744", "containerPort: 8080", id="port-of-a-pod"),
        pytest.param(named.port_problems, RUNBOOK, "worker@7751", "worker@17751", id="port-of-a-worker"),
        pytest.param(named.variable_problems, RUNBOOK, "AFTERMATH_QUEUE_URL", "AFTERMATH_REDIS_URL", id="variable"),
        pytest.param(named.variable_problems, IMAGE, "AFTERMATH_CONFIG", "AFTERMATH_CONF", id="variable-of-the-image"),
        pytest.param(named.key_problems, RUNBOOK, "`poll_every:", "`poll_interval:", id="key"),
        pytest.param(named.path_problems, RUNBOOK, "`/readyz`", "`/ready`", id="route"),
        pytest.param(named.path_problems, RUNBOOK, "/webhooks/jira", "/webhook/jira", id="route-of-deliveries"),
        pytest.param(named.path_problems, POD, "path: /healthz", "path: /health", id="route-of-a-probe"),
        pytest.param(named.path_problems, UNIT, "/etc/aftermath/", "/etc/after/", id="place"),
        pytest.param(named.file_problems, RUNBOOK, "deploy/grafana/dashboard", "deploy/grafana/board", id="file"),
        pytest.param(named.file_problems, RUNBOOK, "(#the-brake)", "(#brake)", id="heading"),
        pytest.param(named.file_problems, RUNBOOK, "`make bench`", "`make benchmark`", id="target"),
        pytest.param(named.file_problems, IMAGE, "requirements-postgres", "requirements-pg", id="lock"),
        pytest.param(named.service_problems, RUNBOOK, "aftermath-scheduler", "aftermath-timer", id="unit"),
    ],
)
def test_a_name_that_leads_nowhere_is_found_out(look: Look, path: str, old: str, new: str) -> None:
    texts = changed(path, old, new)
    assert set(look(texts)) - set(look(shipped()))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(COMPOSE_CONFIG, "post_mortems:", "postmortems:", id="key-that-is-none"),
        pytest.param(COMPOSE_CONFIG, "queue: redis", "# queue: redis", id="role-without-a-queue"),
        pytest.param(COMPOSE_CONFIG, "${JIRA_TOKEN}", "${JIRA_API_TOKEN}", id="variable-that-nobody-sets"),
        pytest.param(UNIT_CONFIG, "# ledger: $", "# ledgers: $", id="key-that-is-switched-off"),
        pytest.param(UNIT_CONFIG, "AFTERMATH_LEDGER_URL", "AFTERMATH_DATABASE_URL", id="variable-switched-off"),
        pytest.param(SECRET, '  JIRA_TOKEN: ""\n', "", id="variable-that-is-not-in-the-secret"),
        pytest.param(SECRET, 'JIRA_TOKEN: ""', 'JIRA_TOKEN: ""\n  JIRA_USER: ""', id="variable-that-nobody-asks-for"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_found_out(path: str, old: str, new: str, tmp_path: Path) -> None:
    assert list(installations.problems(changed(path, old, new), tmp_path))

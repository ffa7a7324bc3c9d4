"""Alerts and dashboard: well formed, on figures that exist, and each alert explained in the runbook."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.deploy import promql
from tests.deploy.figures import figures
from tests.deploy.shipped import ROOT, RUNBOOK, Texts, changed, documents, shipped

ALERTS, DASHBOARD = "deploy/prometheus/alerts.yaml", "deploy/grafana/dashboard.json"
RULE_KEYS = {"alert", "expr", "for", "labels", "annotations"}
GRID_WIDTH = 24


def alerts(texts: Texts) -> list[dict[str, Any]]:
    (document,) = documents(texts, ALERTS)
    return [rule for group in document["groups"] for rule in group["rules"]]


def alert_problems(texts: Texts) -> Iterator[str]:
    (document,) = documents(texts, ALERTS)
    if set(document) != {"groups"} or any(set(group) != {"name", "rules"} for group in document["groups"]):
        yield "the file is no list of groups with names and rules"
    for rule in alerts(texts):
        name = rule.get("alert", "?")
        if strangers := set(rule) - RULE_KEYS:
            yield f"{name}: {sorted(strangers)}"
        if not re.fullmatch(r"\d+[smhd]", rule.get("for", "0s")):
            yield f"{name}: `for: {rule['for']}` is no duration"
        if rule["labels"].get("severity") not in {"critical", "warning"}:
            yield f"{name}: nobody knows how bad it is"
        if set(rule["annotations"]) != {"summary", "description"}:
            yield f"{name}: wants a summary and a description"
        for field in re.findall(r"{{(.*?)}}", " ".join(rule["annotations"].values())):
            if not re.fullmatch(r" \$(value( \| humanize(Duration)?)?|labels\.(tracker|place)) ", field):
                yield f"{name}: {field} is no field"
        yield from promql.problems(rule["expr"])


def runbook_problems(texts: Texts) -> Iterator[str]:
    """Each alert has its row in the runbook, and no row is of an alert that is no more."""
    rows = re.findall(r"^\| `(Aftermath\w+)` \|", texts[RUNBOOK], re.MULTILINE)
    names = [rule["alert"] for rule in alerts(texts)]
    yield from (f"{name} is not in the runbook" for name in names if name not in rows)
    yield from (f"the runbook explains {name}, which is no alert" for name in rows if name not in names)
    yield from (f"the runbook explains {name} twice" for name in set(rows) if rows.count(name) > 1)
    yield from (f"two alerts are called {name}" for name in set(names) if names.count(name) > 1)


def dashboard_problems(texts: Texts) -> Iterator[str]:
    board = json.loads(texts[DASHBOARD])
    if missing := {"uid", "title", "schemaVersion", "panels", "templating", "time"} - set(board):
        yield f"the dashboard lacks {sorted(missing)}"
    panels = board["panels"]
    if len({panel["id"] for panel in panels}) < len(panels):
        yield "two panels have one id"
    variables = {variable["name"] for variable in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)\}?", texts[DASHBOARD]))
    yield from (f"${name} is no variable" for name in sorted(used - variables))
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] + place["w"] > GRID_WIDTH:
            yield f"{panel['title']} stands over the edge"
        if panel["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
            yield f"{panel['title']} asks somebody else"
        if not (panel["title"] and panel["description"] and panel["targets"]):
            yield f"panel {panel['id']} says nothing"
        for target in panel["targets"]:
            yield from promql.problems(target["expr"])
    yield from (f"{one['title']} covers {other['title']}" for one, other in _overlaps(panels))
    for variable in board["templating"]["list"]:
        query = variable["query"]["query"] if isinstance(variable["query"], dict) else ""
        yield from (f"{query}: no such figure" for name in re.findall(r"aftermath_\w+", query) if name not in figures())


def _overlaps(panels: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Neighbours of one row, by their place."""
    for one, other in pairwise(sorted(panels, key=lambda panel: (panel["gridPos"]["y"], panel["gridPos"]["x"]))):
        first, second = one["gridPos"], other["gridPos"]
        if first["y"] == second["y"] and first["x"] + first["w"] > second["x"]:
            yield one, other


Check = Callable[[Texts], Iterator[str]]


@pytest.mark.parametrize("check", [alert_problems, runbook_problems, dashboard_problems])
def test_what_ships_for_prometheus_and_grafana_is_sound(check: Check) -> None:
    assert list(check(shipped())) == []


@pytest.mark.parametrize(
    ("check", "path", "old", "new"),
    [
        pytest.param(alert_problems, ALERTS, "aftermath_brake_on", "aftermath_brake", id="figure-that-is-not-there"),
        pytest.param(alert_problems, ALERTS, "max by (job) (aftermath_brake_on)", "max by (job (", id="no-query"),
        pytest.param(alert_problems, ALERTS, 'status="401"', 'code="401"', id="label-that-is-not-there"),
        pytest.param(alert_problems, ALERTS, "(job, tracker, place)", "(job, repository)", id="grouped-by-nothing"),
        pytest.param(alert_problems, ALERTS, "for: 10m", "for: 10 m", id="no-duration"),
        pytest.param(alert_problems, ALERTS, "severity: critical", "severity: huge", id="no-severity"),
        pytest.param(alert_problems, ALERTS, "$labels.place", "$labels.repo", id="field-that-is-not-there"),
        pytest.param(alert_problems, ALERTS, "annotations:", "annotation:", id="no-key-of-a-rule"),
        pytest.param(runbook_problems, RUNBOOK, "| `AftermathAway` |", "| `AftermathGone` |", id="not-explained"),
        pytest.param(runbook_problems, ALERTS, "alert: AftermathAway", "alert: AftermathGone", id="renamed"),
        pytest.param(dashboard_problems, DASHBOARD, "aftermath_cases{", "aftermath_case{", id="panel-of-nothing"),
        pytest.param(dashboard_problems, DASHBOARD, '\\"$job\\"', '\\"$jobs\\"', id="no-variable"),
        pytest.param(dashboard_problems, DASHBOARD, '"w": 12', '"w": 14', id="over-the-edge"),
        pytest.param(dashboard_problems, DASHBOARD, '"id": 2,', '"id": 1,', id="one-id-twice"),
    ],
)
def test_a_broken_copy_is_found_out(check: Check, path: str, old: str, new: str) -> None:
    try:
        found = list(check(changed(path, old, new)))
    except KeyError as error:
        found = [f"{error} is missing"]
    assert found


def _promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("promtool")
    if tool is None:
        # A program in Go, which no Python package brings: the queries are parsed without it (`promql`).
        pytest.skip("there is no promtool on this machine (Debian: package prometheus)")
    return subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=60)


def test_prometheus_itself_takes_the_alerts() -> None:
    run = _promtool("check", "rules", ROOT / ALERTS)
    assert run.returncode == 0, run.stdout + run.stderr


def test_each_alert_fires_on_its_trouble_and_none_on_a_good_day() -> None:
    """On series that Prometheus itself plays: see alerts_test.yaml."""
    run = _promtool("test", "rules", Path(__file__).with_name("alerts_test.yaml"))
    assert run.returncode == 0, run.stdout + run.stderr

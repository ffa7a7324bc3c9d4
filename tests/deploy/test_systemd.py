"""The units: what systemd takes, hardened alike, given time to stop, tried again for as long as it takes."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.shipped import Texts, changed, shipped

FOLDER = "deploy/systemd"
WHOLE, WEB, WORKER, SCHEDULER = (
    f"{FOLDER}/{name}.service" for name in ("aftermath", "aftermath-web", "aftermath-worker@", "aftermath-scheduler")
)
UNITS = (WHOLE, WEB, WORKER, SCHEDULER)
#: Aftermath stops within ten seconds.
STOP_S_MIN = 15
#: Of 100: systemd calls up to 20 "OK".
EXPOSURE_MAX = 20
WANTED = {
    ("Unit", "StartLimitIntervalSec"): "0",
    ("Service", "Type"): "exec",
    ("Service", "User"): "aftermath",
    ("Service", "Restart"): "always",
    ("Service", "KillMode"): "mixed",
    ("Service", "EnvironmentFile"): "/etc/aftermath/aftermath.env",
    ("Service", "StateDirectory"): "aftermath",
    ("Install", "WantedBy"): "multi-user.target",
}
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "SystemCallFilter": "~@privileged @resources",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "UMask": "0077",
}

Unit = dict[str, dict[str, list[str]]]


def parse(text: str) -> Unit:
    """Section to key to its values, in order."""
    unit: Unit = {}
    section: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = unit.setdefault(heading[1], defaultdict(list))
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section[key].append(value)
    return unit


def hardening(unit: Unit) -> dict[str, list[str]]:
    """What a unit may not do: everything after the limits."""
    keys = list(unit["Service"])
    return {key: unit["Service"][key] for key in keys[keys.index("NoNewPrivileges") :]}


def problems(texts: Texts) -> Iterator[str]:
    units = {path: parse(texts[path]) for path in UNITS}
    for path, unit in units.items():
        name = path.rpartition("/")[2]
        for (section, key), value in WANTED.items():
            if unit[section].get(key) != [value]:
                yield f"{name}: {key} is {unit[section].get(key)}"
        for key, value in HARDENED.items():
            if value not in unit["Service"].get(key, []):
                yield f"{name}: {key} is {unit['Service'].get(key)}"
        if hardening(unit) != hardening(units[WHOLE]):
            yield f"{name}: is hardened otherwise than the others"
        if int(unit["Service"]["TimeoutStopSec"][0]) < STOP_S_MIN:
            yield f"{name}: is killed while it stops"
        if "MemoryMax" not in unit["Service"] or "TasksMax" not in unit["Service"]:
            yield f"{name}: has no limits"
        if any("SECRET" in value or "TOKEN" in value for value in unit["Service"].get("Environment", [])):
            yield f"{name}: tells a secret"


def test_the_units_are_sound() -> None:
    assert list(problems(shipped())) == []


def test_each_role_has_its_unit() -> None:
    started = {path: parse(shipped()[path])["Service"]["ExecStart"][0].split()[1] for path in UNITS}
    assert started == {WHOLE: "run", WEB: "web", WORKER: "worker", SCHEDULER: "scheduler"}


def test_a_machine_that_runs_the_whole_does_not_run_its_parts_too() -> None:
    assert parse(shipped()[WHOLE])["Unit"]["Conflicts"] == ["aftermath-web.service aftermath-scheduler.service"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(WHOLE, "TimeoutStopSec=20", "TimeoutStopSec=5", id="killed-while-it-stops"),
        pytest.param(WHOLE, "KillMode=mixed", "KillMode=control-group", id="its-valkey-told-to-stop-too"),
        pytest.param(WEB, "User=aftermath", "User=root", id="root"),
        pytest.param(WEB, "ProtectSystem=strict\n", "", id="may-write-anywhere"),
        pytest.param(WORKER, "PrivateDevices=yes", "PrivateDevices=no", id="devices"),
        pytest.param(WORKER, "LockPersonality=yes\n", "", id="hardened-otherwise"),
        pytest.param(SCHEDULER, "Restart=always", "Restart=no", id="stays-down"),
        pytest.param(SCHEDULER, "StartLimitIntervalSec=0\n", "", id="gives-up"),
        pytest.param(SCHEDULER, "PYTHONUNBUFFERED=1", "GITHUB_TOKEN=x", id="secret-in-the-unit"),
    ],
)
def test_a_broken_unit_is_found_out(path: str, old: str, new: str) -> None:
    assert list(problems(changed(path, old, new)))


@pytest.fixture
def analyze() -> str:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("there is no systemd-analyze on this machine")
    return tool


def installed(texts: Texts, folder: Path) -> list[Path]:
    """The units in a folder, with a program that is there: whether ours is installed is not asked."""
    paths = []
    for path in UNITS:
        file = folder / path.rpartition("/")[2].replace("@.", "@7751.")
        file.write_text(texts[path].replace("/opt/aftermath/bin/aftermath", "/bin/true"), "utf-8")
        paths.append(file)
    return paths


def verify(tool: str, texts: Texts, folder: Path) -> str:
    run = subprocess.run(
        [tool, "verify", "--man=no", *installed(texts, folder)], capture_output=True, text=True, timeout=60
    )
    # What else is on this machine is not ours to mend.
    return "\n".join(line for line in run.stderr.splitlines() if str(folder) in line or "aftermath" in line)


def test_systemd_itself_takes_the_units(analyze: str, tmp_path: Path) -> None:
    assert verify(analyze, shipped(), tmp_path) == ""


def test_systemd_itself_finds_a_setting_that_does_not_exist(analyze: str, tmp_path: Path) -> None:
    assert "MemoryMaximum" in verify(analyze, changed(WEB, "MemoryMax=", "MemoryMaximum="), tmp_path)


def test_systemd_calls_the_units_little_exposed(analyze: str, tmp_path: Path) -> None:
    paths = installed(shipped(), tmp_path)
    run = subprocess.run(
        [analyze, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", *paths],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stdout[-500:] + run.stderr

"""The Compose files: true to the specification, without rights that nobody needs, reached through loopback only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.deploy.shipped import Texts, changed, documents, shipped

MANY, ONE = "deploy/compose/compose.yaml", "deploy/compose/one/compose.yaml"
#: Longer than Aftermath takes to stop, in seconds.
STOP_S_MIN = 15


def schema() -> dict[str, Any]:
    """The Compose specification's own, as check-jsonschema carries it."""
    carried = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    loaded: dict[str, Any] = json.loads(carried.read_text("utf-8"))
    return loaded


def problems(texts: Texts, path: str) -> Iterator[str]:
    (document,) = documents(texts, path)
    rules = schema()
    for error in jsonschema.validators.validator_for(rules)(rules).iter_errors(document):
        yield f"{error.json_path}: {error.message}"
    services = document["services"]
    for name, service in services.items():
        yield from _common_problems(name, service)
        if service["image"].startswith("aftermath"):
            yield from _our_problems(name, service)
        elif "healthcheck" not in service:
            yield f"{name}: nobody sees whether it is well"
        known = set(services), set(document.get("networks", {})), set(document.get("volumes", {}))
        yield from _reference_problems(name, service, *known)


def _common_problems(name: str, service: dict[str, Any]) -> Iterator[str]:
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield f"{name}: may gain rights"
    if not re.fullmatch(r"\d+m", str(service.get("mem_limit"))) or "pids_limit" not in service:
        yield f"{name}: has no limits"
    if service.get("restart") != "unless-stopped":
        yield f"{name}: stays down"
    if service["image"].endswith(":latest") and not service.get("build"):
        yield f"{name}: an image without a version"
    for port in service.get("ports", []):
        if not str(port).startswith("127.0.0.1:"):
            yield f"{name}: {port} is open to everybody, and Docker goes past the firewall"
    for key, value in service.get("environment", {}).items():
        if re.search("SECRET|TOKEN|PASSWORD", key) and not str(value).startswith("${"):
            yield f"{name}: {key} stands in the file"


def _our_problems(name: str, service: dict[str, Any]) -> Iterator[str]:
    if not service.get("read_only") or service.get("cap_drop") != ["ALL"]:
        yield f"{name}: may write to its image, or has capabilities"
    written = {entry.partition(":")[0] for entry in service.get("tmpfs", [])}
    written |= {entry.split(":")[1] for entry in service["volumes"] if not entry.endswith(":ro")}
    if written != {"/tmp", "/data"}:
        yield f"{name}: writes to {sorted(written)}"
    if int(service.get("stop_grace_period", "10s").rstrip("s")) < STOP_S_MIN:
        yield f"{name}: is killed while it stops"
    if service.get("env_file") != ".env":
        yield f"{name}: knows no secrets"


def _reference_problems(
    name: str, service: dict[str, Any], services: set[str], networks: set[str], volumes: set[str]
) -> Iterator[str]:
    yield from (f"{name}: waits for {other}" for other in service.get("depends_on", {}) if other not in services)
    yield from (f"{name}: no network {other}" for other in service.get("networks", []) if other not in networks)
    for entry in service.get("volumes", []):
        source = entry.partition(":")[0]
        if not source.startswith(".") and source not in volumes:
            yield f"{name}: no volume {source}"


@pytest.mark.parametrize("path", [MANY, ONE])
def test_a_compose_file_is_sound(path: str) -> None:
    assert list(problems(shipped(), path)) == []


def test_every_role_is_there_and_waits_for_its_stores() -> None:
    (document,) = documents(shipped(), MANY)
    services = document["services"]
    assert {service["command"][0] for service in services.values() if service["image"] == "aftermath:latest"} == {
        "web",
        "worker",
        "scheduler",
    }
    for name in ("web", "worker", "scheduler"):
        assert services[name]["depends_on"] == {
            "postgres": {"condition": "service_healthy"},
            "valkey": {"condition": "service_healthy"},
        }


def test_the_stores_are_reached_from_nowhere_else() -> None:
    (document,) = documents(shipped(), MANY)
    assert document["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert document["services"][name]["networks"] == ["inside"]
        assert "ports" not in document["services"][name]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(MANY, "mem_limit: 512m", "memory_limit: 512m", id="no-key-of-the-specification"),
        pytest.param(MANY, "pids_limit: 128", "pids_limit: [128]", id="wrong-type"),
        pytest.param(MANY, "127.0.0.1:7744:7744", "7744:7744", id="open-to-everybody"),
        pytest.param(MANY, "read_only: true", "read_only: false", id="writable"),
        pytest.param(MANY, "[inside, outside]", "[inside, internet]", id="network-that-is-not-there"),
        pytest.param(MANY, '"ledger:/var', '"ledgers:/var', id="volume-that-is-not-there"),
        pytest.param(MANY, "postgres: {condition", "postgresql: {condition", id="store-that-is-not-there"),
        pytest.param(MANY, "POSTGRES_PASSWORD: ${POSTGRES", "POSTGRES_PASSWORD: x${POSTGRES", id="plain-password"),
        pytest.param(MANY, "stop_grace_period: 20s", "stop_grace_period: 5s", id="killed-while-it-stops"),
        pytest.param(MANY, "no-new-privileges:true", "no-new-privileges:false", id="may-gain-rights"),
        pytest.param(ONE, "      - data:/data\n", "", id="nowhere-to-write"),
        pytest.param(ONE, "env_file: .env", "env_file: example.env", id="no-secrets"),
    ],
)
def test_a_broken_compose_file_is_found_out(path: str, old: str, new: str) -> None:
    assert list(problems(changed(path, old, new), path))

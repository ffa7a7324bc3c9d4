"""The manifests: every field known, every name met by what it points to, restricted, and probed where we answer."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import kubernetes_validate
import pytest
import yaml

from tests.deploy.manifests import (
    BASE,
    DISRUPTION,
    INGRESS,
    KINDS,
    NETWORK,
    OVERLAY,
    SCHEDULER,
    SECRET,
    SERVICES,
    WEB,
    WORKER,
    Manifest,
    of_kind,
    problems,
)
from tests.deploy.shipped import ROOT, Texts, changed, documents, shipped

#: A version of Kubernetes as clusters of some age run it, and the newest whose schemas are at hand.
SCHEMAS = ("1.28", "1.37")
#: kubectl 1.22 is the first whose kustomize (4.2) knows `labels` that select nothing.
KUBECTL_MINOR_MIN = 22


def test_the_manifests_are_sound() -> None:
    assert list(problems(shipped())) == []


def test_each_role_runs_twice_and_keeps_one_while_nodes_are_drained() -> None:
    roles = {"aftermath-web", "aftermath-worker", "aftermath-scheduler"}
    deployments, budgets = of_kind(shipped(), "Deployment"), of_kind(shipped(), "PodDisruptionBudget")
    assert {
        deployment["metadata"]["name"]: deployment["spec"]["replicas"] for deployment in deployments
    } == dict.fromkeys(roles, 2)
    assert {budget["metadata"]["name"]: budget["spec"]["maxUnavailable"] for budget in budgets} == dict.fromkeys(
        roles, 1
    )


def test_the_pods_differ_in_their_role_alone() -> None:
    """What is mended in one is mended in all."""

    def common(text: str, role: str) -> Manifest:
        pod = yaml.safe_load(text)["spec"]["template"]
        (container,) = pod["spec"]["containers"]
        container["args"] = container["args"][1:]
        container["readinessProbe"].pop("periodSeconds")
        return yaml.safe_load(yaml.safe_dump(pod).replace(f": {role}\n", ": ROLE\n"))

    texts = shipped()
    pods = [common(texts[path], role) for path, role in ((WEB, "web"), (WORKER, "worker"), (SCHEDULER, "scheduler"))]
    assert pods[0] == pods[1] == pods[2]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(WEB, "livenessProbe:", "livenesProbe:", id="no-field-of-a-container"),
        pytest.param(WEB, "enableServiceLinks:", "enableServiceLink:", id="no-field-of-a-pod"),
        pytest.param(WEB, "revisionHistoryLimit:", "revisionHistory:", id="no-field-of-a-deployment"),
        pytest.param(WEB, "apiVersion: apps/v1", "apiVersion: extensions/v1beta1", id="version-that-is-gone"),
        pytest.param(WEB, "path: /readyz", "path: /ready", id="probe-of-another-path"),
        pytest.param(WORKER, "containerPort: 7744", "containerPort: 8080", id="another-port"),
        pytest.param(WORKER, "args: [worker,", "args: [workers,", id="no-command"),
        pytest.param(WORKER, "runAsNonRoot: true", "runAsNonRoot: false", id="root"),
        pytest.param(WORKER, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", id="writable"),
        pytest.param(SCHEDULER, "replicas: 2", "replicas: 1", id="nobody-takes-over"),
        pytest.param(SCHEDULER, "limits: {memory: 512Mi}", "limits: {}", id="no-limits"),
        pytest.param(SCHEDULER, "{name: tmp, mountPath: /tmp}", "{name: tmp, mountPath: /temp}", id="nowhere-to-write"),
        pytest.param(SCHEDULER, "terminationGracePeriodSeconds: 20", "terminationGracePeriodSeconds: 5", id="killed"),
        pytest.param(SERVICES, "component: web}\n  ports", "component: webs}\n  ports", id="service-of-nothing"),
        pytest.param(DISRUPTION, "component: worker}", "component: workers}", id="budget-of-nothing"),
        pytest.param(NETWORK, "name: aftermath}\n  policyTypes", "name: after}\n  policyTypes", id="policy-of-nothing"),
        pytest.param(INGRESS, "path: /webhooks/", "path: /", id="the-world-is-let-in"),
        pytest.param(INGRESS, "name: aftermath-web", "name: aftermath-www", id="ingress-to-nothing"),
        pytest.param(SECRET, 'GITHUB_TOKEN: ""', "GITHUB_TOKEN: x", id="secret-in-the-example"),
        pytest.param(f"{BASE}/kustomization.yaml", "  - network.yaml\n", "", id="not-applied"),
        pytest.param(f"{BASE}/kustomization.yaml", "- web.yaml", "- www.yaml", id="file-that-is-not-there"),
        pytest.param(f"{OVERLAY}/kustomization.yaml", "newTag: 0.1.0", "newTag: latest", id="any-version"),
        pytest.param(f"{OVERLAY}/namespace.yaml", "enforce: restricted", "enforce: privileged", id="unrestricted"),
    ],
)
def test_a_broken_manifest_is_found_out(path: str, old: str, new: str) -> None:
    try:
        found = list(problems(changed(path, old, new)))
    except KeyError as error:
        found = [f"{error} is missing"]
    assert found


def built() -> list[Manifest]:
    """What kustomize makes of the overlay, where this machine has it."""
    tool = shutil.which("kubectl")
    if tool is None:
        # Only repackaged binaries of others could be locked; the objects themselves are held against the schemas.
        pytest.skip("there is no kubectl on this machine, of which kustomize is a part")
    said = subprocess.run([tool, "version", "--client", "-o", "json"], capture_output=True, timeout=60, check=True)
    minor = int(re.sub(r"\D", "", json.loads(said.stdout)["clientVersion"]["minor"]))
    if minor < KUBECTL_MINOR_MIN:
        # Debian 12's is 1.20, whose kustomize is 2.0 and knows neither `labels` nor `replicas`.
        pytest.skip(f"kubectl 1.{minor} is too old: {OVERLAY} wants 1.{KUBECTL_MINOR_MIN} or newer")
    run = subprocess.run([tool, "kustomize", ROOT / OVERLAY], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return [document for document in yaml.safe_load_all(run.stdout) if document]


def test_kustomize_builds_the_overlay() -> None:
    objects = built()
    assert {manifest["kind"] for manifest in objects} == (set(KINDS) | {"ConfigMap"}) - {"Secret"}
    assert {m["metadata"].get("namespace", "aftermath") for m in objects} == {"aftermath"}
    (config,) = [m for m in objects if m["kind"] == "ConfigMap"]
    for deployment in (m for m in objects if m["kind"] == "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        assert pod["containers"][0]["image"] == "registry.example/aftermath:0.1.0"
        assert config["metadata"]["name"] in {v["configMap"]["name"] for v in pod["volumes"] if "configMap" in v}


def whole_objects(texts: Texts) -> list[Manifest]:
    """Every object as it is written: all but what kustomize builds from, and what it lays over."""
    paths = [path for path in texts if path.startswith(f"{BASE}/") or path in (INGRESS, f"{OVERLAY}/namespace.yaml")]
    found = [document for path in sorted(paths) if path.endswith(".yaml") for document in documents(texts, path)]
    return [one for one in found if one["kind"] in KINDS]


@pytest.mark.parametrize("version", SCHEMAS)
def test_the_objects_fit_the_schemas_of_kubernetes(version: str) -> None:
    """As Kubernetes publishes them: no field unknown, every value of its type."""
    objects = whole_objects(shipped())
    assert {one["kind"] for one in objects} == set(KINDS)
    for manifest in objects:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_what_kustomize_builds_fits_them_too() -> None:
    for manifest in built():
        kubernetes_validate.validate(manifest, SCHEMAS[-1], strict=True)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(WEB, "replicas: 2", "replicas: two", id="words-for-a-number"),
        pytest.param(WEB, "readinessProbe:", "readynessProbe:", id="a-field-misspelt"),
        pytest.param(NETWORK, "podSelector:", "podSelektor:", id="a-field-misspelt-in-a-policy"),
    ],
)
def test_an_object_that_fits_no_schema_is_found_out(path: str, old: str, new: str) -> None:
    broken = [one for one in whole_objects(changed(path, old, new)) if one not in whole_objects(shipped())]
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken[0], SCHEMAS[-1], strict=True)

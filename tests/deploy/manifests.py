"""What can be wrong with the manifests for Kubernetes, told in sentences.

The schemas of Kubernetes say what may stand in an object, and the tests ask them too. Here it is about what the
schemas do not know: that what points to something meets it, and that little is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.deploy.shipped import ROOT, Texts, documents
from worker.config.forms import ConfigForm

BASE, OVERLAY = "deploy/kubernetes/base", "deploy/kubernetes/overlays/example"
WEB, WORKER, SCHEDULER = (f"{BASE}/{name}.yaml" for name in ("web", "worker", "scheduler"))
NETWORK, DISRUPTION, SERVICES = (f"{BASE}/{name}.yaml" for name in ("network", "disruption", "services"))
INGRESS, SECRET = f"{OVERLAY}/ingress.yaml", f"{BASE}/secret.example.yaml"
PORT = int(ConfigForm.model_fields["listen"].default.rpartition(":")[2])
#: Longer than Aftermath takes to stop, in seconds.
STOP_S_MIN = 15
#: Kind to its version, and to the fields that its spec may have here: a letter too much is no field.
KINDS = {
    "ServiceAccount": ("v1", set()),
    "Namespace": ("v1", set()),
    "Secret": ("v1", set()),
    "Service": ("v1", {"selector", "ports", "clusterIP", "publishNotReadyAddresses"}),
    "Deployment": ("apps/v1", {"replicas", "revisionHistoryLimit", "strategy", "selector", "template"}),
    "PodDisruptionBudget": ("policy/v1", {"maxUnavailable", "selector"}),
    "NetworkPolicy": ("networking.k8s.io/v1", {"podSelector", "policyTypes", "ingress", "egress"}),
    "Ingress": ("networking.k8s.io/v1", {"ingressClassName", "tls", "rules"}),
}
POD_FIELDS = {
    "serviceAccountName",
    "automountServiceAccountToken",
    "enableServiceLinks",
    "terminationGracePeriodSeconds",
    "securityContext",
    "topologySpreadConstraints",
    "containers",
    "volumes",
}
CONTAINER_FIELDS = {
    "name",
    "image",
    "args",
    "envFrom",
    "ports",
    "startupProbe",
    "livenessProbe",
    "readinessProbe",
    "resources",
    "securityContext",
    "volumeMounts",
}
PROBED = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
POD_SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "runAsGroup": 10001,
    "fsGroup": 10001,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}

Manifest = dict[str, Any]


def manifests(texts: Texts) -> list[Manifest]:
    """Every object, of base and overlay, that is no kustomization or configuration."""
    paths = [path for path in texts if path.startswith("deploy/kubernetes/") and "/config/" not in path]
    return [
        document for path in paths if not path.endswith("kustomization.yaml") for document in documents(texts, path)
    ]


def of_kind(texts: Texts, kind: str) -> list[Manifest]:
    return [manifest for manifest in manifests(texts) if manifest["kind"] == kind]


def problems(texts: Texts) -> Iterator[str]:
    for manifest in manifests(texts):
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        version, fields = KINDS.get(kind, ("", set()))
        if manifest["apiVersion"] != version:
            yield f"{kind} {name}: {manifest['apiVersion']}"
        yield from _strangers(f"{kind} {name}", manifest.get("spec", {}), fields)
    for deployment in of_kind(texts, "Deployment"):
        yield from _deployment_problems(deployment)
    yield from _pointing_problems(texts)
    yield from _ingress_problems(texts)
    yield from _kustomization_problems(texts)
    yield from _overlay_problems(texts)


def _strangers(where: str, found: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    yield from (f"{where}: {field} is no field" for field in found if field not in known)


def _deployment_problems(deployment: Manifest) -> Iterator[str]:
    name, spec = deployment["metadata"]["name"], deployment["spec"]
    pod = spec["template"]["spec"]
    if spec["replicas"] < 2:
        yield f"{name}: nobody takes over"
    if spec["selector"]["matchLabels"] != spec["template"]["metadata"]["labels"]:
        yield f"{name}: does not select its own pods"
    yield from _strangers(name, pod, POD_FIELDS)
    if pod["securityContext"] != POD_SECURITY or pod["automountServiceAccountToken"]:
        yield f"{name}: is not restricted"
    if pod["terminationGracePeriodSeconds"] < STOP_S_MIN:
        yield f"{name}: is killed while it stops"
    (container,) = pod["containers"]
    yield from _container_problems(name, container)
    volumes = {volume["name"] for volume in pod["volumes"]}
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    if volumes != set(mounted) or set(mounted.values()) != {"/etc/aftermath", "/data", "/tmp"}:
        yield f"{name}: volumes {sorted(volumes)} are mounted as {mounted}"
    annotations = spec["template"]["metadata"]["annotations"]
    if (annotations["prometheus.io/port"], annotations["prometheus.io/path"]) != (str(PORT), "/metrics"):
        yield f"{name}: its figures are looked for elsewhere"


def _container_problems(name: str, container: Manifest) -> Iterator[str]:
    yield from _strangers(name, container, CONTAINER_FIELDS)
    if container["securityContext"] != CONTAINER_SECURITY:
        yield f"{name}: is not restricted"
    if container["ports"] != [{"name": "http", "containerPort": PORT}]:
        yield f"{name}: listens on {PORT}, and says {container['ports']}"
    if container["args"] != [name.removeprefix("aftermath-"), "--listen", f"0.0.0.0:{PORT}"]:
        yield f"{name}: starts {container['args']}"
    for probe, path in PROBED.items():
        if container[probe]["httpGet"] != {"path": path, "port": "http"}:
            yield f"{name}: {probe} asks {container[probe]['httpGet']}"
    if (
        not {"cpu", "memory"} <= set(container["resources"]["requests"])
        or "memory" not in container["resources"]["limits"]
    ):
        yield f"{name}: has no limits"


def _pointing_problems(texts: Texts) -> Iterator[str]:
    """Every selector meets pods, every name an object."""
    pods = [deployment["spec"]["template"]["metadata"]["labels"] for deployment in of_kind(texts, "Deployment")]
    for manifest in manifests(texts):
        spec, name = manifest.get("spec", {}), manifest["metadata"]["name"]
        selector = spec.get("podSelector", spec.get("selector", {}))
        wanted = selector.get("matchLabels", selector)
        if wanted and not any(wanted.items() <= labels.items() for labels in pods):
            yield f"{manifest['kind']} {name}: selects no pod"
    accounts = {account["metadata"]["name"] for account in of_kind(texts, "ServiceAccount")}
    for deployment in of_kind(texts, "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        if pod["serviceAccountName"] not in accounts:
            yield f"no account {pod['serviceAccountName']}"
    for account in of_kind(texts, "ServiceAccount"):
        if account["automountServiceAccountToken"]:
            yield "the account brings a token"
    for secret in of_kind(texts, "Secret"):
        yield from (f"{key} is filled in" for key, value in secret["stringData"].items() if value)


def _ingress_problems(texts: Texts) -> Iterator[str]:
    """The world reaches deliveries, and nothing else."""
    services = {service["metadata"]["name"] for service in of_kind(texts, "Service")}
    for ingress in of_kind(texts, "Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                if path["path"] != "/webhooks/":
                    yield f"the world is let in to {path['path']}"
                if path["backend"]["service"]["name"] not in services:
                    yield f"the ingress leads to {path['backend']['service']['name']}"


def _kustomization_problems(texts: Texts) -> Iterator[str]:
    for folder in (BASE, OVERLAY):
        (kustomization,) = documents(texts, f"{folder}/kustomization.yaml")
        named = list(kustomization["resources"])
        for generator in kustomization.get("configMapGenerator", []):
            named += generator["files"]
        for name in named:
            if f"{folder}/{name}" not in texts and not (ROOT / folder / name).is_dir():
                yield f"{folder}: there is no {name}"
        here = [path for path in texts if path.startswith(f"{folder}/") and not path.endswith("/kustomization.yaml")]
        for path in here:
            if path != SECRET and path.removeprefix(f"{folder}/") not in named:
                yield f"{path} is not applied"


def _overlay_problems(texts: Texts) -> Iterator[str]:
    (kustomization,) = documents(texts, f"{OVERLAY}/kustomization.yaml")
    deployments = {deployment["metadata"]["name"] for deployment in of_kind(texts, "Deployment")}
    yield from (f"{one['name']} is not there" for one in kustomization["replicas"] if one["name"] not in deployments)
    images = {
        deployment["spec"]["template"]["spec"]["containers"][0]["image"].partition(":")[0]
        for deployment in of_kind(texts, "Deployment")
    }
    if {image["name"] for image in kustomization["images"]} != images:
        yield f"the images are {sorted(images)}"
    for image in kustomization["images"]:
        if not re.fullmatch(r"\d+\.\d+\.\d+", str(image["newTag"])):
            yield f"{image['newTag']} is no version"
    for namespace in of_kind(texts, "Namespace"):
        if namespace["metadata"]["name"] != kustomization["namespace"]:
            yield f"the namespace is {kustomization['namespace']}"
        if namespace["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
            yield "anything may run beside it"

"""The configurations that ship, each with the file that holds its secrets, loaded as the program loads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.shipped import Texts, documents
from worker.config import Config, ConfigError, load_config
from worker.roles import RUN, SCHEDULER, WEB, WORKER, Role


@dataclass(frozen=True)
class Installation:
    """`config` is run as one of `roles`, with the variables named in `environment`. `off` marks lines to switch on."""

    config: str
    environment: str
    roles: tuple[Role, ...]
    off: str = ""


APART = (WEB, WORKER, SCHEDULER)
INSTALLATIONS = (
    Installation("deploy/compose/config/aftermath.yaml", "deploy/compose/example.env", APART),
    Installation("deploy/compose/one/config/aftermath.yaml", "deploy/compose/example.env", (RUN,)),
    Installation("deploy/systemd/aftermath.yaml", "deploy/systemd/example.env", (RUN,)),
    Installation("deploy/systemd/aftermath.yaml", "deploy/systemd/example.env", APART, off="# "),
    Installation(
        "deploy/kubernetes/overlays/example/config/aftermath.yaml", "deploy/kubernetes/base/secret.example.yaml", APART
    ),
)


def supplied(texts: Texts, environment: str) -> set[str]:
    """The variables that an example of an environment names."""
    if environment.endswith(".yaml"):
        (secret,) = documents(texts, environment)
        return set(secret["stringData"])
    return set(re.findall(r"^(\w+)=", texts[environment], re.MULTILINE))


def used(text: str) -> set[str]:
    return set(re.findall(r"\$\{(\w+)\}", text))


def load(texts: Texts, installation: Installation, folder: Path) -> Config:
    """Raises ConfigError."""
    text = texts[installation.config]
    if installation.off:
        text = re.sub(rf"^{installation.off}(ledger|queue):", r"\1:", text, flags=re.MULTILINE)
    file = folder / "aftermath.yaml"
    file.write_text(text, "utf-8")
    people = installation.config.replace("aftermath.yaml", "people.yaml")
    (folder / "people.yaml").write_text(texts[people], "utf-8")
    environ = {name: _value(name) for name in supplied(texts, installation.environment)}
    return load_config(file, environ)


def problems(texts: Texts, folder: Path) -> Iterator[str]:
    """What keeps a shipped configuration from being used as it ships."""
    for installation in INSTALLATIONS:
        try:
            config = load(texts, installation, folder)
        except ConfigError as error:
            yield f"{installation.config}: {error}"
            continue
        for role in installation.roles:
            if lacking := role.missing(config):
                yield f"{installation.config}: {lacking}"
    for environment in {installation.environment for installation in INSTALLATIONS}:
        wanted = set().union(*(used(texts[i.config]) for i in INSTALLATIONS if i.environment == environment))
        idle = supplied(texts, environment) - wanted
        yield from (f"{environment}: nobody asks for {name}" for name in sorted(idle))


def _value(name: str) -> str:
    """Something of the kind that the variable holds."""
    return {"AFTERMATH_LEDGER_URL": "postgresql://u:p@db:5432/a", "AFTERMATH_QUEUE_URL": "redis://db:6379/0"}.get(
        name, "x" * 20
    )

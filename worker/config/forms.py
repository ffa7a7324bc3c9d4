"""The shape of `aftermath.yaml`, before its meaning is looked at: which keys there are, and of what kind."""

from __future__ import annotations

from typing import Literal

from rules.language.forms import Form


class TrackerForm(Form):
    """`url` may be left out for github.com; each secret is given as a value or as a file."""

    kind: Literal["github", "jira"]
    url: str = ""
    user: str = ""
    token: str = ""
    token_file: str = ""
    webhook_secret: str = ""
    webhook_secret_file: str = ""
    own_account: Literal["yes", "no"] | bool = False


class RouteForm(Form):
    """Where tickets of one role are opened, and as which issue type."""

    place: str = ""
    type: str = ""


class LimitOverridesForm(Form):
    mentions_per_day: int | None = None
    sweep_effects_max: int | None = None
    start_at: str | None = None


class ConfigForm(Form):
    """The whole file. Meanings and defaults stand at `worker.config.settings.Config`."""

    aftermath: Literal[1]
    installation: str
    secret: str = ""
    secret_file: str = ""
    data: str = ".aftermath"
    ledger: str = "sqlite"
    queue: str = "embedded"
    trackers: dict[str, TrackerForm]
    watch: list[str]
    post_mortems: RouteForm = RouteForm()
    actions: RouteForm = RouteForm()
    policy: str = "accountability"
    people: str = ""
    listen: str = "127.0.0.1:7744"
    poll_every: str = "5 m"
    workers: int = 4
    webhook_bytes_max: int = 5_000_000
    clock: str = ""
    limits: LimitOverridesForm = LimitOverridesForm()

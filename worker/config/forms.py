"""The shape of `aftermath.yaml`, before its meaning is looked at: which keys there are, and of what kind."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from rules.language.form import Form

#: YAML takes a bare port, or an amount without its unit, for a number; it is read as it is written, so that what is
#: missing from it can be told.
Written = Annotated[str, BeforeValidator(lambda found: str(found) if type(found) is int else found)]

#: One name for every severity, or one for each: the former stands under no severity.
Priorities = Annotated[dict[str, str], BeforeValidator(lambda found: {"": found} if type(found) is str else found)]
#: A value as a person writes it into a field: a number stands for its digits.
Amount = Annotated[str, BeforeValidator(lambda found: str(found) if type(found) in (int, float) else found)]


class AppForm(Form):
    """A GitHub App; without an `installation` the one of a repository's owner is found."""

    id: Written
    private_key: str = ""
    private_key_file: str = ""
    installation: int | None = None


class TrackerForm(Form):
    """`url` may be left out for github.com; each secret is given as a value or as a file. `site` is where people look,
    where `url` is another place."""

    kind: Literal["github", "jira"]
    edition: Literal["cloud", "data-center"] | None = None
    url: str = ""
    site: str = ""
    user: str = ""
    token: str = ""
    token_file: str = ""
    app: AppForm | None = None
    proxy: str = ""
    ca_file: str = ""
    timeout: Written = ""
    webhook_secret: str = ""
    webhook_secret_file: str = ""
    own_account: Literal["yes", "no"] | bool = False
    bots: list[str] = Field(default_factory=list)


class RouteForm(Form):
    """Where tickets of one role are opened, as which issue type, and with what else: see
    `worker.config.openings.Opening`."""

    place: str = ""
    type: str = ""
    priority: Priorities = Field(default_factory=dict)
    parent: str = ""
    fields: dict[str, Amount] = Field(default_factory=dict)


class LessonsForm(Form):
    """The repository that lessons are written to. `tracker` is needed where several are GitHub's."""

    repository: str
    folder: str = "lessons"
    tracker: str = ""


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
    lessons: LessonsForm | None = None
    policy: str = "accountability"
    people: str = ""
    listen: Written = "127.0.0.1:7744"
    poll_every: Written = "5 m"
    workers: int = 4
    webhook_bytes_max: int = 5_000_000
    page_password: str = ""
    page_password_file: str = ""
    clock: str = ""
    limits: LimitOverridesForm = LimitOverridesForm()

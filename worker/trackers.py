"""The trackers that a configuration names: the one place that knows which connector speaks to which kind.

Nothing is contacted here; a library is loaded only where its kind of tracker is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.github import addresses as github_addresses
from connectors.github.limits import WRITES as GITHUB_WRITES
from connectors.jira import addresses as jira_addresses
from connectors.jira.edition import DATA_CENTER
from connectors.jira.limits import WRITES as JIRA_WRITES
from connectors.markers import MarkerCodec, without_marker
from connectors.metering import RequestMeter
from connectors.tracker import Tracker
from connectors.wanted_fields import Wants, no_fields
from connectors.webhooks import HookKeeper
from connectors.write_limits import WriteLimits
from rules.refs import Place
from worker.checking import Question
from worker.clock import Clock
from worker.config import Config, TrackerSettings

if TYPE_CHECKING:
    from connectors.github.tracker import GitHubTracker
    from connectors.jira.tracker import JiraTracker

_JIRA_TYPE = "Task"


def build_trackers(
    config: Config, clock: Clock, wants: Wants = no_fields
) -> tuple[dict[str, Tracker], dict[str, RequestMeter]]:
    """Every tracker that can be asked, and the meter of each, by name; `wants` says which of their own fields are read
    with each ticket."""
    made = {
        name: build_tracker(settings, config, clock, _type_for(name, config), wants)
        for name, settings in config.trackers.items()
        if _can_be_asked(settings, config)
    }
    return {name: tracker for name, (tracker, _) in made.items()}, {name: meter for name, (_, meter) in made.items()}


def build_tracker(
    settings: TrackerSettings, config: Config, clock: Clock, ticket_type: str, wants: Wants = no_fields
) -> tuple[Tracker, RequestMeter]:
    """A tracker and its meter. Each kind's library is loaded only where it is used."""
    made = _made(settings, config, clock, ticket_type, wants)
    return made, made.requests


def build_hook_keepers(config: Config, clock: Clock) -> dict[str, HookKeeper]:
    """Who looks after the webhooks of each tracker that can be asked, by name."""
    return {
        name: _made(settings, config, clock, _JIRA_TYPE).hooks
        for name, settings in config.trackers.items()
        if _can_be_asked(settings, config)
    }


def _made(
    settings: TrackerSettings, config: Config, clock: Clock, ticket_type: str, wants: Wants = no_fields
) -> GitHubTracker | JiraTracker:
    codec = MarkerCodec(config.installation, config.secret.encode())
    if settings.kind == "github":
        from connectors.github.app import App  # noqa: PLC0415 - see above
        from connectors.github.tracker import GitHubTracker  # noqa: PLC0415 - see above

        app = App(settings.app.id, settings.app.installation) if settings.app else None
        return GitHubTracker(
            settings.name,
            settings.url,
            settings.access,
            codec,
            settings.webhook_secret,
            now=clock.now,
            app=app,
            bots=settings.bots,
            wants=wants,
        )
    from connectors.jira.tracker import JiraTracker  # noqa: PLC0415 - see above

    return JiraTracker(
        settings.name,
        settings.url,
        settings.user,
        settings.access,
        codec,
        settings.webhook_secret,
        clock.now,
        web_url=settings.site,
        edition=settings.edition,
        ticket_type=ticket_type,
        bots=settings.bots,
        wants=wants,
    )


def write_limits(config: Config) -> dict[str, WriteLimits]:
    """How many writes each tracker takes of us, by name."""
    return {
        name: GITHUB_WRITES if settings.kind == "github" else JIRA_WRITES for name, settings in config.trackers.items()
    }


def key_on_page(settings: TrackerSettings, url: str) -> str:
    """The key of the ticket that a browser shows at an address; empty where that is no ticket of this tracker."""
    if settings.kind == "github":
        return github_addresses.key_on_page(settings.url, url)
    return jira_addresses.key_on_page(web_address(settings), url)


def web_address(settings: TrackerSettings) -> str:
    """Where people look at this tracker."""
    if settings.kind == "github":
        return github_addresses.web_address(settings.url)
    return settings.site or settings.url


def page_of(settings: TrackerSettings, key: str) -> str:
    """Where a browser would show the ticket of that key."""
    path = key.replace("#", "/issues/") if settings.kind == "github" else f"browse/{key}"
    return f"{web_address(settings).rstrip('/')}/{path}"


def stored_text(kind: str, edition: str, markdown: str) -> Any:
    """A text as such a tracker keeps it in a description or a comment: Markdown, an ADF document, or wiki markup."""
    if kind == "github":
        return markdown
    from connectors.jira.adf import adf_of  # noqa: PLC0415 - see above
    from connectors.jira.wiki import wiki_of  # noqa: PLC0415 - see above

    return wiki_of(markdown) if edition == DATA_CENTER else adf_of(markdown)


def shown_text(kind: str, body: Any) -> str:
    """What is kept so as Markdown, a hidden marker left out. Never raises."""
    if kind == "github":
        return without_marker(str(body or ""))
    from connectors.jira.markdown import markdown_of  # noqa: PLC0415 - see above
    from connectors.jira.wiki_reading import markdown_of_wiki  # noqa: PLC0415 - see above

    return markdown_of_wiki(body) if isinstance(body, str) else markdown_of(body)


def questions(config: Config, trackers: Mapping[str, Tracker], clock: Clock) -> tuple[Question, ...]:
    """What `check` asks: each place once, and once more for every further issue type that is wanted there."""
    asked = [Question(place, trackers[place.tracker]) for place in config.places if place.tracker in trackers]
    for place, kind in _typed_places(config) if asked else ():
        settings = config.trackers[place.tracker]
        if settings.kind == "jira" and kind != _type_for(place.tracker, config):
            asked.append(Question(place, build_tracker(settings, config, clock, kind)[0]))
    return tuple(asked)


def _can_be_asked(settings: TrackerSettings, config: Config) -> bool:
    """False for one whose variables are not set, in a command that asks no tracker."""
    return bool(settings.url and settings.token and config.secret)


def _type_for(tracker: str, config: Config) -> str:
    """The issue type that a tracker is asked about when its places are checked: the first configured for it."""
    return next((kind for place, kind in _typed_places(config) if place.tracker == tracker), _JIRA_TYPE)


def _typed_places(config: Config) -> list[tuple[Place, str]]:
    """Every place that tickets are opened in, with the issue type they get there."""
    typed: list[tuple[Place, str]] = []
    for role, routed in (("post-mortem", config.post_mortems), ("action", config.actions)):
        kind = config.opening(role).ticket_type
        typed += [(place, kind) for place in ([routed] if routed else config.watch) if kind]
    return typed

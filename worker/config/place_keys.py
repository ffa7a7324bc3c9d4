"""Which key of `aftermath.yaml` names a place: so that advice about a place can say where it is written."""

from __future__ import annotations

from rules.refs import Place
from worker.config.settings import Config

#: Where tickets of a role are opened, by the role.
ROUTE_KEYS = {"post-mortem": "post_mortems.place", "action": "actions.place"}
WATCH_KEY = "watch"


def keys_naming(config: Config, place: Place) -> tuple[str, ...]:
    """Every key that names the place, in the order of the file."""
    routes = (("post-mortem", config.post_mortems), ("action", config.actions))
    named = [ROUTE_KEYS[role] for role, routed in routes if routed == place]
    return tuple([WATCH_KEY] * (place in config.watch) + named)


def route_of(config: Config, role: str) -> Place | None:
    """Where the configuration sends new tickets of that role; None opens them beside their failure."""
    return {"post-mortem": config.post_mortems, "action": config.actions}.get(role)

"""Deliveries about a whole repository: it has another name, other readers, or is closed; a label of it was renamed or
deleted; our App may go in, or no longer.

None of that moves a single issue's `updated_at`, so that no poll would tell of it. Only names come out, and they are
checked like any other address: whoever asks about them asks the tracker (P4, P11).

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.github.addresses import is_repository
from rules.refs import Place

Json = Mapping[str, Any]

#: An installation may have thousands of repositories, of which a configuration names a few dozen.
_REPOSITORIES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class AboutPlaces:
    """Every name of the places that a delivery is about, and the labels that were changed there."""

    places: tuple[Place, ...]
    labels: tuple[str, ...] = ()


def read(tracker: str, event: str, payload: Json) -> AboutPlaces | None:
    """None for an event that is none of these, or changes nothing for us. Raises KeyError, TypeError, ValueError and
    AttributeError for what is not in GitHub's form."""
    names, labels = _READS[event](payload) if event in _READS else ([], ())
    places = tuple(Place(tracker, name) for name in dict.fromkeys(names))
    return AboutPlaces(places, labels) if places else None


def _label(payload: Json) -> tuple[list[str], tuple[str, ...]]:
    """A label's name as it is, and as it was. A new one, or another colour, changes nothing."""
    former = ((payload.get("changes") or {}).get("name") or {}).get("from")
    if payload["action"] != "deleted" and not former:
        return [], ()
    named = (payload["label"]["name"], *((former,) if former else ()))
    if not all(isinstance(name, str) for name in named):
        raise ValueError("not a label's name")
    return [_name(payload["repository"])], named


def _repository(payload: Json) -> tuple[list[str], tuple[str, ...]]:
    name = _name(payload["repository"])
    owner, _, short = name.partition("/")
    changes = payload.get("changes") or {}
    was = ((changes.get("repository") or {}).get("name") or {}).get("from")
    sources = (changes.get("owner") or {}).get("from") or {}
    former = (sources.get("user") or sources.get("organization") or {}).get("login")
    before = f"{former or owner}/{was or short}" if was or former else name
    return [name, before] if is_repository(before) else [name], ()


def _installation(payload: Json) -> tuple[list[str], tuple[str, ...]]:
    lists = ("repositories", "repositories_added", "repositories_removed")
    return [_name(one) for one in _limited(payload, lists)], ()


def _limited(payload: Json, lists: tuple[str, ...]) -> Iterator[Json]:
    for key in lists:
        yield from (payload.get(key) or [])[:_REPOSITORIES_MAX]


def _name(repository: Json) -> str:
    name = repository["full_name"]
    if not isinstance(name, str) or not is_repository(name):
        raise ValueError("not a repository's name")
    return name


_READS: Mapping[str, Callable[[Json], tuple[list[str], tuple[str, ...]]]] = {
    "label": _label,
    "repository": _repository,
    "public": _repository,
    "installation": _installation,
    "installation_repositories": _installation,
}

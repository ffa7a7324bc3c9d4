"""What a policy settles for all its rules: severities, where tickets go, and what keeps Aftermath quiet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.labels import folded
from rules.quiet_hours import QuietHours
from rules.refs import Place


@dataclass(frozen=True, slots=True)
class Severities:
    """Severity by label; where no label names one, by the tracker's priority; `default` where neither does."""

    labels: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    default: int = 3
    priorities: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def among(self, labels: Iterable[str]) -> list[int]:
        """The severities that these labels name."""
        carried = folded(labels)
        return [severity for label, severity in self.labels.items() if label.casefold() in carried]

    def of(self, labels: Iterable[str], priority: str = "") -> int:
        """The gravest that these labels name, else that of the priority, else the default."""
        return min(self.among(labels), default=self.without_label(priority))

    def without_label(self, priority: str) -> int:
        """The severity of what carries no label that names one."""
        named = self._by_priority(priority)
        return self.default if named is None else named

    def is_set(self, labels: Iterable[str], priority: str = "") -> bool:
        """Whether a label or the priority names one."""
        return bool(self.among(labels)) or self._by_priority(priority) is not None

    def _by_priority(self, priority: str) -> int | None:
        wanted = priority.casefold()
        return next((severity for name, severity in self.priorities.items() if name.casefold() == wanted), None)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where lessons are kept as files: a repository, and a folder in it (`lessons`, `a/b`, or empty for its top)."""

    place: Place
    folder: str = "lessons"


@dataclass(frozen=True, slots=True)
class Routing:
    """Where tickets are opened; None: beside the failure, in its own repository or project. `lessons` is where they
    are written to as files; None: nowhere, and they stand on their failures alone. `watched` is where failures are
    labelled, and nothing begins elsewhere; tickets there, too, may be named as what they are."""

    post_mortems: Place | None = None
    actions: Place | None = None
    lessons: Shelf | None = None
    watched: tuple[Place, ...] = ()

    def watches(self, place: Place) -> bool:
        """Whether failures are labelled there. GitHub reads any capitals in a name."""
        known = ((one.tracker, one.container.casefold()) for one in self.watched)
        return (place.tracker, place.container.casefold()) in known


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps Aftermath quiet (P9, P13).

    `mentions_per_day`: how often one person may be mentioned a day, severity 1 exempt.
    `sweep_effects_max`: new things said or opened in one sweep, over all cases, before the brake holds.
    `start_at`: failures labelled before it are left alone; None takes them all.
    `quiet_hours`: nobody is mentioned or written to privately then, severity 1 exempt; None: at any hour.
    """

    mentions_per_day: int = 5
    sweep_effects_max: int = 200
    start_at: dt.datetime | None = None
    quiet_hours: QuietHours | None = None

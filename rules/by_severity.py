"""A duration that depends on how grave a failure is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.durations import Duration

#: 1 is the gravest.
SEVERITIES = range(1, 6)


@dataclass(frozen=True, slots=True)
class BySeverity:
    """A duration for each severity; `for_severity` falls to the next milder one that is named."""

    durations: Mapping[int, Duration]

    def for_severity(self, severity: int) -> Duration:
        at_least = [level for level in sorted(self.durations) if level >= severity]
        return self.durations[at_least[0] if at_least else max(self.durations)]

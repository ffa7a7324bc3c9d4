"""Where people of a simulated company live and when they work, as their people file says it.

The independent model tells each once more, with holidays by hand (`worker.simulation.expected_homes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: The `calendar` of each home in the people file; an empty one is that of the policy.
HOMES: Mapping[str, str] = MappingProxyType(
    {
        "office": "",
        "munich": "{zone: Europe/Berlin, country: DE, region: BY}",
        "tokyo": '{zone: Asia/Tokyo, country: JP, hours: "10:00-12:30, 13:30-19:00"}',
        "boston": '{zone: America/New_York, country: US, hours: {mon-thu: "08:00-17:00", fri: "08:00-12:00"}}',
        "auckland": (
            "{zone: Pacific/Auckland, workdays: [tue, wed, thu, fri, sat],"
            " holidays: [2026-04-03 to 2026-04-07, 2026-12-24 to 2027-01-05]}"
        ),
        # Nobody of these works while it is not quiet.
        "night": '{zone: Europe/London, hours: "00:30-06:30"}',
    }
)

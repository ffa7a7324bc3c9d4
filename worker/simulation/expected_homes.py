"""The homes of a simulated company once more, with the holidays of the weeks in which histories play, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from worker.simulation.expected_calendar import OFFICE, Span, WorkingTime


def _days(text: str) -> frozenset[dt.date]:
    return frozenset(map(dt.date.fromisoformat, text.split()))


def _hours(*hours: str) -> tuple[Span, ...]:
    spans = (one.split("-") for one in hours)
    return tuple((dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)) for opens, closes in spans)


#: New Year, Epiphany, Good Friday, Easter Monday, Labour Day, Ascension, Whit Monday, Corpus Christi, Assumption,
#: German Unity, All Saints, Christmas.
_BAVARIA = _days(
    "2026-01-01 2026-01-06 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25 2026-06-04 2026-08-15 2026-10-03"
    " 2026-11-01 2026-12-25 2026-12-26 2027-01-01 2027-01-06 2027-03-26 2027-03-29"
)
#: New Year, Coming of Age, Foundation, Emperor's Birthday, Vernal Equinox, Showa, Constitution, Greenery, Children's
#: Day, a substitute for the one on a Sunday, Marine, Mountain, Aged, citizens', Autumnal Equinox, Sports, Culture,
#: Labour.
_JAPAN = _days(
    "2026-01-01 2026-01-12 2026-02-11 2026-02-23 2026-03-20 2026-04-29 2026-05-03 2026-05-04 2026-05-05 2026-05-06"
    " 2026-07-20 2026-08-11 2026-09-21 2026-09-22 2026-09-23 2026-10-12 2026-11-03 2026-11-23 2027-01-01 2027-01-11"
    " 2027-02-11 2027-02-23 2027-03-21 2027-03-22"
)
#: New Year, Martin Luther King, Washington, Memorial, Juneteenth, Independence (kept on the Friday too), Labor,
#: Columbus, Veterans, Thanksgiving, Christmas.
_UNITED_STATES = _days(
    "2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-07-04 2026-09-07 2026-10-12 2026-11-11"
    " 2026-11-26 2026-12-25 2027-01-01 2027-01-18 2027-02-15"
)
#: Easter, and Christmas to New Year.
_AUCKLAND = _days(
    "2026-04-03 2026-04-04 2026-04-05 2026-04-06 2026-04-07 2026-12-24 2026-12-25 2026-12-26 2026-12-27 2026-12-28"
    " 2026-12-29 2026-12-30 2026-12-31 2027-01-01 2027-01-02 2027-01-03 2027-01-04 2027-01-05"
)
_TOKYO, _BOSTON, _FRIDAY = _hours("10:00-12:30", "13:30-19:00"), _hours("08:00-17:00"), _hours("08:00-12:00")
_NIGHT = _hours("00:30-06:30")

HOME_HOURS: Mapping[str, WorkingTime] = MappingProxyType(
    {
        "office": WorkingTime(),
        "munich": WorkingTime(ZoneInfo("Europe/Berlin"), closed=_BAVARIA),
        "tokyo": WorkingTime(ZoneInfo("Asia/Tokyo"), (*[_TOKYO] * 5, (), ()), _JAPAN),
        "boston": WorkingTime(ZoneInfo("America/New_York"), (*[_BOSTON] * 4, _FRIDAY, (), ()), _UNITED_STATES),
        "auckland": WorkingTime(ZoneInfo("Pacific/Auckland"), ((), *[OFFICE] * 5, ()), _AUCKLAND),
        "night": WorkingTime(ZoneInfo("Europe/London"), (*[_NIGHT] * 5, (), ())),
    }
)

"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.durations import Duration, Unit, parse_duration

WRITTEN = [
    ("90 s", Duration(90, Unit.SECONDS)),
    ("15 m", Duration(15, Unit.MINUTES)),
    ("15min", Duration(15, Unit.MINUTES)),
    ("1 hour", Duration(1, Unit.HOURS)),
    ("5 days", Duration(5, Unit.DAYS)),
    ("2 w", Duration(2, Unit.WEEKS)),
    ("4 business hours", Duration(4, Unit.BUSINESS_HOURS)),
    ("1 business day", Duration(1, Unit.BUSINESS_DAYS)),
    ("-2 business days", Duration(-2, Unit.BUSINESS_DAYS)),
    ("+3 d", Duration(3, Unit.DAYS)),
    ("0 s", Duration(0, Unit.SECONDS)),
    ("  5   Business\tDays ", Duration(5, Unit.BUSINESS_DAYS)),
]


@pytest.mark.parametrize(("text", "duration"), WRITTEN, ids=[text.strip() for text, _ in WRITTEN])
def test_a_duration_is_a_whole_number_and_a_unit(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


REFUSED = [
    "",
    "5",
    "days",
    "1.5 h",
    "3 busines days",
    "5 months",
    "1 h 30 m",
    "- 5 days",
    "9999999 s",
    "5 days!",
    "٥ x",
]


@pytest.mark.parametrize("text", REFUSED, ids=repr)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration: write a whole number and a unit"):
        parse_duration(text)


@given(st.integers(-999_999, 999_999), st.sampled_from(list(Unit)))
def test_a_duration_reads_back_as_it_is_shown(amount: int, unit: Unit) -> None:
    assert parse_duration(str(Duration(amount, unit))) == Duration(amount, unit)


@pytest.mark.parametrize(
    ("duration", "shown"),
    [
        (Duration(1, Unit.DAYS), "1 day"),
        (Duration(-1, Unit.BUSINESS_DAYS), "-1 business day"),
        (Duration(0, Unit.HOURS), "0 hours"),
    ],
    ids=["one", "one before", "none"],
)
def test_one_of_a_unit_is_shown_in_the_singular(duration: Duration, shown: str) -> None:
    assert str(duration) == shown

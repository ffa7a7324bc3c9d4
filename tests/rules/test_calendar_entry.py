"""A calendar entry is a file that calendars understand, whatever stands in a title (P11)."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.calendar_entry import calendar_entry, sequence_at
from tests.rules.cases import at
from tests.rules.ics import moment, read_calendar


def entry(title: str = "Review: Checkout is down", url: str = "https://github.example/acme/shop/issues/2") -> str:
    return calendar_entry("abc@aftermath", 2, at("03-02 09:00"), at("03-09 10:00"), at("03-09 11:00"), title, url)


def test_it_reads_as_it_was_approved() -> None:
    assert entry().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Aftermath//review//EN",
        "BEGIN:VEVENT",
        "UID:abc@aftermath",
        "SEQUENCE:2",
        "DTSTAMP:20260302T090000Z",
        "DTSTART:20260309T100000Z",
        "DTEND:20260309T110000Z",
        "SUMMARY:Review: Checkout is down",
        "URL:https://github.example/acme/shop/issues/2",
        "STATUS:TENTATIVE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_revision_s_number_grows_with_every_second_and_fits_into_32_bits() -> None:
    """RFC 5545, 3.8.7.4 and 3.3.8; what earlier versions sent were counts of moves."""
    moment = at("03-02 09:00")
    later = [moment, moment + dt.timedelta(seconds=1), moment + dt.timedelta(days=365 * 60)]
    numbers = [sequence_at(one) for one in later]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 1000
    assert numbers[-1] < 2**31


@pytest.mark.parametrize(
    "title",
    [
        "Plain",
        "Cards; payments, and a \\ backslash",
        "two\nlines",
        "ü" * 200,
        "🔥 Feuer " * 30,
        "x" * 74,
        "END:VEVENT\nBEGIN:VEVENT\nUID:other",
        "",
    ],
    ids=["plain", "signs", "lines", "two-bytes", "four-bytes", "at-the-limit", "an-event-within", "empty"],
)
def test_a_title_comes_back_as_it_was_and_breaks_nothing(title: str) -> None:
    read = read_calendar(entry(title))
    assert read["SUMMARY"] == title
    assert read["UID"] == "abc@aftermath"
    assert moment(read["DTSTART"]) == at("03-09 10:00")


def test_control_characters_and_line_ends_of_other_kinds_cannot_end_a_line() -> None:
    assert read_calendar(entry("a\r\nb\x00c\rd"))["SUMMARY"] == "a\nbc\nd"


def test_an_address_cannot_bring_lines_along() -> None:
    assert (
        read_calendar(entry(url="https://x.example/\r\nATTENDEE:mailto:eve"))["URL"]
        == "https://x.example/ATTENDEE:mailto:eve"
    )


def test_where_the_reader_may_not_know_the_address_there_is_none() -> None:
    """P14."""
    assert "URL" not in read_calendar(entry(url=""))

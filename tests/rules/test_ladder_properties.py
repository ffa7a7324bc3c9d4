"""What holds for every ladder there could be: it only climbs, progress brings it down, and it says when it is next."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.calendar import Calendar
from rules.clocks import AnchorPoint, Reading, Timeline, anchor_of, read_ladder
from rules.durations import Duration, Unit
from rules.policy import Anchor, Ladder, Role, Rung, SayDo
from rules.standstill import Stop

MANY = settings(max_examples=150, deadline=None)
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)
_NOON = dt.datetime(2024, 1, 8, 12, tzinfo=dt.UTC)

moments = st.integers(0, 120 * 24 * 4).map(lambda quarters: START + dt.timedelta(minutes=15 * quarters))
calendars = st.builds(
    Calendar,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"]).map(
        ZoneInfo
    ),
    holidays=st.frozensets(st.integers(0, 100).map(lambda days: START.date() + dt.timedelta(days=days)), max_size=5),
)
spans = st.one_of(
    st.builds(Duration, st.integers(0, 30), st.just(Unit.BUSINESS_DAYS)),
    st.builds(Duration, st.integers(0, 100), st.just(Unit.BUSINESS_HOURS)),
    st.builds(Duration, st.integers(0, 500), st.just(Unit.HOURS)),
    st.builds(Duration, st.integers(0, 40), st.just(Unit.DAYS)),
)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Rungs in order, as the loader demands it, of one sort of time."""
    drawn = draw(st.lists(spans, min_size=1, max_size=6))
    alike = [one for one in drawn if one.is_business == drawn[0].is_business]
    in_order = {Calendar().add(_NOON, one): one for one in alike}
    if draw(st.booleans()) and drawn[0].is_business:
        before = Duration(-draw(st.integers(1, 5)), Unit.BUSINESS_DAYS)
        in_order[Calendar().add(_NOON, before)] = before
    rungs = tuple(
        Rung(str(span), span, (SayDo("overdue.md", "overdue", (Role.OWNER,)),)) for _, span in sorted(in_order.items())
    )
    repeat = draw(st.none() | st.just(Duration(3, Unit.BUSINESS_DAYS)) | st.just(Duration(2, Unit.WEEKS)))
    return Ladder(Anchor.DUE, rungs, Duration(3, Unit.BUSINESS_DAYS), repeat)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    base = draw(moments)
    progress = draw(st.none() | moments)
    answers = sorted(draw(st.lists(moments, max_size=4)))
    stops = sorted(draw(st.lists(moments, max_size=4, unique=True)))
    return Timeline(
        base=AnchorPoint("due:1:2026-03-02", base),
        progress=AnchorPoint("progress:p", progress, is_base=False) if progress else None,
        answers=tuple(AnchorPoint(f"answer:{n}", one, is_base=False) for n, one in enumerate(answers)),
        snoozes=tuple(AnchorPoint("snooze:s", one, is_base=False) for one in draw(st.lists(moments, max_size=2))),
        seen_at=draw(moments),
        stops=tuple(Stop(*pair) for pair in zip(stops[::2], stops[1::2], strict=False)),
    )


def height(reading: Reading) -> tuple[int, int]:
    """How far up a ladder stands: its rung, and how often that was repeated."""
    if reading.stage is None:
        return -1, 0
    return reading.stage.index, int(reading.stage.name.rpartition("#")[2])


@MANY
@given(ladders(), timelines(), calendars, moments, moments)
def test_a_ladder_only_climbs_while_nothing_happens(
    ladder: Ladder, timeline: Timeline, calendar: Calendar, one: dt.datetime, other: dt.datetime
) -> None:
    """Time alone never takes back what was due (P6)."""
    before, after = (read_ladder(ladder, timeline, calendar, moment) for moment in sorted([one, other]))
    assert height(before) <= height(after)
    assert before.anchor == after.anchor


@MANY
@given(ladders(), timelines(), calendars, moments)
def test_a_ladder_says_to_the_instant_when_it_is_next(
    ladder: Ladder, timeline: Timeline, calendar: Calendar, now: dt.datetime
) -> None:
    """A wake-up is neither late nor for nothing (P6)."""
    reading = read_ladder(ladder, timeline, calendar, now)
    if reading.next_at is None:
        assert height(read_ladder(ladder, timeline, calendar, now + dt.timedelta(days=3_000))) == height(reading)
        return
    assert reading.next_at > now
    assert height(read_ladder(ladder, timeline, calendar, reading.next_at - _TICK)) == height(reading)
    assert height(read_ladder(ladder, timeline, calendar, reading.next_at)) > height(reading)


@MANY
@given(ladders(), timelines(), calendars, st.integers(1, 400))
def test_progress_brings_a_ladder_down(
    ladder: Ladder, timeline: Timeline, calendar: Calendar, hours_later: int
) -> None:
    """Until its quiet is over nothing is due, and what is said then is new: its anchor is another (P5)."""
    known = [timeline.base, *timeline.answers, *timeline.snoozes, *([timeline.progress] if timeline.progress else [])]
    last = max([*(point.at for point in known), timeline.seen_at, anchor_of(ladder, timeline, calendar).at])
    moved_at = last + dt.timedelta(hours=hours_later)
    assume(not any(stop.begins >= last for stop in timeline.stops))
    moved = Timeline(
        timeline.base,
        AnchorPoint("progress:new", moved_at, is_base=False),
        (),
        (),
        timeline.seen_at,
        timeline.stops,
    )
    quiet_until = calendar.add(moved_at, ladder.answer_quiets)
    for now in (moved_at, quiet_until - _TICK):
        assert read_ladder(ladder, moved, calendar, now).stage is None
    later = read_ladder(ladder, moved, calendar, quiet_until + dt.timedelta(days=500))
    assert later.anchor.id == "progress:new"


@MANY
@given(ladders(), timelines(), calendars, st.lists(moments, min_size=2, max_size=12))
def test_no_stage_of_a_ladder_has_the_name_of_another(
    ladder: Ladder, timeline: Timeline, calendar: Calendar, looks: list[dt.datetime]
) -> None:
    """Names are what keys are made of: each stands for one moment, whenever it is looked at (P3)."""
    met: dict[str, dt.datetime] = {}
    for now in looks:
        stage = read_ladder(ladder, timeline, calendar, now).stage
        if stage:
            assert met.setdefault(stage.name, stage.due_at) == stage.due_at
    assert len(set(met.values())) == len(met)

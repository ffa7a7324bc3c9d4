"""What holds of budgets and brakes whatever is wanted: they hold, and what waits has its turn (P7, P9)."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.admit import Budgets, admit, is_new
from rules.calendar import Calendar
from rules.decision import Admission
from rules.effects import Keep, Say, Urgency
from rules.keys import case_id
from rules.mention_budget import Booking
from rules.policy import Limits
from tests.rules.cases import at, ref

MANY = settings(max_examples=100, deadline=None)
MONDAY = at("03-02 09:00")
PEOPLE = ("ann", "lea", "mo")
#: More working days than all that is drawn could need, were one person asked in all of it.
DAYS_MAX = 60


@st.composite
def comments(draw: st.DrawFn) -> list[Say]:
    """Comments of many cases, each asking a few people."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        mentions = draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True))
        found.append(
            Say(
                key=f"comment-{number}",
                case=case_id(f"root{number}", 1),
                rule="r",
                why="w",
                urgency=Urgency(draw(st.integers(1, 4)), draw(st.integers(0, 100_000))),
                in_hours=draw(st.booleans()),
                ticket=ref(number + 1),
                text="ask",
                body="…",
                said=f"said-{number}",
                mentions=tuple(mentions),
                ways=tuple((f"@{one}", one) for one in mentions),
                replies_to=mentions[0] if mentions and draw(st.booleans()) and draw(st.booleans()) else "",
            )
        )
    return found


class Weeks:
    """Looks at what is still wanted, on one working day after the other, with the books that the ledger would keep."""

    def __init__(self, wanted: list[Say], per_day: int) -> None:
        self.wanted = wanted
        self.limits = Limits(mentions_per_day=per_day, sweep_effects_max=1_000)
        self.calendar = Calendar()
        self.booked: list[Booking] = []
        self.spent: Counter[tuple[str, str]] = Counter()
        self.said: dict[str, dt.datetime] = {}

    def look(self, now: dt.datetime) -> Admission:
        """One look at everything; what is admitted is said. One case after the other, as workers do."""
        day = self.calendar.local_date(now).isoformat()
        admission = Admission((), ())
        for effect in [one for one in self.wanted if one.key not in self.said]:
            today = {person: times for (on, person), times in self.spent.items() if on == day}
            budgets = Budgets(self.limits, self.calendar, mentioned_today=today, booked=tuple(self.booked))
            admission = admit([effect], budgets, now)
            for one in admission.admitted:
                assert isinstance(one, Say)
                self._say(one, day, now)
            for held in admission.held:
                if held.booking:
                    mine = [one for one in self.booked if one.is_for(effect, held.booking.person)]
                    self.booked = [one for one in self.booked if one not in mine] + [held.booking]
        return admission

    def _say(self, said: Say, day: str, now: dt.datetime) -> None:
        self.said[said.key] = now
        for person in said.counted:
            is_exempt = said.urgency.severity <= 1
            assert is_exempt or self.spent[day, person] < self.limits.mentions_per_day, f"{person} was asked too often"
            self.spent[day, person] += 1
            self.booked = [one for one in self.booked if not one.is_for(said, person)]


@MANY
@given(comments(), st.integers(1, 3))
def test_nobody_is_mentioned_more_often_than_a_day_allows_and_everything_is_said_in_the_end(
    wanted: list[Say], per_day: int
) -> None:
    """What waits waits for its day and never for ever, and severity 1 does not wait (P7, P9)."""
    weeks = Weeks(wanted, per_day)
    now = MONDAY
    for _ in range(DAYS_MAX):
        weeks.look(now)
        weeks.look(now + dt.timedelta(hours=3))
        now = weeks.calendar.next_working_moment(now + dt.timedelta(hours=9))
    assert {one.key for one in wanted} == set(weeks.said)
    assert all(weeks.said[one.key] == MONDAY for one in wanted if one.urgency.severity == 1)


@MANY
@given(comments(), st.integers(1, 8), st.integers(0, 10), st.booleans())
def test_no_sweep_says_more_than_the_brake_allows(
    wanted: list[Say], sweep_max: int, spent: int, is_braked: bool
) -> None:
    """What is over the cap is held, the rest in order of urgency (P13)."""
    kept = [
        Keep(key=f"status-{n}", case=one.case, rule="r", why="w", ticket=one.ticket, slot="status", body="", digest="")
        for n, one in enumerate(wanted)
    ]
    standing = frozenset(one.key for one in kept[::2])
    budgets = Budgets(
        Limits(mentions_per_day=100, sweep_effects_max=sweep_max),
        Calendar(),
        sweep_effects=spent,
        is_braked=is_braked,
        standing=standing,
    )
    admission = admit([*wanted, *kept], budgets, MONDAY)
    new = [one for one in admission.admitted if is_new(one, standing)]
    assert len(new) <= max(0, sweep_max - spent)
    assert not (new and is_braked)
    ranks = [one.urgency.rank for one in admission.admitted]
    assert ranks == sorted(ranks)
    assert {one.key for one in kept[::2]} <= {one.key for one in admission.admitted}, "an edit is no noise"
    assert len(admission.admitted) + len(admission.held) == len(wanted) + len(kept)

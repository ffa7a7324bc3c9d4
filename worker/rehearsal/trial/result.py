"""What came of tests: each with its comparison, and all together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from worker.clock import stopwatch_s
from worker.rehearsal.happening import Happening
from worker.rehearsal.trial.comparing import Comparison, Line
from worker.rehearsal.trial.people import called
from worker.rehearsal.trial.stage import Lived, live_through
from worker.rehearsal.trial.trials import Trial, TrialFile


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One test. `lines` compare what was expected, `breaches` are what must not have been; `seen` is all that was
    looked at, and `took_s` seconds of real time."""

    file: TrialFile
    trial: Trial
    lived: Lived
    seen: tuple[Happening, ...]
    lines: tuple[Line, ...]
    breaches: tuple[Line, ...]
    took_s: float

    @property
    def expects_nothing(self) -> bool:
        """Whether the test does not say at all what is to come of it."""
        return self.trial.expect is None and not self.trial.never

    @property
    def has_failed(self) -> bool:
        """Whether anything came otherwise than the test says, or could not be."""
        return bool(self.lived.problems or self.breaches) or not all(line.is_good for line in self.lines)

    @property
    def is_good(self) -> bool:
        """Whether what the test says came. One that says nothing is not good: no policy could fail it."""
        return not self.has_failed and not self.expects_nothing

    def name_of(self, happened: Happening) -> str:
        """What the ticket is called."""
        return self.lived.names.get(happened.ticket, happened.ticket.key)

    def as_data(self) -> dict[str, Any]:
        return {
            "file": self.file.file,
            "line": self.trial.line,
            "name": self.trial.name,
            "is_good": self.is_good,
            "expects_nothing": self.expects_nothing,
            "problems": list(self.lived.problems),
            "missing": [line.expected for line in self.lines if line.expected and not line.happened],
            "unexpected": [self._told(line.happened) for line in self.lines if line.happened and not line.expected],
            "otherwise": [
                {"expected": line.expected, "happened": self._told(line.happened), "differs": line.differs}
                for line in self.lines
                if line.differs and line.happened
            ],
            "never": [{"pattern": one.expected, "happened": self._told(one.happened)} for one in self.breaches],
            "happened": [self._told(one) for one in self.seen],
            "took_s": round(self.took_s, 3),
        }

    def _told(self, one: Happening | None) -> dict[str, Any] | None:
        if one is None:
            return None
        return {
            "at": one.at.isoformat(),
            one.verb: one.what,
            "on": self.name_of(one),
            "asks": [called(person) for person in one.asks],
            "rule": one.rule,
            "stage": one.stage,
            "why": one.why,
            "title": one.title,
            "text": one.text,
        }


def try_out(file: TrialFile, trial: Trial) -> TrialResult:
    """Live through a test and hold what came of it against what it says."""
    began_s = stopwatch_s()
    lived = live_through(file, trial)
    comparison = Comparison(lived, file.policy.calendar.zone)
    seen = tuple(one for one in lived.happened if trial.looks_at(one))
    by_rule = tuple(one for one in lived.happened if not trial.rules or one.rule in trial.rules)
    return TrialResult(
        file=file,
        trial=trial,
        lived=lived,
        seen=seen,
        lines=comparison.lines(trial.expect, seen) if trial.expect is not None else (),
        breaches=comparison.breaches(trial.never, by_rule),
        took_s=stopwatch_s() - began_s,
    )

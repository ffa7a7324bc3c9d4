"""Several conditions that are all asked: those of the groups that a rule stands in, outermost first, and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.conditions import VERDICTS_MAX, Condition, Verdict


@dataclass(frozen=True, slots=True)
class JointConditions:
    """Met where each of `each` is. All are asked, so that the verdict shows everything that was seen; `text` is all of
    them as one expression, `facts` those of all. Verdicts are kept, as each condition keeps its own."""

    each: tuple[Condition, ...]
    text: str = field(init=False, compare=False)
    facts: tuple[str, ...] = field(init=False, compare=False)
    _verdicts: dict[Any, Verdict] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " && ".join(_in_a_row(one.text.strip()) for one in self.each))
        object.__setattr__(self, "facts", tuple(sorted({name for one in self.each for name in one.facts})))

    def judge(self, facts: Mapping[str, Any]) -> Verdict:
        """Whether all are met, and what they saw."""
        try:
            asked = tuple([facts[name] for name in self.facts])
        except KeyError:
            return self._together(facts)
        try:
            known = self._verdicts.get(asked)
        except TypeError:  # a list is among them, which no dict can look up
            return self._together(facts)
        if known is None:
            known = self._together(facts)
            if len(self._verdicts) >= VERDICTS_MAX:
                self._verdicts.clear()  # what was asked in other weeks, of other ages, is asked no more
            self._verdicts[asked] = known
        return known

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether all are met; nothing is kept of the answer, for those who try many."""
        return all(one.holds(facts) for one in self.each)

    def _together(self, facts: Mapping[str, Any]) -> Verdict:
        verdicts = [one.judge(facts) for one in self.each]
        seen = {name: value for verdict in verdicts for name, value in verdict.seen}
        return Verdict(all(verdict.is_met for verdict in verdicts), self.text, tuple(seen.items()))


def _in_a_row(text: str) -> str:
    return f"({text})" if "||" in text or "?" in text else text


def joined(conditions: tuple[Condition, ...]) -> Condition | JointConditions | None:
    """None of them, the only one, or all together."""
    if len(conditions) > 1:
        return JointConditions(conditions)
    return conditions[0] if conditions else None

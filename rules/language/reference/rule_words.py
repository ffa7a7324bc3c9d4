"""Rules in plain words: when each holds, what it does, whom it asks step by step, and what moves it.

What a group of rules asks is told once, above them. Conditions are told by `rules.verdicts.condition_words`, whom a
rung reaches and what it counts from in the words of `aftermath explain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.conditions import Condition
from rules.durations import Duration
from rules.language.reference.doing_words import done_by, when_due
from rules.policy import Ladder, Phase, Policy, Reset, Rule, Subject
from rules.quiet_hours import NEVER_QUIET
from rules.verdicts.anchor_events import EVENT_WORDS, EventKind
from rules.verdicts.condition_words import Clause, condition_words
from rules.verdicts.fact_words import WITH_POST_MORTEM
from rules.verdicts.rung_words import reached_words
from rules.vocabulary import fact_types

#: What a rule is for, where that is not the failure, of which each case has one.
_SCOPES = {
    Subject.FAILURE: "",
    Subject.POST_MORTEM: "once there is a post-mortem",
    Subject.ACTION: "for each action",
    Subject.ACTION_ITEM: "for each action item that has no ticket yet",
    Subject.COMMENT: "for each comment with a command that wants a reply",
}
_RESETS = {Reset.PROGRESS: "progress", Reset.ANSWER: "an answer", Reset.SNOOZE: "a snooze"}


@dataclass(frozen=True, slots=True)
class RuleTeller:
    """Tells the rules of a policy. `remarks` are what stands above each in its file, and `phases` those in which it
    holds, by its id."""

    policy: Policy
    phases: Mapping[str, Sequence[Phase]]
    remarks: Mapping[str, str]

    def told(self, rules: Iterable[Rule], depth: int = 0) -> tuple[Clause, ...]:
        """One clause for each rule or group of rules, in their order; a group stands where its first rule does."""
        groups: dict[object, list[Rule]] = {}
        for rule in rules:
            asked = _of_groups(rule)[depth:]
            key = (rule.subject, asked[0].group, asked[0].text) if asked else (rule.id, rule.phase)
            groups.setdefault(key, []).append(rule)
        return tuple(
            self._group(inner, depth) if _of_groups(inner[0])[depth:] else self._rule(inner[0], depth)
            for inner in groups.values()
        )

    def _group(self, rules: Sequence[Rule], depth: int) -> Clause:
        condition = _of_groups(rules[0])[depth]
        asked = self._asked(rules[0], condition)
        scope = "" if depth else _SCOPES[rules[0].subject]
        only = in_sentence(scope, f"only while {asked.text}")
        inner = self.told(rules, depth + 1)
        if asked.parts:
            return Clause(f"*{sentence(condition.group, '')}*:", (Clause(f"{only}:", asked.parts), *inner))
        return Clause(f"*{sentence(condition.group, '')}*: {only[:1].lower()}{only[1:]}.", inner)

    def _rule(self, rule: Rule, depth: int) -> Clause:
        remark = self.remarks.get(rule.id, "")
        name = f"**{sentence(rule.name)}** {remark}".rstrip()
        return Clause(f"{name} (`{rule.id}`)", tuple(self._lines(rule, is_grouped=depth > 0)))

    def _lines(self, rule: Rule, *, is_grouped: bool) -> Iterator[Clause]:
        own = next((one for one in rule.conditions if not one.group), None)
        asked = self._asked(rule, own) if own else Clause("")
        scope = "" if is_grouped else _SCOPES[rule.subject]
        phases = _phases(self.phases.get(rule.id, (rule.phase,)))
        does = done_by(rule.do, self.policy.people.teams)
        word = "as long as" if rule.ladder else "if"
        when = in_sentence(scope, phases, f"{word} {asked.text}" if own else "")
        if asked.parts:
            yield Clause(f"{when}:", asked.parts)
            yield from [Clause(f"Then {does}.")] if does else []
        elif does:
            yield Clause(f"{when}: {does}." if when else sentence(does))
        elif when:
            yield Clause(f"{when}.")
        if rule.ladder:
            yield from self._ladder(rule.ladder)

    def _ladder(self, ladder: Ladder) -> Iterator[Clause]:
        rungs = [f"{when_due(one, ladder.anchor)}: {done_by(one.do, self.policy.people.teams)}" for one in ladder.rungs]
        if ladder.repeat_last:
            rungs[-1] += f", and again every {_each(ladder.repeat_last)}{_end(ladder)}"
        yield Clause(f"Counted from {EVENT_WORDS[EventKind(ladder.anchor)]}:", tuple(map(Clause, rungs)))
        yield Clause(" ".join(_moved(ladder)))

    def _asked(self, rule: Rule, condition: Condition) -> Clause:
        fields = {field.id: field.type for field in self.policy.fields.values()}
        said = WITH_POST_MORTEM if rule.subject is Subject.POST_MORTEM else {}
        return condition_words(condition, fact_types(rule.subject, fields), said)


def asks_people(rule: Rule) -> bool:
    """Whether the rule reaches anybody with more than a comment that is there to be read."""
    return rule.ladder is not None or any(reached_words(do) for do in rule.do)


def sentence(words: str, end: str = ".") -> str:
    """With a capital, and the full stop."""
    return f"{words[:1].upper()}{words[1:]}{end}"


def in_sentence(*parts: str) -> str:
    """The parts that there are, as the beginning of a sentence."""
    return sentence(", ".join(part for part in parts if part), "")


def _of_groups(rule: Rule) -> tuple[Condition, ...]:
    return tuple(one for one in rule.conditions if one.group)


def _phases(phases: Sequence[Phase]) -> str:
    others = [phase.value for phase in Phase if phase in phases and phase is not Phase.ACTIVE]
    even = "even while" if Phase.ACTIVE in phases else "while"
    told = f"{', '.join(others[:-1])} or {others[-1]}" if len(others) > 1 else "".join(others)
    return f"{even} the case is {told}" if told else ""


def _each(span: Duration) -> str:
    return str(span).removeprefix("1 ") if span.amount == 1 else str(span)


def _end(ladder: Ladder) -> str:
    times = f"{ladder.repeat_times} times" if ladder.repeat_times else ""
    span = f"for {ladder.repeat_for}" if ladder.repeat_for else ""
    told = " and ".join(part for part in (times, span) if part)
    return f", {told} at most" if told else ""


def _moved(ladder: Ladder) -> Iterator[str]:
    """What quiets a ladder or moves it, where that is its own; what holds of all is told once (`pack_page`)."""
    others = [_RESETS[one] for one in Reset if one not in ladder.resets]
    if not ladder.resets:
        yield "Nothing moves it: each stage is said once." if not ladder.repeat_last else "Nothing moves it."
    if Reset.ANSWER in ladder.resets:
        yield f"An answer quiets it for {ladder.answer_quiets}, and then it begins anew."
    if others and ladder.resets:
        yield f"It is not moved by {' or '.join(others)}."
    if ladder.quiet_hours == NEVER_QUIET:
        yield "It knows no quiet hours."
    elif ladder.quiet_hours:
        yield f"Its own quiet hours are {ladder.quiet_hours}."

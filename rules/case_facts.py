"""Values of the facts that conditions can ask about a case and its failure and post-mortem (`rules.vocabulary`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules.earlier_endings import earlier_endings
from rules.endings import Ending, closed_as
from rules.lazy_facts import LazyFacts
from rules.own_fields import field_ways
from rules.ticket_facts import Way, ticket_ways
from rules.wanted_approval import wants_approval

if TYPE_CHECKING:
    from rules.situation import Situation


def case_facts(situation: Situation) -> LazyFacts[Any]:
    """What every condition can ask about."""
    case, fields = situation.case, situation.policy.fields
    facts: LazyFacts[Any] = LazyFacts(_POST_MORTEM_TICKET, (situation, case.post_mortem))
    facts = LazyFacts(_FAILURE_TICKET, (situation, case.failure), facts)
    if fields:
        facts = LazyFacts(field_ways("post_mortem", fields), case.post_mortem, facts)
        facts = LazyFacts(field_ways("failure", fields), case.failure, facts)
    return LazyFacts(_WAYS, situation, facts)


def _wants_approval(situation: Situation) -> bool:
    mortem, case = situation.case.post_mortem, situation.case
    if mortem is None:
        return False
    work = len(case.actions) + len(situation.unopened)
    is_left = any(situation.endings.of(action) is None for action in case.actions)
    given, ours = situation.commands(mortem), situation.our_comments(mortem)
    people, questions = situation.policy.people, situation.open_questions
    asked_for = wants_approval(people, mortem, given, questions, ours, work, is_left)
    return asked_for and situation.snooze(mortem) is None


def _ended(situation: Situation, how: Ending | None) -> int:
    """How many actions ended so; None for those that did not end."""
    ends = map(situation.endings.of, situation.case.actions)
    return sum((end.how if end else None) is how for end in ends)


def _earlier_open_actions(situation: Situation) -> int:
    case, people = situation.case, situation.policy.people
    before = [(earlier_endings(case, one, people), one.actions) for one in case.earlier]
    return sum(endings.of(action) is None for endings, actions in before for action in actions)


#: How each fact is worked out.
_WAYS: Mapping[str, Callable[[Situation], Any]] = MappingProxyType(
    {
        "failure.severity": lambda now: now.severity,
        "failure.is_severity_set": lambda now: now.is_severity_set,
        "failure.is_open": lambda now: now.case.failure.is_open,
        "failure.is_experiment": lambda now: now.is_experiment,
        "failure.is_acknowledged": lambda now: now.is_acknowledged,
        "failure.closed_as": lambda now: str(closed_as(now.case.failure) or ""),
        "post_mortem.exists": lambda now: now.case.post_mortem is not None,
        "post_mortem.is_open": lambda now: now.case.post_mortem is not None and now.case.post_mortem.is_open,
        "post_mortem.blames_somebody": lambda now: now.blame is not None,
        "post_mortem.open_questions": lambda now: len(now.open_questions),
        "post_mortem.wants_approval": _wants_approval,
        "case.generation": lambda now: now.standing.generation,
        "case.earlier": lambda now: now.standing.generation - 1,
        "case.earlier_open_actions": _earlier_open_actions,
        "case.actions": lambda now: len(now.case.actions),
        "case.open_actions": lambda now: _ended(now, None),
        "case.done_actions": lambda now: _ended(now, Ending.DONE),
        "case.declined_actions": lambda now: _ended(now, Ending.DECLINED),
        "case.unopened_items": lambda now: len(now.unopened),
        "case.is_finished": lambda now: now.is_finished,
        "case.is_thanked": lambda now: now.is_thanked,
    }
)
_FAILURE_TICKET: Mapping[str, Way] = MappingProxyType(ticket_ways("failure"))
_POST_MORTEM_TICKET: Mapping[str, Way] = MappingProxyType(ticket_ways("post_mortem"))

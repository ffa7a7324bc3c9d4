"""Which templates a policy says anything with: those that its rules name, those that the program itself speaks with,
and whatever these include. A file beside the policy that is none of them is probably misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from rules.mended import TEMPLATE as MENDED
from rules.policy import CloseDo, Do, FileDo, KeepDo, NotifyDo, OpenDo, Policy, SayDo
from rules.resumed import TEMPLATES as RESUMED
from rules.review_terms import ReviewDo

#: No rule names these: the weekly digest, what rungs say privately, and comments that are written anew.
OF_THE_PROGRAM = frozenset({MENDED, *RESUMED.values(), "title-private.md", "digest.md", "title-digest.md"})
_INCLUDE = re.compile(r"\{%-?\s*include\s+[\"']([^\"']+)[\"']")


#: In a value or a statement, and not in the text around it.
_MENTIONS = re.compile(r"\{[{%](?:(?![%}]\}).)*?\bmentions\b", re.DOTALL)


def used_templates(policy: Policy) -> frozenset[str]:
    """Names of all templates that could ever be rendered."""
    return _with_included(policy, _said(policy))


def empty_templates(policy: Policy) -> list[str]:
    """Those with which nothing could be said where something is to be, in order of name. One that others include may be
    empty."""
    there = sorted(_said(policy) & policy.templates.names())
    return [name for name in there if not policy.templates.source(name).strip()]


def silent_templates(policy: Policy) -> dict[str, str]:
    """Those that ask people and never mention them, each with the id of the first rule that asks with it."""
    found: dict[str, str] = {}
    for rule in policy.every_rule:
        for do in (*rule.do, *(do for rung in (rule.ladder.rungs if rule.ladder else ()) for do in rung.do)):
            if isinstance(do, SayDo) and do.mention and do.template not in found:
                sources = map(policy.templates.source, _with_included(policy, {do.template}))
                if not any(map(_MENTIONS.search, sources)):
                    found[do.template] = rule.id
    return found


def _said(policy: Policy) -> set[str]:
    ladders = (rule.ladder for rule in policy.every_rule if rule.ladder)
    dos = [do for rule in policy.every_rule for do in rule.do]
    dos += [do for ladder in ladders for rung in ladder.rungs for do in rung.do]
    return {name for do in dos for name in _named(do)} | OF_THE_PROGRAM


def _with_included(policy: Policy, names: AbstractSet[str]) -> frozenset[str]:
    found: set[str] = set()
    left = set(names)
    while left:
        name = left.pop()
        if name not in found and name in policy.templates.names():
            found.add(name)
            left |= set(_INCLUDE.findall(policy.templates.source(name)))
    return frozenset(found)


def _named(do: Do) -> Iterator[str]:
    match do:
        case SayDo() | KeepDo() | CloseDo() | FileDo():
            yield do.template
        case OpenDo() | NotifyDo():
            yield from (do.template, do.title)
        case ReviewDo():
            yield from (do.template, do.title, do.reminder, do.reminder_title)

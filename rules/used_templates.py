"""Which templates a policy says anything with: those that its rules name, those that the program itself speaks with,
and whatever these include. A file beside the policy that is none of them is probably misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.mended import TEMPLATE as MENDED
from rules.policy import CloseDo, Do, FileDo, KeepDo, NotifyDo, OpenDo, Policy, SayDo
from rules.resumed import TEMPLATES as RESUMED
from rules.review_terms import ReviewDo

#: No rule names these: the weekly digest, what rungs say privately, and comments that are written anew.
OF_THE_PROGRAM = frozenset({MENDED, *RESUMED.values(), "title-private.md", "digest.md", "title-digest.md"})
_INCLUDE = re.compile(r"\{%-?\s*include\s+[\"']([^\"']+)[\"']")


def used_templates(policy: Policy) -> frozenset[str]:
    """Names of all templates that could ever be rendered."""
    ladders = (rule.ladder for rule in policy.every_rule if rule.ladder)
    dos = [do for rule in policy.every_rule for do in rule.do]
    dos += [do for ladder in ladders for rung in ladder.rungs for do in rung.do]
    found: set[str] = set()
    left = {name for do in dos for name in _named(do)} | OF_THE_PROGRAM
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

"""Labels that conditions ask for in capitals. A ticket's labels come to a condition as written and in small letters: so
one in small letters is found however it is capitalised, and one in capitals where it is written so, and nowhere else.

That is no mistake, since labels may be written so, and is worth saying, since everything else takes them for the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.compared_words import compared_words
from rules.conditions import Condition
from rules.policy import Policy
from rules.vocabulary import TICKETS

#: As in `["security", "privacy"].exists(word, word in failure.labels)`.
_EACH_OF_LIST = re.compile(
    r"\[(?P<words>[^\[\]]*)\]\s*\.\s*\w+\(\s*(?P<name>\w+)\s*,\s*(?P=name)\s+in\s+(?P<fact>[\w.]+)\s*\)"
)
_WORD = re.compile(r""""([^"\\]*)"|'([^'\\]*)'""")


def labels_in_capitals(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Each label in capitals that a condition asks for, behind whose condition it is: `rule ID`, or `group NAME`."""
    found = (
        (f"group “{condition.group}”" if condition.group else f"rule {rule.id}", word)
        for rule in policy.every_rule
        for condition in rule.conditions
        for word in _labels_in(condition)
        if word != word.lower()
    )
    return tuple(dict.fromkeys(found))


def _labels_in(condition: Condition) -> Iterator[str]:
    for fact in (f"{ticket}.labels" for ticket in TICKETS):
        yield from compared_words([condition], fact)
        for each in _EACH_OF_LIST.finditer(condition.text):
            if each["fact"] == fact:
                yield from (one or other for one, other in _WORD.findall(each["words"]))

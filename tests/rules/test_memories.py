"""What deciding remembers has a bound, so that memory does not grow with the number of cases."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import rules
from rules.conditions import VERDICTS_MAX
from tests.rules.cases import PACK

#: More of one kind would be held for nothing.
ENTRIES_MAX = 10_000


def memories() -> Iterator[tuple[str, Any]]:
    """Everything in the rules that remembers by `lru_cache`."""
    for module in pkgutil.walk_packages(rules.__path__, "rules."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if hasattr(value, "cache_parameters"):
                yield f"{module.name}.{name}", value


def test_whatever_is_remembered_by_its_arguments_has_a_bound() -> None:
    found = dict(memories())
    sizes = {name: memory.cache_parameters()["maxsize"] for name, memory in found.items()}
    assert "rules.keys._key" in sizes
    assert {name: size for name, size in sizes.items() if size is None or size > ENTRIES_MAX} == {}


def test_a_condition_that_was_asked_of_everything_remembers_some_of_it_and_goes_on_answering() -> None:
    condition = next(one for rule in PACK.rules for one in rule.conditions if one.facts == ("case.actions",))
    for actions in range(VERDICTS_MAX + 10):
        assert condition.judge({"case.actions": actions}).is_met == (actions > 0)
    assert len(condition._verdicts) <= VERDICTS_MAX
    last = {"case.actions": VERDICTS_MAX + 9}
    assert condition.judge(last) is condition.judge(last)

"""Conditions in CEL over the facts of `rules.vocabulary`. The only module that knows the CEL library.

The library returns run-time errors as values, and a value that is not a bool could pass for true:
a condition is met only where CEL says BOOL and the value is True.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cel_expr_python import cel

from rules.durations import Duration
from rules.variables import PREFIX, Variables, values_of

#: Longer expressions are refused: they are no sentences that a team lead could read aloud.
EXPRESSION_CHARACTERS_MAX = 1_000
#: Verdicts kept for each condition: far more than there are answers to what the shipped pack asks.
VERDICTS_MAX = 1_024


class ConditionError(ValueError):
    """An expression that CEL refuses; the text shows the place with a caret."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A condition's outcome, with what was asked and what was seen, for explaining."""

    is_met: bool
    asked: str
    seen: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled expression. `facts` names the facts that stand in it, in order; `variables` are the policy's that do,
    with their values; `group` is the name of the group of rules whose condition it is. Equal by text, and by these.

    An expression says the same of the same facts for ever, and most facts are yes or no: verdicts are kept.
    """

    text: str
    facts: tuple[str, ...]
    _compiled: Any = field(compare=False, repr=False)
    variables: tuple[tuple[str, Any], ...] = ()
    group: str = ""
    _verdicts: dict[Any, Verdict] = field(default_factory=dict, compare=False, repr=False)
    _part: Callable[[str], Condition] | None = field(default=None, compare=False, repr=False)
    _parts: dict[str, Condition] = field(default_factory=dict, compare=False, repr=False)

    def part(self, text: str) -> Condition:
        """A piece of the expression as a condition of its own, for explaining. Raises ConditionError."""
        if self._part is None:
            raise ConditionError("it was not compiled")
        if text not in self._parts:
            self._parts[text] = self._part(text)
        return self._parts[text]

    def judge(self, facts: Mapping[str, Any]) -> Verdict:
        """Whether the condition is met. An error inside CEL counts as not met and is named in `seen`."""
        try:  # asked by name, since lazy facts hold what was asked for alone
            seen = tuple([(name, facts[name]) for name in self.facts])
        except KeyError:
            seen = tuple((name, facts[name]) for name in self.facts if name in facts)
        try:
            known = self._verdicts.get(seen)
        except TypeError:  # a list is among them, which no dict can look up
            return self._evaluate(dict(seen), seen)
        if known is None:
            known = self._evaluate(dict(seen), seen)
            if len(self._verdicts) >= VERDICTS_MAX:
                self._verdicts.clear()  # what was asked in other weeks, of other ages, is asked no more
            self._verdicts[seen] = known
        return known

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether it is met; nothing is kept of the answer, for those who try many."""
        return self._evaluate(facts, ()).is_met

    def _evaluate(self, facts: Mapping[str, Any], seen: tuple[tuple[str, Any], ...]) -> Verdict:
        seen += self.variables
        try:
            result = self._compiled.eval(data={**facts, **dict(self.variables)} if self.variables else facts)
        except RuntimeError as error:  # lists in lists in lists: more steps than CEL takes
            return Verdict(False, self.text, (*seen, ("error", str(error))))
        if result.type() != cel.Type.BOOL:
            return Verdict(False, self.text, (*seen, ("error", str(result.plain_value()))))
        return Verdict(result.value() is True, self.text, seen)


_TYPES = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "string": cel.Type.STRING,
    "list of string": cel.Type.List(cel.Type.STRING),
}


class ConditionCompiler:
    """Compiles expressions against one set of typed facts (name to `bool`, `int`, `string`, `list of string`) and the
    policy's variables, which stand for their values."""

    def __init__(self, facts: Mapping[str, str], variables: Variables | None = None) -> None:
        self._values = _constants(variables) if variables else {}
        self._types = {name: _TYPES[kind] for name, kind in facts.items()}
        self._types |= {name: _type_of(value) for name, value in self._values.items()}
        self._env = cel.NewEnv(variables=self._types)

    def compile(self, text: str) -> Condition:
        """Raises ConditionError for unknown facts, wrong types, syntax, length, or a result that is no bool."""
        if len(text) > EXPRESSION_CHARACTERS_MAX:
            raise ConditionError(f"longer than {EXPRESSION_CHARACTERS_MAX} characters")
        try:
            compiled = self._env.compile(text)
        except RuntimeError as error:
            raise ConditionError(_plain(str(error))) from error
        if compiled.return_type() != cel.Type.BOOL:
            raise ConditionError(f"gives {compiled.return_type().name()}, where a condition gives true or false")
        named = self._named_in(text)
        variables = tuple((name, value) for name, value in self._values.items() if name in named)
        return Condition(text, tuple(sorted(named - self._values.keys())), compiled, variables, _part=self.compile)

    def _named_in(self, text: str) -> set[str]:
        """The facts that an expression asks about; all of them where it spells one in an odd way (`a . b`)."""
        named = {name for name in self._types if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", text)}
        try:
            cel.NewEnv(variables={name: self._types[name] for name in named}).compile(text)
        except RuntimeError:
            return set(self._types)
        return named


def _constants(variables: Variables) -> dict[str, Any]:
    """By the names that conditions have for them; without durations, with which CEL has nothing to compare."""
    values = ((f"{PREFIX}{name}", value) for name, value in values_of(variables).items())
    known = ((name, value) for name, value in values if not isinstance(value, Duration))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in known}


def _type_of(value: Any) -> Any:
    kinds: dict[type, str] = {bool: "bool", int: "int", str: "string", list: "list of string"}
    return _TYPES[kinds[type(value)]]


def _plain(message: str) -> str:
    return message.removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]").replace("ERROR: <input>:", "")

"""A policy's variables: numbers, durations and words that it names once and uses in many places.

They are constants while deciding. Texts say them as people write them; conditions know all but durations, which they
have no arithmetic for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.durations import Duration

Value = Duration | bool | int | str | tuple[str, ...]
#: The name under which the language speaks of them: `vars.patience`.
PREFIX = "vars."


class Variables:
    """The variables' values by name. In a text `vars.patience` is one of its attributes, in the words of people.

    Equal and hashed by content; never changes.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        self._values: dict[str, Value] = dict(values or {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        value = self._values[name]
        return str(value) if isinstance(value, Duration) else value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Variables) and self._values == other._values

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._values.items(), key=lambda pair: pair[0])))

    def __or__(self, other: Variables) -> Variables:
        return Variables(self._values | other._values)

    def __repr__(self) -> str:
        return f"Variables({', '.join(sorted(self._values))})"


def values_of(variables: Variables) -> Mapping[str, Value]:
    """The values by name: a function, since every other attribute is a variable's."""
    return variables._values

"""Facts that are worked out when a condition first asks for them, and never otherwise.

Deciding is done for every look at every case, and a policy asks for a few of the facts that there are: a fact that no
rule names must not cost anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

Of = TypeVar("Of")

_NOTHING: Mapping[str, Any] = {}


class LazyFacts(Mapping[str, Any], Generic[Of]):
    """Facts by name. `ways` say how each is worked out from `of`; one that is not among them is asked of `beside`.

    What was worked out stays, so that every rule of a decision sees the same. To go through all of them works them all
    out. Raises KeyError for a name that nobody knows.
    """

    __slots__ = ("_beside", "_known", "_of", "_ways")

    def __init__(self, ways: Mapping[str, Callable[[Of], Any]], of: Of, beside: Mapping[str, Any] = _NOTHING) -> None:
        self._ways, self._of, self._beside = ways, of, beside
        self._known: dict[str, Any] = {}

    @property
    def asked(self) -> tuple[str, ...]:
        """The names that were asked for so far."""
        return tuple(self._known)

    def __getitem__(self, name: str) -> Any:
        try:
            return self._known[name]
        except KeyError:
            return self._worked_out(name)

    def _worked_out(self, name: str) -> Any:
        way = self._ways.get(name)
        value = self._known[name] = way(self._of) if way else self._beside[name]
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._known or name in self._ways or name in self._beside

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._ways, *self._beside)))

    def __len__(self) -> int:
        return len({*self._ways, *self._beside})


def with_others(facts: Mapping[str, Any], others: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same facts but for some, as lazily as before."""
    return LazyFacts({name: _named(others, name) for name in others}, None, facts)


def _named(facts: Mapping[str, Any], name: str) -> Callable[[None], Any]:
    return lambda _: facts[name]

"""Frozen dataclasses that are made as fast as open ones.

What a frozen dataclass makes for itself stores each field through `object.__setattr__`, which takes several times as
long as a plain store. A decision makes some fifty of them, and that was a quarter of its time. They stay what they
are: frozen, compared and printed by their fields, and `dataclasses.replace` copies them.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from inspect import Parameter, signature
from typing import Any, TypeVar

T = TypeVar("T")


def quick(made: type[T]) -> type[T]:
    """Stands above `@dataclass(frozen=True)`, of a class without slots, factories and `__post_init__`."""
    parameters = list(signature(made).parameters.values())
    names = [one.name for one in fields(made)]  # type: ignore[arg-type]
    is_slotted = any("__slots__" in vars(one) for one in made.__mro__)
    is_made_up = any(one.default_factory is not MISSING for one in fields(made))  # type: ignore[arg-type]
    if is_slotted or is_made_up or hasattr(made, "__post_init__") or [one.name for one in parameters] != names:
        raise TypeError(f"{made.__name__} is not as plain as that")
    defaults = {f"_{one.name}": one.default for one in parameters if one.default is not Parameter.empty}
    stores = "".join(f"    into[{name!r}] = {name}\n" for name in names)
    text = f"def __init__(self, {', '.join(_told(parameters))}):\n    into = self.__dict__\n{stores}"
    exec(text, defaults)  # noqa: S102 - names of fields alone, as `dataclasses` does it
    init: Any = defaults["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    made.__init__ = init  # type: ignore[method-assign]
    return made


def _told(parameters: list[Parameter]) -> list[str]:
    """The parameters as they stand in a function's head."""
    told: list[str] = []
    for one in parameters:
        if one.kind is Parameter.KEYWORD_ONLY and "*" not in told:
            told.append("*")
        told.append(one.name if one.default is Parameter.empty else f"{one.name}=_{one.name}")
    return told

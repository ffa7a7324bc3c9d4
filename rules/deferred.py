"""A text in frozen data that is rendered when somebody first reads it.

Most of what deciding desires was done long ago, and is known as done by its key alone; rendering its text again at
every look took most of the time of deciding. What is deferred is a pure function of frozen facts, so it gives the
same text whenever it is called, and an effect compares, prints and copies as if the text had stood there all along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Never, TypeVar, overload

T = TypeVar("T")


class Once(Generic[T]):
    """A function without arguments that is called when its result is first wanted, and never again."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def __call__(self) -> T:
        try:
            return self._made
        except AttributeError:
            self._made: T = self._make()
            return self._made


class DeferredText:
    """A dataclass field (of a class without slots) that takes a text, or a function that gives it. Left out where it
    is a field's default, it is an empty text.

    Reading gives a `str`, and raises what the function raises; it is called once.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Never: ...
    @overload
    def __get__(self, instance: object, owner: type) -> str: ...
    def __get__(self, instance: Any, owner: type) -> str:
        if instance is None:
            raise AttributeError(self._name)  # so that the dataclass sees no default
        given: str | Callable[[], str] | DeferredText = instance.__dict__[self._name]
        if not isinstance(given, str):
            # A dataclass whose field names this as its default hands it on where the field is left out.
            given = instance.__dict__[self._name] = "" if isinstance(given, DeferredText) else given()
        return given

    def __set__(self, instance: Any, given: str | Callable[[], str] | DeferredText) -> None:
        instance.__dict__[self._name] = given

"""Quickly made dataclasses are as frozen, as comparable and as strict as those that are not."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any, ClassVar

import pytest

from rules.deferred import DeferredText
from rules.quick import quick


@dataclass(frozen=True)
class Slow:
    one: int
    two: str = "two"
    three: tuple[int, ...] = field(default=(), repr=False)


@quick
@dataclass(frozen=True)
class Fast:
    one: int
    two: str = "two"
    three: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Base:
    kind: ClassVar[str] = "base"

    one: int
    two: str = "two"


@quick
@dataclass(frozen=True, kw_only=True)
class Named(Base):
    three: int
    text: DeferredText = field(default=DeferredText())


@pytest.mark.parametrize(
    ("given", "named"),
    [
        pytest.param((1,), {}, id="defaults"),
        pytest.param((1, "b", (2,)), {}, id="in their order"),
        pytest.param((1,), {"three": (4,), "two": "c"}, id="by name"),
    ],
)
def test_it_is_made_compared_and_printed_as_without(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    slow, fast = Slow(*given, **named), Fast(*given, **named)
    assert vars(fast) == vars(slow)
    assert repr(fast) == repr(slow).replace("Slow", "Fast")
    assert hash(fast) == hash(slow)
    assert fast == Fast(*given, **named)
    assert fast != replace(fast, one=9)
    assert replace(fast, one=9).two == slow.two


@pytest.mark.parametrize(
    ("given", "named"),
    [
        pytest.param((), {}, id="one is left out"),
        pytest.param((1, "b", (), 4), {}, id="one too many"),
        pytest.param((1,), {"four": 4}, id="one that there is not"),
    ],
)
def test_what_does_not_fit_is_refused(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Slow(*given, **named)
    with pytest.raises(TypeError):
        Fast(*given, **named)


def test_it_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Fast(1).one = 2  # type: ignore[misc]


def test_it_is_copied_and_pickled() -> None:
    assert copy.deepcopy(Fast(1, three=(2,))) == pickle.loads(pickle.dumps(Fast(1, three=(2,)))) == Fast(1, three=(2,))  # noqa: S301


def test_what_it_inherits_is_stored_too_and_a_text_may_be_left_out_or_come_later() -> None:
    assert Named(one=1, three=3) == Named(one=1, two="two", three=3, text="")
    assert Named(one=1, three=3, text=lambda: "late").text == "late"
    with pytest.raises(TypeError):
        Named(1, three=3)  # type: ignore[misc]


def test_a_class_that_does_more_when_it_is_made_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Slotted:
        one: int

    @dataclass(frozen=True)
    class WithFactory:
        one: list[int] = field(default_factory=list)

    @dataclass(frozen=True)
    class Checked:
        one: int

        def __post_init__(self) -> None:
            assert self.one

    @dataclass(frozen=True)
    class Partly:
        one: int = field(init=False, default=1)

    for plain in (Slotted, WithFactory, Checked, Partly):
        with pytest.raises(TypeError, match="not as plain"):
            quick(plain)

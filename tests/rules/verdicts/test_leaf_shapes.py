"""What a leaf asks, as data: wherever a shape is seen in a text, it says what CEL says of it (P8)."""

from __future__ import annotations

import operator
import re
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import ConditionCompiler, ConditionError
from rules.variables import Variables
from rules.verdicts.leaf_shapes import Among, Compared, Constant, Each, Listed, Named, Shape, Stated, Worded, shape_of
from rules.vocabulary import fact_types

KINDS = fact_types("action", {"hit": "int"})
ASKED = {
    "action.is_open": (True, False),
    "failure.has_owner": (True, False),
    "failure.severity": (1, 2, 3),
    "failure.fields.hit": (-2, 0, 2, 10),
    "failure.title": ("", "a", "a && b", 'x"y', "it's", "in", "a\\b"),
    "failure.team": ("", "a", "pay", "in"),
    "failure.labels": ([], ["a"], ["a && b", "pay"], ["in", "it's"], ["a", "a"]),
    "action.labels": (["a"], ["pay", "x"]),
}
VALUES: dict[str, Any] = {"grave": 2, "word": "pay", "words": ("a", "pay"), "strict": True}
COMPILER = ConditionCompiler(KINDS, Variables(VALUES))
WITH_VARIABLES = KINDS | {
    "vars.grave": "int",
    "vars.word": "string",
    "vars.words": "list of string",
    "vars.strict": "bool",
}

SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
HOW = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
    "matches": lambda text, pattern: re.search(pattern, text) is not None,
}


def said(shape: Shape, facts: dict[str, Any], each: Any = None) -> bool:
    """What a shape says of facts, by what Python makes of it."""

    def value(of: Any) -> Any:
        match of:
            case Constant():
                return of.value
            case Each():
                return each
            case Named():
                return len(facts[of.name]) if of.is_size else facts[of.name]
        return [value(one) for one in of]

    match shape:
        case Stated():
            return facts[shape.fact] is shape.is_so
        case Compared():
            return bool(SIGNS[shape.sign](value(shape.left), value(shape.right)))
        case Among():
            return value(shape.item) in value(shape.group)
        case Worded():
            return bool(HOW[shape.how](value(shape.subject), value(shape.text)))
        case Listed():
            every = (said(shape.asks, facts, one) is shape.is_asked for one in value(shape.group))
            return any(every) if shape.how == "exists" else all(every)


gaps = st.sampled_from(["", "", " ", "\n", " // in it's\n "])
texts = st.sampled_from(
    [
        '"a"',
        "'in'",
        '"it\'s"',
        "'x\"y'",
        '"a && b"',
        "r'a'",
        'r"a\\b"',
        '"a\\\\b"',
        "'x\\\"y'",
        "'\\x61'",
        '""',
        "'pay'",
    ]
)
strings = st.one_of(st.sampled_from(["failure.title", "failure.team", "vars.word"]), texts)
lists = st.sampled_from(
    ["failure.labels", "action.labels", "vars.words", '["a", "pay"]', "['in']", "[ 'it\\'s' , r'x' ]", "[]"]
)
measured = st.one_of(lists, strings)
ints = st.one_of(
    st.sampled_from(["failure.severity", "failure.fields.hit", "vars.grave", "1", "2", "-2", "- 2", "0x2"]),
    st.builds("size({}{})".format, gaps, measured),
    st.builds("{}{}.size()".format, measured, gaps),
)
bools = st.sampled_from(["action.is_open", "failure.has_owner", "vars.strict", "true", "has(action.is_open)"])


def questions_of(strings: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from([*SIGNS])
    return st.one_of(
        st.builds("{0}{1}{2}{3}{4}".format, strings, gaps, signs, gaps, strings),
        st.builds("{} {}in {}".format, strings, gaps, lists),
        st.builds("{}{}.{}({}{})".format, strings, gaps, st.sampled_from([*HOW]), gaps, strings),
    )


each = questions_of(st.one_of(st.just("l"), strings))
questions = st.one_of(
    questions_of(strings),
    bools,
    st.builds("{0}{1}{2}{3}{4}".format, ints, gaps, st.sampled_from([*SIGNS]), gaps, ints),
    st.builds("{} {} {}".format, bools, st.sampled_from(["==", "!=", "<"]), bools),
    st.builds("{} in [1, 2]".format, ints),
)
leaves = st.one_of(
    questions,
    questions,
    st.builds("({})".format, questions),
    st.builds("!{}".format, questions),
    st.builds("{} == true".format, questions),
    st.builds("{}{}.{}(l,{}{})".format, lists, gaps, st.sampled_from(["exists", "all"]), gaps, each),
    st.builds("{}.exists(l, !{})".format, lists, each),
    st.builds("{}.all(l, !({}))".format, lists, each),
    st.builds("{}.exists(l, {} && {})".format, lists, each, each),
)


@settings(max_examples=600, deadline=None)
@given(leaves, st.randoms(use_true_random=False))
def test_a_shape_says_what_cel_says(text: str, chance: Random) -> None:
    shape = shape_of(text, WITH_VARIABLES)
    if shape is None:
        return
    try:
        condition = COMPILER.compile(text)
    except ConditionError:
        return
    known = {f"vars.{name}": [*value] if isinstance(value, tuple) else value for name, value in VALUES.items()}
    for _ in range(20):
        facts = {name: chance.choice(values) for name, values in ASKED.items()}
        assert said(shape, facts | known) == condition.holds(facts), shape


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("2>=failure.severity", Compared(Named("failure.severity", "int"), "<=", Constant(2))),
        ("vars.grave < failure.severity", Compared(Named("failure.severity", "int"), ">", Named("vars.grave", "int"))),
        ("false == action.is_open", Stated("action.is_open", is_so=False)),
        ("'a'in failure.labels", Among(Constant("a"), Named("failure.labels", "list of string"))),
        ("failure.labels\n .size() == 2", Compared(Named("failure.labels", "list of string", True), "==", Constant(2))),
        ("failure.title == 'it\\'s'", Compared(Named("failure.title", "string"), "==", Constant("it's"))),
        ("failure.title == r'a\\b'", Compared(Named("failure.title", "string"), "==", Constant("a\\b"))),
        ("failure.title == '\\x61'", None),
        ("failure.severity > 1 == true", None),
        ("action.is_open < failure.has_owner", None),
        ("failure.labels.exists(l, l == 'a' && action.is_open)", None),
        ("failure.labels.exists(failure, failure == 'a')", None),
        ("failure.labels.exists(l, 'a' == failure.team)", None),
        ("no.fact == 'a'", None),
        ("", None),
    ],
)
def test_a_leaf_has_a_shape_where_it_means_one_thing(text: str, shape: Shape | None) -> None:
    assert shape_of(text, WITH_VARIABLES) == shape

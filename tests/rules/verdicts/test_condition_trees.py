"""Conditions taken apart: whatever somebody writes, the tree says what CEL says, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Condition, ConditionCompiler, ConditionError
from rules.variables import Variables
from rules.verdicts.expressions import Join, Part, taken_apart
from rules.verdicts.leaf_words import leaf_words
from rules.verdicts.sentences import Mark, condition_lines
from rules.verdicts.trees import ConditionTree, deciding, tree_of
from rules.vocabulary import FACTS, fact_types
from tests.rules.cases import PACK

TYPES = fact_types("action")
COMPILER = ConditionCompiler(TYPES)
BOOLS = sorted(name for name, kind in TYPES.items() if kind == "bool")
NUMBERS = sorted(name for name, kind in TYPES.items() if kind == "int")
EXAMPLES = settings(max_examples=200, deadline=None)

# --- any expression there could be ----------------------------------------------------------------

strings = st.sampled_from(["'a && b'", '"x)"', "'it\\'s ||'", 'r"\\"', "'''? : !'''", '"//"'])
leaves = st.one_of(
    st.sampled_from(BOOLS),
    st.builds(
        "{} {} {}".format,
        st.sampled_from(NUMBERS),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.integers(-2, 4),
    ),
    st.builds("{} in failure.labels".format, strings),
    st.builds("failure.closed_as == {}".format, strings),
    st.builds("failure.labels.exists(one, one == {} || !one.startsWith('s'))".format, strings),
    st.builds("10 / {} == 5".format, st.sampled_from(NUMBERS)),
    st.builds("[true, {}][1]".format, st.sampled_from(BOOLS)),
    st.builds("size(failure.labels) > {}".format, st.integers(0, 2)),
)
gaps = st.sampled_from(["", " ", "\n", " // never && mind\n "])
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("{}{}&&{}{}".format, inner, gaps, gaps, inner),
        st.builds("({}) && ({})".format, inner, inner),
        st.builds("{}{}||{}{}".format, inner, gaps, gaps, inner),
        st.builds("(({})) || {}".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("!{}".format, st.sampled_from(BOOLS)),
        st.builds("({}) ? ({}) : ({})".format, inner, inner, inner),
        st.builds("{} ? {} : {}".format, st.sampled_from(BOOLS), inner, inner),
        st.builds("({}) == ({})".format, inner, inner),
    ),
    max_leaves=8,
)
values: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int": st.integers(0, 4),
    "string": st.sampled_from(["", "a && b", "x)", "done"]),
    "list of string": st.lists(st.sampled_from(["a && b", "x)", "sev1"]), max_size=3),
}
facts = st.fixed_dictionaries({name: values[kind] for name, kind in TYPES.items()})


def compiled(text: str) -> Condition | None:
    try:
        return COMPILER.compile(text)
    except ConditionError:
        return None


def nodes(tree: ConditionTree) -> Iterator[ConditionTree]:
    yield tree
    for part in tree.parts:
        yield from nodes(part)


@EXAMPLES
@given(expressions, facts)
def test_a_tree_says_what_its_condition_says(text: str, seen: dict[str, Any]) -> None:
    """P8: an explanation that disagrees with the decision would be worse than none."""
    condition = compiled(text)
    if condition is None:
        return
    tree = tree_of(condition, seen)
    assert tree.is_met == condition.judge(seen).is_met
    for node in nodes(tree):
        if node.parts and not any(one.error for one in nodes(node)):
            met = [part.is_met for part in node.parts]
            made_of = {
                Join.ALL: all(met),
                Join.ANY: any(met),
                Join.NOT: not met[0],
                Join.CHOICE: met[1:][not met[0]] if node.join is Join.CHOICE else False,
            }
            assert node.is_met == made_of[node.join], node.text


@EXAMPLES
@given(expressions, facts)
def test_the_leaves_saw_together_what_the_condition_saw(text: str, seen: dict[str, Any]) -> None:
    condition = compiled(text)
    if condition is None:
        return
    verdict = condition.judge(seen)
    named = {name for name, _ in verdict.seen if name != "error"}
    assert tree_of(condition, seen).facts == named


@EXAMPLES
@given(expressions, facts)
def test_what_decides_would_decide_alone(text: str, seen: dict[str, Any]) -> None:
    """Of what fails by `&&` every decider is one that fails, of what is met by `||` one that is met; and there is at
    least one."""
    condition = compiled(text)
    if condition is None:
        return
    tree = tree_of(condition, seen)
    found = deciding(tree)
    assert found
    leaves_of = list(tree.leaves)
    assert all(one.leaf in leaves_of for one in found)
    if tree.join is Join.ALL and all(part.join is Join.LEAF for part in tree.parts) and not tree.error:
        assert all(one.leaf.is_met is tree.is_met for one in found)


@EXAMPLES
@given(expressions, facts)
def test_every_tree_can_be_told_and_its_marks_say_whether_it_helps(text: str, seen: dict[str, Any]) -> None:
    condition = compiled(text)
    if condition is None:
        return
    tree = tree_of(condition, seen)
    lines = list(condition_lines(tree))
    assert lines
    assert all(line.text and "\n\n" not in line.text for line in lines)
    assert lines[0].mark is (Mark.YES if tree.is_met else Mark.NO)


@EXAMPLES
@given(st.text(st.sampled_from("ab.!&|?:()[]{}'\"\\/ \nr<>=,"), max_size=40))
def test_any_text_is_taken_apart_without_trouble(text: str) -> None:
    """What no CEL would take, too: at worst it is one leaf."""
    assert isinstance(taken_apart(text), Part)


# --- examples -------------------------------------------------------------------------------------


def shape(part: Part) -> Any:
    return part.text if not part.parts else (part.join.value, *map(shape, part.parts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a", "a", id="leaf"),
        pytest.param("a && b && c", ("all", "a", "b", "c"), id="all"),
        pytest.param("a || b && c", ("any", "a", ("all", "b", "c")), id="precedence"),
        pytest.param("(a || b) && c", ("all", ("any", "a", "b"), "c"), id="brackets"),
        pytest.param("((a))", "a", id="brackets-around-all"),
        pytest.param("(a) || (b)", ("any", "a", "b"), id="brackets-around-each"),
        pytest.param("!a && b", ("all", ("not", "a"), "b"), id="not"),
        pytest.param("!!a", ("not", ("not", "a")), id="not-not"),
        pytest.param("!a == b", "!a == b", id="not-of-the-left-side-alone"),
        pytest.param("!(a == b)", ("not", "a == b"), id="not-of-both"),
        pytest.param("a != b", "a != b", id="unequal"),
        pytest.param("!x.exists(l, l && m)", ("not", "x.exists(l, l && m)"), id="call"),
        pytest.param("a ? b : c ? d : e", ("choice", "a", "b", ("choice", "c", "d", "e")), id="choices"),
        pytest.param("a ? b ? c : d : e", ("choice", "a", ("choice", "b", "c", "d"), "e"), id="choice-within"),
        pytest.param("a || b ? c : d", ("choice", ("any", "a", "b"), "c", "d"), id="test-of-a-choice"),
        pytest.param("{'k': a}['k'] && b", ("all", "{'k': a}['k']", "b"), id="map"),
        pytest.param("a == '&&' || b", ("any", "a == '&&'", "b"), id="operator-in-a-string"),
        pytest.param("a == 'it\\'s' && b", ("all", "a == 'it\\'s'", "b"), id="escaped-quote"),
        pytest.param("a == r'\\' && b", ("all", "a == r'\\'", "b"), id="raw-string"),
        pytest.param("a == '''x' && y''' && b", ("all", "a == '''x' && y'''", "b"), id="three-quotes"),
        pytest.param("a // && b\n && c", ("all", "a", "c"), id="comment"),
        pytest.param("a &&", "a &&", id="half"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_text_is_taken_apart_where_cel_joins_yes_and_no(text: str, expected: Any) -> None:
    assert shape(taken_apart(text)) == expected


def test_what_means_nothing_alone_stays_in_one_piece() -> None:
    """An element of a mixed list has no type by itself: CEL gives it one beside something that has."""
    condition = COMPILER.compile("[true, 'a'][0] && action.is_open")
    tree = tree_of(condition, {"action.is_open": False})
    assert (tree.join, tree.text, tree.is_met) == (Join.LEAF, condition.text, False)


def test_an_error_is_told_where_it_is_and_counts_as_not_met() -> None:
    condition = COMPILER.compile("action.is_open && 10 / case.actions > 1")
    tree = tree_of(condition, {"action.is_open": True, "case.actions": 0})
    (decider,) = deciding(tree)
    assert not tree.is_met
    assert leaf_words(decider.leaf) == "`10 / case.actions > 1` cannot be told: divide by zero"


SEEN: dict[str, Any] = {
    name: {"bool": False, "int": 3, "string": "", "list of string": []}[t] for name, t in TYPES.items()
}
SEEN |= {"failure.labels": ["failure", "sev3"], "action.is_open": True}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("action.is_open", "the action is open"),
        ("!failure.is_experiment", "the failure is no experiment"),
        ("post_mortem.exists", "there is no post-mortem"),
        ("failure.severity <= 2", "the failure's severity is 3, and 2 or graver is asked"),
        ("2 >= failure.severity", "the failure's severity is 3, and 2 or graver is asked"),
        ("failure.severity>1", "the failure's severity is 3, and milder than 1 is asked"),
        ("!(failure.severity > 1)", "the failure's severity is 3, and 1 or graver is asked"),
        ("failure.severity != 3", "the failure's severity is 3, and not 3 is asked"),
        (
            "case.open_actions < case.actions",
            "the number of open actions is 3, and less than 3 (case.actions) is asked",
        ),
        ("failure.closed_as == 'done'", "the failure's resolution is empty, and “done” is asked"),
        ("'security' in failure.labels", "the failure does not have the label “security” (failure, sev3)"),
        ("'sev3' in failure.labels", "the failure has the label “sev3”"),
        (
            "size(failure.labels) > 2",
            "the number of the failure's labels (one with capitals counts twice) is 2, and more than 2 is asked",
        ),
        ("failure.team in ['pay', 'shop']", "the failure's team is none of “pay” and “shop” (empty)"),
        ("failure.labels.exists(one, one.startsWith('sev'))", "at least one of the failure's labels begins with “sev”"),
        ("case.actions + 1 > 5", "`case.actions + 1 > 5` is not met, where case.actions is 3"),
        (
            "failure.is_open ==\n  // whoever\n  failure.has_owner",
            "`failure.is_open == failure.has_owner` is met, where failure.has_owner is no, failure.is_open is no",
        ),
    ],
    ids=lambda one: one,
)
def test_a_leaf_is_told_without_any_cel_where_that_can_be(text: str, words: str) -> None:
    (line,) = condition_lines(tree_of(COMPILER.compile(text), SEEN))
    assert line.text == words


def test_behind_a_not_everything_is_told_the_other_way_round() -> None:
    """De Morgan: a mark always says whether it helps."""
    tree = tree_of(COMPILER.compile("!(action.is_open || failure.severity < 2)"), SEEN)
    assert [(line.depth, line.mark.value, line.text) for line in condition_lines(tree)] == [
        (0, "no", "all of these are asked"),
        (1, "no", "the action is open"),
        (1, "yes", "the failure's severity is 3, and 2 or milder is asked"),
    ]


def test_of_a_choice_the_side_that_was_taken_is_told() -> None:
    tree = tree_of(COMPILER.compile("failure.is_experiment ? action.is_open : failure.severity == 1"), SEEN)
    assert [(line.depth, line.mark.value, line.text) for line in condition_lines(tree)] == [
        (0, "no", "what is asked depends: the failure is no experiment, so"),
        (1, "no", "the failure's severity is 3, and 1 is asked"),
    ]


def test_every_condition_of_the_pack_is_told_without_its_text() -> None:
    """A lead who has never seen CEL understands why the shipped rules speak."""
    for rule in PACK.rules:
        kinds = {"bool": True, "int": 1, "string": "done", "list of string": ["failure"]}
        seen = {fact.name: kinds[fact.type] for fact in FACTS[rule.subject.value]}
        for condition in rule.conditions:
            for line in condition_lines(tree_of(condition, seen)):
                assert "`" not in line.text, (rule.id, line.text)


def test_a_variable_is_told_with_its_value_and_its_name() -> None:
    compiler = ConditionCompiler(TYPES, Variables({"grave": 2, "strict": True}))
    tree = tree_of(compiler.compile("failure.severity <= vars.grave && vars.strict"), SEEN)
    assert [line.text for line in condition_lines(tree)] == [
        "all of these are asked",
        "the failure's severity is 3, and 2 or graver (vars.grave) is asked",
        "the policy's vars.strict is yes",
    ]

"""Conditions in plain words: whoever reads the words, and knows no CEL, decides as CEL does (P8).

The reader here understands nothing but the statements, “all of these hold”, “at least one of these holds” and the rows
of a line. It finds every way in which a line can be read, and there has to be exactly one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Condition, ConditionCompiler
from rules.language.policy_file import load_policy, pack_path, shipped_packs
from rules.variables import Variables
from rules.verdicts.condition_words import ALL_HOLD, ONE_HOLDS, Clause, condition_words
from rules.verdicts.leaf_shapes import shape_of
from rules.vocabulary import FACTS, NO_DUE_DAYS, fact_types

KINDS = fact_types("action", {"impact": "string", "owner": "string", "hit": "int", "is_open": "bool"})
COMPILER = ConditionCompiler(
    KINDS, Variables({"grave": 2, "strict": True, "teams": ("pay", "shop"), "word": "pay", "late": -3})
)
EXAMPLES = settings(max_examples=300, deadline=None)


def told(text: str) -> Clause:
    return condition_words(compiled(text), KINDS)


@cache
def compiled(text: str) -> Condition:
    return COMPILER.compile(text)


# --- the kinds that people write ------------------------------------------------------------------

SIGNS = ("<", "<=", ">", ">=", "==", "!=")
INTS = sorted(name for name, kind in KINDS.items() if kind == "int")
STRINGS = sorted(name for name, kind in KINDS.items() if kind == "string")
LISTS = sorted(name for name, kind in KINDS.items() if kind == "list of string")
BOOLS = sorted(name for name, kind in KINDS.items() if kind == "bool")


def leaves() -> Iterator[str]:
    """Every fact in every kind of question."""
    yield from BOOLS
    yield from ("failure.is_open == true", "failure.has_owner != true", "false == action.is_open", "vars.strict")
    for fact, sign in itertools.product(INTS, SIGNS):
        yield from (f"{fact} {sign} {number}" for number in (0, 1, 10))
    for fact, sign in itertools.product((one for one in INTS if one.endswith("days_until_due")), SIGNS):
        yield from (f"{fact} {sign} {number}" for number in (-30, -1))
    for fact, sign in itertools.product(STRINGS, SIGNS):
        yield from (f'{fact} {sign} "to do"', f"'done' {sign} {fact}", f'{fact} {sign} ""')
    for fact in STRINGS:
        yield from (
            f'{fact} in ["done", "to do"]',
            f"{fact} in ['done']",
            f"{fact} in vars.teams",
            f"{fact} == vars.word",
        )
        yield from (f'{fact}.{how}("do")' for how in ("startsWith", "endsWith", "contains", "matches"))
        yield from (f"size({fact}) > 3", f"{fact}.size() <= 2")
        yield from (f'["do", "to"].{how}(w, {fact}.contains(w))' for how in ("exists", "all"))
    for fact in LISTS:
        yield from (f'"pay" in {fact}', f"'a and b' in {fact}", f"vars.word in {fact}", f"{fact}.size() == 2")
        yield from (
            f"failure.team in {fact}",
            f'["pay", "shop"].exists(w, w in {fact})',
            f"vars.teams.all(w, w in {fact})",
        )
        for how in ("exists", "all"):
            yield from (f'{fact}.{how}(l, l.startsWith("pa"))', f'{fact}.{how}(l, !l.endsWith("y"))')
            yield from (
                f'{fact}.{how}(l, l == "pay")',
                f'{fact}.{how}(l, l != "pay")',
                f'{fact}.{how}(l, l in ["pay", "x"])',
            )
    yield from (
        "action.owner == action.last_progress_by",
        "case.open_actions < case.actions",
        "failure.severity in [1, 2]",
    )
    yield from (f"failure.severity {sign} vars.grave" for sign in SIGNS)
    yield from (f"action.days_until_due {sign} vars.late" for sign in SIGNS)
    yield from ("failure.title < action.title", "failure.fields.owner != failure.owner")


TOLD = tuple(dict.fromkeys(leaves()))
#: What stays as it is written.
UNTOLD = (
    "10 / case.actions > 1",
    "failure.is_open == failure.has_owner",
    "failure.labels == action.labels",
    "failure.title == 'a\\x41'",
    "failure.labels.exists_one(l, l == 'pay')",
    "failure.labels.exists(l, l == 'pay' || l == 'shop')",
    "failure.labels[0] == 'pay'",
    "action.days_until_due < failure.days_until_due",
    f"action.days_until_due >= {NO_DUE_DAYS}",
    "'' in failure.labels",
    "failure.severity > 1 == true",
)

# --- what facts there can be ----------------------------------------------------------------------

NUMBERS = {"due": (-31, -30, -29, -3, -1, 0, 1, 2, 9, 10, 11, NO_DUE_DAYS), "other": (0, 1, 2, 3, 9, 10, 11)}
WORDS = ("", "done", "to do", "pay", "shop", "doto")
LABELS = ([], ["pay"], ["shop", "pay"], ["a and b"], ["x", "pa"], ["to do"])


def values_of(name: str) -> tuple[Any, ...]:
    match KINDS[name]:
        case "bool":
            return (True, False)
        case "int":
            return NUMBERS["due" if name.endswith("days_until_due") else "other"]
        case "string":
            return WORDS
    return LABELS


def verdicts(text: str) -> tuple[Any, ...]:
    """The facts that stand in a leaf, and what it says of each of their values."""
    condition = compiled(text)
    every = itertools.product(*(values_of(name) for name in condition.facts))
    return condition.facts, tuple(condition.holds(dict(zip(condition.facts, one, strict=True))) for one in every)


def test_what_people_write_is_told_in_words() -> None:
    for text in (one for leaf in TOLD for one in (leaf, f"!({leaf})")):
        clause = told(text)
        assert "`" not in clause.text.replace("the pattern `do`", ""), clause.text
        assert not clause.parts, "a leaf is one statement"


def test_two_questions_are_told_alike_only_where_every_answer_is_the_same() -> None:
    """Every fact, sign and constant can be read out of the words: else two that differ in it would be told alike."""
    known: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for text in (one for leaf in (*TOLD, *UNTOLD) for one in (leaf, f"!({leaf})")):
        words, meaning = told(text).text, verdicts(text)
        other, known_meaning = known.setdefault(words, (text, meaning))
        assert meaning == known_meaning, f"{text} and {other} are both told as: {words}"


def test_what_is_compared_with_is_named() -> None:
    for text in TOLD:
        words = told(text).text
        for constant in (one or other for one, other in re.findall(r'"([^"]+)"|\'([^\']+)\'', text)):
            assert f"“{constant}”" in words or f"`{constant}`" in words


@pytest.mark.parametrize("text", UNTOLD)
def test_what_has_no_words_stays_as_it_is_written(text: str) -> None:
    """What cannot be told meets neither the code nor its opposite, so that a `!` stays within."""
    assert told(text) == Clause(f"`{text}` is met")
    assert told(f"!({text})") == Clause(f"`!({text})` is met")


@EXAMPLES
@given(st.text(st.sampled_from("abfl.sizeexists(),[]\"'\\ <>=!in"), max_size=40))
def test_any_text_has_a_shape_or_none(text: str) -> None:
    shape_of(text, KINDS)


# --- conditions made of them ----------------------------------------------------------------------

#: What has a word in it that joins others is among them.
JOINING = ("action.wants_status", "case.is_finished", "failure.severity <= 2", "action.days_until_due > 2")
PARTS = (*TOLD[::11], *UNTOLD[:3], *JOINING, "action.is_open", "failure.has_owner")


@cache
def statements() -> dict[str, tuple[str, bool]]:
    """What each statement says: a leaf, or that it is not so."""
    found: dict[str, tuple[str, bool]] = {}
    for leaf in PARTS:
        found[told(f"!({leaf})").text] = (leaf, False)
    return found | {told(leaf).text: (leaf, True) for leaf in PARTS}


Row = tuple[str, tuple[Any, ...]]


def ways_to_read(line: str) -> list[Row]:
    """Every way to read a line: `("and", (statement, …, ("or", (…))))`."""
    return [(word or "and", tuple(said)) for word, said in _rows(line, "", "")]


def _rows(line: str, word: str, subject: str) -> Iterator[tuple[str, list[Any]]]:
    for known in statements():
        whole = known
        if not line.startswith(known):
            if not (subject and known.startswith(f"{subject} ") and line.startswith(known[len(subject) + 1 :])):
                continue
            whole = known[len(subject) + 1 :]
        rest = line[len(whole) :]
        found = re.match(r"(the [^“`]+?) (?:is|has|was|does not) ", known)
        yield from _after(rest, known, word, found[1] if found else "")


def _after(rest: str, known: str, word: str, subject: str) -> Iterator[tuple[str, list[Any]]]:
    if not rest:
        yield word, [known]
    if rest.startswith(", and either ") and word in ("", "and"):
        yield from (("and", [known, (inner, tuple(said))]) for inner, said in _rows(rest[13:], "or", ""))
    for joint, joined in ((", and ", "and"), (" and ", "and"), (", or ", "or"), (" or ", "or"), (", ", word)):
        if rest.startswith(joint) and word in ("", joined):
            for inner, said in _rows(rest[len(joint) :], joined, subject):
                if inner == joined or not joined:
                    yield inner, [known, *said]


def decided(clause: Clause, facts: dict[str, Any]) -> bool:
    """What somebody decides who reads the words."""
    if clause.parts:
        assert clause.text in (ALL_HOLD, ONE_HOLDS)
        return (all if clause.text == ALL_HOLD else any)(decided(one, facts) for one in clause.parts)
    ways = ways_to_read(clause.text)
    assert len(set(ways)) == 1, f"{clause.text} can be read in {len(set(ways))} ways"
    return _decided(ways[0], facts)


def _decided(said: str | Row, facts: dict[str, Any]) -> bool:
    if isinstance(said, tuple):
        return (all if said[0] == "and" else any)(_decided(one, facts) for one in said[1])
    leaf, is_so = statements()[said]
    return compiled(leaf if is_so else f"!({leaf})").holds(facts)


conditions = st.recursive(
    st.sampled_from(PARTS),
    lambda inner: st.one_of(
        st.builds("({}) && ({})".format, inner, inner),
        st.builds("!(({}) && !({}))".format, inner, inner),
        st.builds("({}) || ({})".format, inner, inner),
        st.builds("!(!({}) || ({}))".format, inner, inner),
        st.builds("({}) ? ({}) : ({})".format, inner, inner, inner),
    ),
    max_leaves=6,
).filter(lambda text: len(text) < 1_000)


@EXAMPLES
@given(conditions, st.randoms(use_true_random=False))
def test_whoever_reads_the_words_decides_as_cel_does(text: str, chance: Random) -> None:
    condition = compiled(text)
    words = told(text)
    for _ in range(20):
        facts = {name: chance.choice(values_of(name)) for name in condition.facts}
        assert decided(words, facts) == condition.judge(facts).is_met


def _small() -> Iterator[str]:
    """All conditions of up to three of these, joined and negated in every way."""
    plain = ("failure.is_open", "failure.has_owner", "case.is_thanked")
    literals = [*plain, *(f"!{one}" for one in plain)]
    pairs = [f"{one} {sign} {other}" for one, other in itertools.combinations(literals, 2) for sign in ("&&", "||")]
    yield from (*literals, *pairs, *(f"!({pair})" for pair in pairs))
    for pair, sign, third in itertools.product(pairs, ("&&", "||"), literals):
        yield from (f"({pair}) {sign} {third}", f"!({pair}) {sign} {third}")


def test_two_conditions_are_told_alike_only_where_they_ask_the_same() -> None:
    names = ("failure.is_open", "failure.has_owner", "case.is_thanked")
    every = [dict(zip(names, one, strict=True)) for one in itertools.product((True, False), repeat=3)]
    known: dict[Clause, tuple[str, tuple[bool, ...]]] = {}
    for text in _small():
        condition = COMPILER.compile(text)
        meaning = tuple(condition.holds(facts) for facts in every)
        other, known_meaning = known.setdefault(condition_words(condition, KINDS), (text, meaning))
        assert meaning == known_meaning, f"{text} and {other} are told alike"
    assert len(known) > 200


# --- examples -------------------------------------------------------------------------------------


def lines(clause: Clause, depth: int = 0) -> list[str]:
    return ["  " * depth + clause.text, *(line for one in clause.parts for line in lines(one, depth + 1))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("failure.is_open && !failure.is_experiment", "the failure is open and is no experiment"),
        (
            "failure.severity <= 2 && !post_mortem.exists",
            "the failure's severity is 2 or graver and there is no post-mortem",
        ),
        ("!(failure.severity > vars.grave)", "the failure's severity is 2 or graver (vars.grave)"),
        (
            "failure.is_open && failure.has_owner && case.actions == 0",
            "the failure is open and has an owner, and there are no actions",
        ),
        ("case.is_thanked || failure.is_experiment", "everybody was thanked or the failure is an experiment"),
        (
            "case.is_finished && (case.is_thanked || failure.is_experiment)",
            "all work has been finished for a while, and either everybody was thanked or the failure is an experiment",
        ),
        ("vars.grave >= failure.severity", "the failure's severity is 2 or graver (vars.grave)"),
        ("!(vars.word in failure.labels)", "the failure does not have the label “pay” (vars.word)"),
        ("failure.team in vars.teams", "the failure's team is one of “pay” and “shop” (vars.teams)"),
        ("failure.closed_as in ['duplicate', 'done']", "the failure's resolution is one of “duplicate” and “done”"),
        (
            "'customers' in failure.labels && !('known' in failure.labels)",
            "the failure has the label “customers” and does not have the label “known”",
        ),
        ("action.idle_business_days >= 10", "the action has stood still for 10 business days or more"),
        ("action.idle_days > 1", "the action has stood still for more than 1 whole day"),
        ("action.postponements >= 2", "the action was put off twice or more"),
        ("action.days_until_due < 0", "the action is late"),
        ("action.days_until_due < -30", "the action is more than 30 days late"),
        ("action.days_until_due <= 3", "no more than 3 days are left until the action is due"),
        (
            "action.days_until_due > 3",
            "more than 3 days are left until the action is due, or it has no due date",
        ),
        (
            "failure.labels.exists(l, l.startsWith('help-'))",
            "at least one of the failure's labels begins with “help-”",
        ),
        ("!failure.labels.exists(l, l.startsWith('help-'))", "none of the failure's labels begins with “help-”"),
        (r"failure.title.matches('\\bdown\\b')", r"the failure's title matches the pattern `\bdown\b`"),
        ("failure.status != ''", "the failure's status is not empty"),
        ("failure.fields.impact == '*all*'", "the failure's field “impact” is `*all*`"),
        ("failure.title == 'a`b'", "the failure's title is ``a`b``"),
        ("has(failure.is_open)", "the failure is open"),
        ("failure.is_open ==\n // whoever\n action.is_open", "`failure.is_open == action.is_open` is met"),
    ],
)
def test_a_condition_is_told_in_one_line_where_it_can_be(text: str, words: str) -> None:
    assert lines(told(text)) == [words]


def test_more_than_one_breath_is_a_list() -> None:
    assert lines(
        told("failure.is_open && (failure.severity == 1 && failure.has_owner || 'pay' in failure.labels)")
    ) == [
        "all of these hold",
        "  the failure is open",
        "  at least one of these holds",
        "    the failure's severity is 1 and the failure has an owner",
        "    the failure has the label “pay”",
    ]


@pytest.mark.parametrize(
    "text", ["action.wants_status", "!case.is_finished", "!action.is_open", "action.days_until_due > 2"]
)
@pytest.mark.parametrize("sign", ["&&", "||"])
def test_what_has_a_word_in_it_that_joins_stands_in_no_row(text: str, sign: str) -> None:
    """“People made the ticket, or a command changed it, and the failure is open” can be read in two ways."""
    head, first, second = lines(told(f"{text} {sign} failure.is_open"))
    assert head == (ALL_HOLD if sign == "&&" else ONE_HOLDS)
    assert (first, second) == (f"  {told(text).text}", "  the failure is open")


def test_more_or_less_of_something_stands_in_no_row_of_which_one_is_enough() -> None:
    assert lines(told("failure.severity <= 2 || failure.is_open"))[0] == ONE_HOLDS
    assert len(lines(told("failure.severity <= 2 && failure.is_open"))) == 1


def test_of_nobody_nothing_more_is_said_than_is_asked() -> None:
    """“Nobody has spoken up and has said how grave it is” would say that nobody has done both."""
    assert lines(told("!failure.is_acknowledged && !failure.is_severity_set")) == [
        "nobody has spoken up for the failure and nobody has said how grave the failure is"
    ]


def test_either_side_of_a_choice_is_told_with_when_it_holds() -> None:
    assert lines(told("failure.is_experiment ? action.is_open : failure.severity == 1")) == [
        "at least one of these holds",
        "  the failure is an experiment and the action is open",
        "  the failure is no experiment and the failure's severity is 1",
    ]


@pytest.mark.parametrize("name", shipped_packs())
def test_every_condition_of_a_pack_is_told_without_its_text(name: str) -> None:
    for rule in load_policy(pack_path(name)).rules:
        for condition in rule.conditions:
            assert "`" not in "".join(lines(condition_words(condition, fact_types(rule.subject)))), rule.id


def test_every_fact_is_told_in_words_whatever_a_rule_looks_at() -> None:
    for subject, facts in FACTS.items():
        compiler, kinds = ConditionCompiler(fact_types(subject)), fact_types(subject)
        for fact in facts:
            asked = {"bool": "{}", "int": "{} == 5", "string": "{} == 'x'", "list of string": "'x' in {}"}[fact.type]
            words = condition_words(compiler.compile(asked.format(fact.name)), kinds)
            assert "`" not in words.text

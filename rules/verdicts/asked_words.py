"""What a leaf of a condition asks, as a statement that people say: "the failure's severity is 2 or graver", "“security”
is among the failure's labels". The one source of these words, for what was decided and for what a policy asks.

Two statements that ask something else are never the same: each names its fact and what that is compared with. What has
no statement here is shown as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rules.texts import names_in_a_row
from rules.verdicts.fact_words import COUNTED, GRADES, LABELS, UNITS, UNTIL_DUE, named, stated
from rules.verdicts.leaf_shapes import Among, Compared, Constant, Each, Listed, Named, Operand, Shape, Stated, Worded
from rules.verdicts.quoting import in_code, quoted
from rules.vocabulary import NO_DUE_DAYS

OPPOSITE = MappingProxyType({"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="})
_EQUAL = {"==": "{}", "!=": "not {}"}
#: What is asked of a number, of one that is a grade, and of a text.
_NUMBERS = _EQUAL | {"<=": "{} or less", "<": "less than {}", ">=": "{} or more", ">": "more than {}"}
_GRADES = _EQUAL | {"<=": "{} or {less}", "<": "{less} than {}", ">=": "{} or {more}", ">": "{more} than {}"}
_ORDER = "in the order of letters"
_TEXTS = _EQUAL | {
    "<=": f"{{}} or before it {_ORDER}",
    "<": f"before {{}} {_ORDER}",
    ">=": f"{{}} or after it {_ORDER}",
    ">": f"after {{}} {_ORDER}",
}
#: What is asked of a number of units: a second name of the unit stands where a part of one would count as none.
_UNITS = {
    "<=": "{1} or less",
    "<": "less than {0}",
    ">=": "{0} or more",
    ">": "more than {1}",
    "==": "exactly {1}",
    "!=": "anything but {1}",
}
_AHEAD = {
    "<=": "no more than {days} are left until {who} is due",
    "<": "less than {days} are left until {who} is due",
    ">=": "{days} or more are left until {who} is due, or it has no due date",
    ">": "more than {days} are left until {who} is due, or it has no due date",
    "==": "exactly {days} are left until {who} is due",
    "!=": "not exactly {days} are left until {who} is due",
}
_LATE = {
    "<=": "{who} is {days} late or more",
    "<": "{who} is more than {days} late",
    ">=": "{who} is not more than {days} late",
    ">": "{who} is not {days} late or more",
    "==": "{who} is exactly {days} late",
    "!=": "{who} is not exactly {days} late",
}
_AROUND_DUE = {"<": "{} is late", ">=": "{} is not late", "==": "{} is due today", "!=": "{} is not due today"}
_NONE, _SOME = {("==", 0), ("<", 1), ("<=", 0)}, {("!=", 0), (">", 0), (">=", 1)}
_HOW = {
    "startsWith": "begin{} with",
    "endsWith": "end{} with",
    "contains": "contain{}",
    "matches": "match{} the pattern",
}
_WHICH = {
    ("exists", True): "at least one of",
    ("exists", False): "none of",
    ("all", True): "each of",
    ("all", False): "not each of",
}

Values = Mapping[str, Any]


def statement(shape: Shape, values: Values, *, is_wanted: bool = True) -> str:
    """What is asked, or its opposite; empty where there are no words for it. `values` are those of variables."""
    match shape:
        case Stated():
            return stated(shape.fact, is_so=shape.is_so is is_wanted)
        case Compared():
            sign = shape.sign if is_wanted else OPPOSITE[shape.sign]
            return _compared(shape.left, sign, shape.right, values) if isinstance(shape.left, Named) else ""
        case Listed():
            return _listed(shape, values, is_wanted)
    subject = shape.item if isinstance(shape, Among) else shape.subject
    told = _told(subject, values) + _source(subject, values)
    if isinstance(shape, Among) and (who := _whose_label(shape, values)):
        has = "has" if is_wanted else "does not have"
        return f"{who} {has} the label {told}"
    verb = _verb(shape, values, is_wanted)
    return f"{told} {verb}" if told and verb else ""


def wanted(shape: Compared, values: Values, *, is_wanted: bool = True) -> str:
    """What is asked of a value: `2 or less`, `not “done”`; empty where there are no words for it."""
    sign = shape.sign if is_wanted else OPPOSITE[shape.sign]
    right, told = shape.right, _told(shape.right, values)
    if not isinstance(shape.left, Named) or not told:
        return ""
    if shape.left.kind == "string" and not shape.left.is_size:
        words = _TEXTS[sign].format(told)
    elif grades := GRADES.get(shape.left.name):
        words = _GRADES[sign].format(told, less=grades[0], more=grades[1])
    else:
        words = _NUMBERS[sign].format(told)
    return words + _source(right, values)


def name_of(what: Named) -> str:
    """What a fact, or its length, is called."""
    if not what.is_size:
        return named(what.name)
    if what.kind == "string":
        return f"the length of {named(what.name)}"
    twice = " (one with capitals counts twice)" if what.name in LABELS else ""
    return f"the number of {named(what.name)}{twice}"


def _compared(left: Named, sign: str, right: Operand, values: Values) -> str:
    number = _number(right, values)
    source = _source(right, values)
    if not left.is_size and left.name in UNTIL_DUE:
        return _until_due(UNTIL_DUE[left.name], sign, number) + source if number is not None else ""
    if not left.is_size and left.name in UNITS and number is not None:
        statement_of, unit, whole = UNITS[left.name]
        return statement_of.format(_UNITS[sign].format(_so_many(number, unit), _so_many(number, whole))) + source
    if not left.is_size and left.name in COUNTED and isinstance(right, Constant):
        for pairs, begin in ((_NONE, "there are no"), (_SOME, "there are")):
            if (sign, number) in pairs:
                return f"{begin} {COUNTED[left.name]}"
    asked = wanted(Compared(left, sign, right), values)
    return f"{name_of(left)} is {asked}" if asked else ""


def _until_due(who: str, sign: str, number: int) -> str:
    if abs(number) >= NO_DUE_DAYS:
        return ""
    if number == 0 and sign in _AROUND_DUE:
        return _AROUND_DUE[sign].format(who)
    days = _so_many(abs(number), "days")
    return (_LATE if number < 0 else _AHEAD)[sign].format(who=who, days=days)


def _verb(shape: Compared | Among | Worded, values: Values, is_wanted: bool) -> str:
    """What is asked of something, as what it does: `begins with “x”`, `is one of “a” and “b”`, `is not “x”`."""
    match shape:
        case Worded():
            text = shape.text
            pattern = isinstance(text, Constant) and shape.how == "matches" and in_code(str(text.value))
            told = pattern or _told(text, values) + _source(text, values)
            if not told or text == Constant(""):
                return ""
            return (
                f"{_HOW[shape.how].format('es' if shape.how == 'matches' else 's')} {told}"
                if is_wanted
                else (f"does not {_HOW[shape.how].format('')} {told}")
            )
        case Among():
            group = _group(shape.group, values)
            if group:
                return f"is {'one' if is_wanted else 'none'} of {group}"
            is_told = isinstance(shape.group, Named) and shape.item != Constant("")
            return f"is {'' if is_wanted else 'not '}among {named(shape.group.name)}" if is_told else ""  # type: ignore[union-attr]
        case Compared():
            is_equal = shape.sign in ("==", "!=")
            told = _told(shape.right, values) + _source(shape.right, values)
            return f"is {'' if (shape.sign == '==') is is_wanted else 'not '}{told}" if is_equal and told else ""


def _listed(shape: Listed, values: Values, is_wanted: bool) -> str:
    which, asks = _WHICH[shape.how, is_wanted], shape.asks
    group = _group(shape.group, values) or (named(shape.group.name) if isinstance(shape.group, Named) else "")
    if not group:
        return ""
    if isinstance(asks, Worded) and isinstance(asks.subject, Named) and shape.is_asked:
        verb = _HOW[asks.how].format("es" if asks.how == "matches" else "s")
        return f"{named(asks.subject.name)} {verb} {'not all of' if which.startswith('not') else which} {group}"
    subject = asks.left if isinstance(asks, Compared) else asks.item if isinstance(asks, Among) else asks.subject
    verb = _verb(asks, values, shape.is_asked) if isinstance(subject, Each) else ""
    return f"{which} {group} {verb}" if verb else ""


def _whose_label(shape: Among, values: Values) -> str:
    """Who has, or has not, a label of which the word is known; empty for what else may be among something."""
    is_word = isinstance(shape.item, Constant) or (isinstance(shape.item, Named) and shape.item.name in values)
    is_told = is_word and isinstance(shape.group, Named) and shape.item != Constant("")
    return LABELS.get(shape.group.name, "") if is_told else ""  # type: ignore[union-attr]


def _group(group: tuple[Constant, ...] | Named, values: Values) -> str:
    """Words that are written in a list, or that a variable has; empty for those of a fact."""
    if isinstance(group, Named):
        listed = values.get(group.name)
        words = [quoted(one) for one in listed] if isinstance(listed, list | tuple) and all(listed) else []
        return f"{names_in_a_row(words)} ({group.name})" if words else ""
    if Constant("") in group:
        return ""
    return names_in_a_row([quoted(one.value) if isinstance(one.value, str) else str(one.value) for one in group])


def _told(operand: Operand, values: Values) -> str:
    if isinstance(operand, Each):
        return ""
    value = operand.value if isinstance(operand, Constant) else None
    if isinstance(operand, Named):
        value = values.get(operand.name)
        value = len(value) if operand.is_size and value is not None else value
        if value is None:
            return name_of(operand)
    return quoted(value) if isinstance(value, str) else str(value)


def _source(operand: Operand, values: Values) -> str:
    """Where a value comes from that is told as one: ` (vars.grave)`."""
    is_named = isinstance(operand, Named) and operand.name in values
    return f" ({operand.name})" if is_named else ""  # type: ignore[union-attr]


def _number(operand: Operand, values: Values) -> int | None:
    value = operand.value if isinstance(operand, Constant) else None
    if isinstance(operand, Named) and not operand.is_size:
        value = values.get(operand.name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _so_many(number: int, unit: str) -> str:
    """`10 whole days`, `1 day`, `twice`."""
    if unit == "times" and number in (1, 2):
        return "once" if number == 1 else "twice"
    return f"{number} {unit.removesuffix('s') if abs(number) == 1 else unit}"

"""Tables of the language, as Markdown: keys of forms, words, verbs, facts, and what templates can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rules.durations import SPELLINGS, UNIT_MEANINGS
from rules.language.including import INCLUDE
from rules.language.verbs import MODIFIERS, VERBS, Verb
from rules.policy import Subject
from rules.template_types import called
from rules.views import TextView
from rules.vocabulary import FACTS, OF_EACH_TICKET, TICKETS, Fact

_TICKETS = {Subject.FAILURE, Subject.POST_MORTEM, Subject.ACTION}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. A bar within a cell is escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def in_code(words: Iterable[str], last: str = "or") -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    return f" {last} ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part) if quoted else ""


def key_table(form: type[BaseModel], heading: str) -> str:
    """Each key with what it is for, and what holds where it is left out."""
    needed = "*needed*, here or in an included file" if INCLUDE in form.model_fields else "*needed*"
    rows = [
        (f"`{field.alias or name}`", _with_words(field), _left_out(field, needed))
        for name, field in form.model_fields.items()
    ]
    return table((heading, "what it is", "left out"), rows)


def _with_words(field: FieldInfo) -> str:
    """What a key is for, and the words that may stand there where it takes one of a few."""
    words = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    told = field.description or ""
    return f"{told} ({in_code(words)})" if len(words) > 1 else told


def _left_out(field: FieldInfo, needed: str) -> str:
    if field.is_required():
        return needed
    default = field.get_default(call_default_factory=True)
    if default is None or default in ("", [], {}) or isinstance(default, BaseModel):
        return ""
    if isinstance(default, list):
        return f"`[{', '.join(map(str, default))}]`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def word_table(words: Mapping[Any, str], heading: str) -> str:
    """Words with their meanings; `heading` may name both columns (`phase | when`)."""
    first, _, second = heading.partition(" | ")
    return table((first, second or "what it is"), [(f"`{word!s}`", told) for word, told in words.items()])


def unit_table() -> str:
    """The units of durations, with all their spellings."""
    spelled = {unit: in_code(word for word in SPELLINGS if SPELLINGS[word] is unit) for unit in UNIT_MEANINGS}
    return table(("written", "what it counts"), [(spelled[unit], told) for unit, told in UNIT_MEANINGS.items()])


def verb_table() -> str:
    """All that can be done: what stands behind it, what happens, in rules for what, and whether on rungs."""
    rows = [
        (f"`{verb.name}`", _behind(verb), verb.meaning, _looked_at(verb), "yes" if verb.on_rungs else "")
        for verb in VERBS.values()
    ]
    return table(("verb", "behind it", "what happens", "in rules for", "on rungs"), rows)


def _behind(verb: Verb) -> str:
    return in_code((key.name for key in verb.keys), "and") if verb.keys else str(verb.shape)


def _looked_at(verb: Verb) -> str:
    others = [subject.value for subject in verb.subjects if subject not in _TICKETS]
    if set(verb.subjects) >= _TICKETS:
        return ", ".join(["any ticket", *(f"`{other}`" for other in others)])
    return ", ".join(f"`{subject.value}`" for subject in verb.subjects)


def verb_key_table(verb: str, heading: str) -> str:
    """The keys behind a verb that takes several."""
    rows = [
        (f"`{key.name}`", key.shape.value, key.meaning, "*needed*" if key.is_needed else "") for key in VERBS[verb].keys
    ]
    return table((heading, "what stands there", "what it is", "left out"), rows)


def modifier_table() -> str:
    """What may stand behind a verb, and behind which."""
    behind = {one: in_code(verb.name for verb in VERBS.values() if one in verb.modifiers) for one in MODIFIERS}
    rows = [(f"`{one.name}`", behind[one.name], one.shape.value, one.meaning) for one in MODIFIERS.values()]
    return table(("word", "behind", "what stands there", "what it is"), rows)


def fact_table(thing: str, heading: str) -> str:
    """The facts of a thing (`failure`, `case`), without what is said of each ticket once."""
    of_each = {f"{thing}.{fact.name}" for fact in OF_EACH_TICKET if thing in TICKETS}
    known = dict.fromkeys(fact for facts in FACTS.values() for fact in facts)
    own = (fact for fact in known if fact.name.partition(".")[0] == thing and fact.name not in of_each)
    return _facts(own, heading)


def ticket_fact_table(_: str, heading: str) -> str:
    """What conditions can ask of each ticket, by the name behind the ticket's."""
    return _facts(OF_EACH_TICKET, heading)


def _facts(facts: Iterable[Fact], heading: str) -> str:
    return table((heading, "type", "what it says"), [(f"`{fact.name}`", fact.type, fact.meaning) for fact in facts])


def variable_table() -> str:
    """Everything that a template can name."""
    return _view_table(TextView, "variable")


def view_tables() -> str:
    """What the variables have that are more than a value, each kind once, under the names by which it is reached."""
    ways: dict[type, list[str]] = {}
    for view, way in _reached(TextView, ""):
        ways.setdefault(view, []).append(way)
    return "\n\n".join(_view_table(view, f"of {', '.join(found)}") for view, found in ways.items())


def _reached(view: type, before: str) -> Iterator[tuple[type, str]]:
    for name, (kind, _) in described(view).items():
        inner, is_many = _inner(kind)
        if inner is None:
            continue
        yield inner, f"{'one of ' if is_many else ''}`{before}{name}`"
        yield from _reached(inner, f"{before}{name}.")


def _inner(kind: Any) -> tuple[type | None, bool]:
    """The view behind an annotation, and whether there are several."""
    arms = [arm for arm in get_args(kind) if arm is not NoneType] if isinstance(kind, UnionType) else [kind]
    many = get_args(arms[0])
    found = many[0] if many else arms[0]
    return (found, bool(many)) if isinstance(found, type) and is_dataclass(found) else (None, False)


def _view_table(view: type, heading: str) -> str:
    rows = [(f"`{name}`", called(kind), told) for name, (kind, told) in described(view).items()]
    return table((heading, "type", "what it is"), rows)


def described(view: type) -> dict[str, tuple[Any, str]]:
    """Each name that a view has, with its type and what it is."""
    hints = get_type_hints(view, include_extras=True)
    found: dict[str, tuple[Any, str]] = {}
    for field in fields(view):
        kind = hints[field.name]
        inner, *told = get_args(kind) if get_origin(kind) is Annotated else (kind,)
        found[field.name] = (inner, next((word for word in told if isinstance(word, str)), ""))
    return found

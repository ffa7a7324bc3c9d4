"""What a policy calls by name on a tracker, held against what the tracker has: fields, and the words in them.

A name that is not there is no mistake of the language: a condition that asks about it just never holds. So it is told
before anything runs, with what there is. Where another tracker may have it, or where this one does not say what it has,
it is told and is no failure.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from connectors.inspection import Finding, Wanted, good, in_short, note, wrong

_SHOWN_MAX = 12


def own_fields(wanted: Wanted, there: Iterable[str], whose: str, also: str = "") -> Iterator[Finding]:
    """Which of the fields that the policy asks about are there, of all that `whose` (`this Jira`) has, by name. `also`
    is what else may be done about one that is not."""
    known = {name.casefold(): name for name in there}
    missing = [name for name in wanted.fields if name.casefold() not in known]
    if wanted.fields and not missing:
        said = f"{_capital(whose)} has every field that the policy asks about: {in_short(wanted.fields)}."
        yield good("fields", said)
    for name in missing:
        said = f"{_capital(whose)} has no field {name}: conditions find it empty."
        near = _near(name, known.values())
        todo = f"{near}Write its name under `fields:` in the policy as people see it there{also}."
        yield wrong("fields", said, todo) if wanted.is_alone else note("fields", said, todo)


def priorities(wanted: Wanted, there: Iterable[str], whose: str) -> Iterator[Finding]:
    """Which of the priorities that the policy names are there, of all that `whose` (`this Jira`) has. Capitals count in
    conditions, and under `severities` they do not."""
    shown = list(dict.fromkeys(there))
    folded = {name.casefold() for name in shown}
    lacking = [name for name in wanted.priorities if name.casefold() not in folded]
    strange = [word for word in wanted.priority_words if word not in shown and word not in lacking]
    named = (*wanted.priorities, *wanted.priority_words)
    if named and not (lacking or strange):
        yield good("priorities", f"{_capital(whose)} has every priority that the policy names: {in_short(named)}.")
    for name in lacking:
        said = f"{_capital(whose)} has no priority {name}: no failure gets its severity by that."
        yield _told(wanted, "priorities", said, f"{_near(name, shown)}{_choice(shown, '`severities.priorities`')}")
    for word in strange:
        said = f"{_capital(whose)} has no priority {word}, with which a condition compares."
        yield _told(wanted, "priorities", said, f"{_near(word, shown)}{_choice(shown, 'the condition')}")


def words(wanted: Wanted, name: str, there: Iterable[str], whose: str) -> Iterator[Finding]:
    """Which words that conditions compare a field with it takes, of those that can be chosen there. One that cannot,
    and is near to none that can, may have been one of them once, and still stand in older issues."""
    shown = list(dict.fromkeys(there))
    lacking = [word for word in wanted.field_words.get(name, ()) if not can_stand(word, shown)]
    if not lacking:
        yield good("fields", f"{name} takes every word that conditions compare it with.")
    for word in lacking:
        said = f"The field {name} takes no {word} in {whose}, with which a condition compares."
        near = _near(word, shown)
        todo = f"{near}{_choice(shown, 'the condition')}"
        yield _told(wanted, "fields", said, todo) if near else note("fields", said, todo)


def can_stand(word: str, there: Iterable[str]) -> bool:
    """Whether it is one of these, or several with commas between, as a text has what was chosen together."""
    return any(
        word == one or (one and word.startswith(f"{one}, ") and can_stand(word[len(one) + 2 :], there)) for one in there
    )


def not_told(about: str, what: str, why: str, todo: str = "") -> Finding:
    """The gentle word where a tracker does not say what it has of `what` (`the priorities`)."""
    return note(about, f"{_capital(what)} that the policy names could not be looked for: {why}.", todo)


def _capital(whose: str) -> str:
    return whose[0].upper() + whose[1:]


def _told(wanted: Wanted, about: str, said: str, todo: str) -> Finding:
    return wrong(about, said, todo) if wanted.is_alone else note(about, said, f"Fine where another has it. {todo}")


def _near(name: str, there: Iterable[str]) -> str:
    """`Near it: Highest. `, or nothing."""
    known = {one.casefold(): one for one in there}
    near = [known[one] for one in difflib.get_close_matches(name.casefold(), list(known), n=3, cutoff=0.65)]
    if not near:
        return ""
    minded = [f"{one} (capitals count in conditions)" if _differs_in_capitals(one, name) else one for one in near]
    return f"Near it: {', '.join(minded)}. "


def _differs_in_capitals(one: str, other: str) -> bool:
    return one != other and one.casefold() == other.casefold()


def _choice(there: list[str], where: str) -> str:
    return f"Choose in {where} from {in_short(there, _SHOWN_MAX)}." if there else f"Mend {where}."

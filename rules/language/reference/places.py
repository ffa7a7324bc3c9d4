"""Puts tables where a piece of prose wants them: `<!-- keys: LadderForm | key of a ladder -->` stands for the keys of
that form, under that heading. Whoever adds a form, a word or a view adds such a line, and no code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from rules.language import forms, item_forms, people_forms
from rules.language.form import Form
from rules.language.reference.tables import (
    fact_table,
    key_table,
    modifier_table,
    ticket_fact_table,
    unit_table,
    variable_table,
    verb_key_table,
    verb_table,
    view_tables,
    word_table,
)
from rules.language.words import WORDS

#: Where the page's own headings are listed, once all of it is there.
CONTENTS = "contents"
PLACE = re.compile(r"^<!-- (?P<what>[a-z ]+?)(?:: (?P<which>[^|]+?))?(?: \| (?P<heading>.+?))? -->$", re.MULTILINE)

#: Tables of which there is one each.
_PLAIN: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "units": unit_table,
        "verbs": verb_table,
        "modifiers": modifier_table,
        "variables": variable_table,
        "views": view_tables,
    }
)
#: Tables of something that is named, under a heading.
_NAMED: Mapping[str, Callable[[str, str], str]] = MappingProxyType(
    {
        "keys": lambda form, heading: key_table(_form(form), heading),
        "keys of": verb_key_table,
        "words": lambda words, heading: word_table(WORDS[words], heading),
        "facts of": fact_table,
        "facts of each ticket": ticket_fact_table,
    }
)


def _form(name: str) -> type[Form]:
    """A form by its name. Raises KeyError where there is none."""
    found: type[Form] = (vars(forms) | vars(item_forms) | vars(people_forms))[name]
    return found


def filled(piece: str) -> str:
    """The piece with its tables. Raises KeyError or AttributeError for a place that nothing stands for."""
    return PLACE.sub(_table, piece)


def _table(place: re.Match[str]) -> str:
    if place["what"] == CONTENTS:
        return place[0]
    if place["what"] in _PLAIN:
        return _PLAIN[place["what"]]()
    return _NAMED[place["what"]](place["which"], place["heading"])

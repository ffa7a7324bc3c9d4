"""The `review` of a policy: when a meeting about a post-mortem is proposed, and with which words."""

from __future__ import annotations

from rules.language.by_severity_reading import read_by_severity
from rules.language.document import KeyPath, MapNode
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.language.validation import shown
from rules.language.verbs import VERBS
from rules.review_terms import ReviewDo

KEYS = tuple(key.name for key in VERBS["review"].keys)


def read_review(reading: Reading, place: KeyPath) -> ReviewDo | None:
    """All of `after`, `lasts`, `ahead`, `template` and `reminder`; problems are noted. Titles are the templates of the
    same names behind `title-`."""
    node = reading.document.at(place)
    if not isinstance(node, MapNode):
        reading.note(place, f"{shown(node)} stands here, where a mapping is wanted", in_words(KEYS))
        return None
    for key in node.keys():  # noqa: SIM118 - a node is no dict
        if key not in KEYS:
            reading.note_key((*place, key), f'"{key}" is no key here', in_words(KEYS, key), closest(key, KEYS))
    missing = [key for key in KEYS if node.get(key) is None]
    for key in missing:
        reading.note_key(place, f'"{key}" is missing')
    if missing:
        return None
    after = read_by_severity(reading, (*place, "after"))
    lasts, ahead = (reading.positive_duration((*place, key)) for key in ("lasts", "ahead"))
    template, reminder = (reading.template((*place, key)) for key in ("template", "reminder"))
    titles = [_title(reading, place, name) for name in (template, reminder) if name]
    if not (after and lasts and ahead and template and reminder and all(titles)):
        return None
    return ReviewDo(after, lasts, ahead, template, titles[0], reminder, titles[1])


def _title(reading: Reading, place: KeyPath, template: str) -> str:
    title = f"title-{template}"
    if title in reading.templates.names():
        return title
    reading.note_key(place, f"there is no template {title}")
    return ""

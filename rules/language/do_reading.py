"""What a rule or a rung does: a list of `verb: object` pairs, read into `rules.policy`'s frozen data.

`[comment: overdue.md, mention: [owner]]` and `[{comment: overdue.md, mention: [owner]}]` mean the same:
`mention`, `as` and `settle` belong to the comment before them, `template` to the `notify` before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rules.durations import Duration, Unit
from rules.language.by_severity_reading import read_by_severity
from rules.language.document import KeyPath, ListNode, MapNode, Scalar
from rules.language.part_reading import read_part, read_parts
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.language.review_reading import read_review
from rules.language.validation import shown
from rules.policy import (
    AssignDo,
    CloseDo,
    Do,
    FileDo,
    KeepDo,
    LabelDo,
    LinkDo,
    LookBackDo,
    NotifyDo,
    OpenDo,
    Part,
    Recipient,
    Role,
    SayDo,
)

KIND = re.compile(r"[a-z][a-z-]{0,30}\Z")
#: Kinds of comment that the code itself looks for; a rule's own comment may not pass for one.
_STANDING_KINDS = frozenset({"status", "plan", "lesson", "action", "post-mortem"})
_OPEN_KEYS = ("what", "template", "title", "assign", "due", "settle")
_MODIFIERS = ("mention", "as", "settle", "template")
#: The title of private messages whose template has none of its own.
_PRIVATE_TITLE = "title-private.md"
_BUSINESS = (Unit.BUSINESS_DAYS, Unit.BUSINESS_HOURS)


def read_dos(reading: Reading, path: KeyPath) -> tuple[Do, ...]:
    """Everything under a `do` key. Problems are noted; what is broken is left out."""
    node = reading.document.at(path)
    if not isinstance(node, ListNode) or not node.items:
        reading.note(path, f"{shown(node)} stands here, where a list of things to do is wanted", in_words(VERBS))
        return ()
    read: list[Do | None] = []
    for verb, place in _pairs(reading, path):
        if verb in _MODIFIERS:
            _modify(reading, read, verb, place)
        elif verb in _READERS:
            read.append(_READERS[verb](reading, place))
        else:
            read.append(None)
            known = [*VERBS, *_MODIFIERS]
            reading.note_key(place, f'"{verb}" is nothing that can be done here', in_words(known), closest(verb, known))
    dos = [do for do in read if do]
    if any(isinstance(do, NotifyDo) and not do.template for do in dos):
        reading.note(path, '"notify" needs a "template" behind it: what is to be said')
    if sum(isinstance(do, SayDo | CloseDo) for do in dos) > 1:
        reading.note(path, "more than one comment at once; say it in one, or make another rule or rung of it")
    return tuple(dos)


def _pairs(reading: Reading, path: KeyPath) -> list[tuple[str, KeyPath]]:
    """(verb, path of its object) in order, however they are grouped."""
    pairs: list[tuple[str, KeyPath]] = []
    for item in reading.each(path):
        node = reading.document.at(item)
        if isinstance(node, MapNode):
            pairs.extend((key, (*item, key)) for key in node.keys())  # noqa: SIM118 - a node is no dict
        else:
            reading.note(item, f"{shown(node)} stands here, where a verb and its object are wanted", in_words(VERBS))
    return pairs


def _modify(reading: Reading, dos: list[Do | None], verb: str, place: KeyPath) -> None:
    """Adds to what stands before it. Where that is broken (None), only what is wrong with this is told."""
    comment = dos[-1] if dos else None
    if verb == "template":
        _give_template(reading, dos, place)
        return
    if verb == "mention":
        parts = read_parts(reading, place, Role, "role")
        if isinstance(comment, SayDo):
            dos[-1] = replace(comment, mention=parts)
    elif verb == "settle":
        settle = _settle(reading, place)
        if isinstance(comment, SayDo) and settle:
            dos[-1] = replace(comment, settle=settle)
    else:
        kind = _read_kind(reading, place)
        if isinstance(comment, SayDo) and kind:
            dos[-1] = replace(comment, kind=kind)
    if not dos:
        reading.note_key(place, f'"{verb}" belongs to a comment, and none stands before it')
    elif comment and not isinstance(comment, SayDo):
        reading.note_key(place, f'"{verb}" belongs directly behind its comment')


def _give_template(reading: Reading, dos: list[Do | None], place: KeyPath) -> None:
    message = dos[-1] if dos else None
    template = reading.template(place)
    if dos and message is None:
        return
    if not isinstance(message, NotifyDo):
        reading.note_key(place, '"template" belongs directly behind its notify')
    elif template:
        own = f"title-{template}"
        title = own if own in reading.templates.names() else _PRIVATE_TITLE
        dos[-1] = replace(message, template=template, title=title, kind=_stem(template))


def _notify(reading: Reading, place: KeyPath) -> Do | None:
    to = read_parts(reading, place, Recipient, "recipient")
    if _PRIVATE_TITLE not in reading.templates.names():
        reading.note_key(place, f'"notify" needs the template {_PRIVATE_TITLE}, which is not there')
    # What is said stands behind it (see _give_template), or in the template that is named after who hears it.
    own = f"{to[0].value}.md" if len(to) == 1 else ""
    template = own if own in reading.templates.names() else ""
    return NotifyDo(to, template, _PRIVATE_TITLE, _stem(template) if template else "") if to else None


def _look_back(reading: Reading, place: KeyPath) -> Do | None:
    durations = [reading.positive_duration(path) for path in reading.each(place)]
    found = tuple(duration for duration in durations if duration)
    return LookBackDo(found) if found else None


def _read_kind(reading: Reading, place: KeyPath) -> str:
    kind = reading.text(place) or ""
    if kind and not KIND.match(kind):
        reading.note(place, f'"{kind}" cannot name a kind of comment', "small letters and hyphens, such as ask-again")
        return ""
    if kind in _STANDING_KINDS:
        reading.note(place, f'"{kind}" is a kind that Aftermath keeps for itself')
        return ""
    return kind


def _comment(reading: Reading, place: KeyPath) -> Do | None:
    template = reading.template(place)
    return SayDo(template, _stem(template)) if template else None


def _stem(template: str) -> str:
    """The kind that a template's name gives: `ask-again` for `ask-again.md`."""
    stem = re.sub(r"[^a-z]+", "-", template.rpartition(".")[0].lower() or template.lower()).strip("-")[:30]
    return f"{stem}-text" if stem in _STANDING_KINDS or not stem else stem


def _remind(reading: Reading, place: KeyPath) -> Do | None:
    parts = read_parts(reading, place, Role, "role")
    if "reminder.md" not in reading.templates.names():
        reading.note_key(place, '"remind" needs the template reminder.md, which is not there')
    return SayDo("reminder.md", "reminder", parts) if parts else None


def _keep(slot: str) -> Callable[[Reading, KeyPath], Do | None]:
    def read(reading: Reading, place: KeyPath) -> Do | None:
        template = reading.template(place)
        return KeepDo(slot, template) if template else None

    return read


def _label(reading: Reading, place: KeyPath) -> Do | None:
    label = reading.text(place)
    if label and (label != label.strip() or re.search(r"[\s,]", label)):
        reading.note(place, f"{shown(reading.document.at(place))} is no label on every tracker: no spaces, no commas")
    return LabelDo(label) if label else None


def _assign(reading: Reading, place: KeyPath) -> Do | None:
    part = _part(reading, place)
    return AssignDo(part) if part else None


def _link(reading: Reading, place: KeyPath) -> Do | None:
    node = reading.document.at(place)
    if isinstance(node, Scalar) and node.value in {"failure", "post-mortem"}:
        return LinkDo(str(node.value))
    reading.note(place, f"{shown(node)} is nothing to link to", "failure, post-mortem")
    return None


def _close(reading: Reading, place: KeyPath) -> Do | None:
    template = reading.template(place)
    return CloseDo(template) if template else None


def _file(reading: Reading, place: KeyPath) -> Do | None:
    template = reading.template(place)
    return FileDo(template) if template else None


def _open(reading: Reading, place: KeyPath) -> Do | None:
    node = reading.document.at(place)
    if not isinstance(node, MapNode):
        reading.note(place, f"{shown(node)} stands here, where a mapping is wanted", in_words(_OPEN_KEYS))
        return None
    for key in node.keys():  # noqa: SIM118 - a node is no dict
        if key not in _OPEN_KEYS:
            reading.note_key((*place, key), f'"{key}" is no key here', in_words(_OPEN_KEYS), closest(key, _OPEN_KEYS))
    missing = [key for key in ("what", "template", "due") if node.get(key) is None]
    for key in missing:
        reading.note_key(place, f'"{key}" is missing')
    what = _what(reading, (*place, "what")) if "what" not in missing else None
    template = reading.template((*place, "template")) if "template" not in missing else None
    due = read_by_severity(reading, (*place, "due")) if "due" not in missing else None
    title = _title(reading, place, what) if what else None
    assign = _part(reading, (*place, "assign")) if node.get("assign") else None
    settle = _settle(reading, (*place, "settle")) if node.get("settle") else None
    if not (what and template and due and title):
        return None
    return OpenDo(what, template, title, due, assign, settle)


def _what(reading: Reading, place: KeyPath) -> str | None:
    node = reading.document.at(place)
    if isinstance(node, Scalar) and node.value in {"post-mortem", "action"}:
        return str(node.value)
    names = ("post-mortem", "action")
    found = str(node.value) if isinstance(node, Scalar) else ""
    reading.note(place, f"{shown(node)} is nothing to open", in_words(names), closest(found, names))
    return None


def _title(reading: Reading, place: KeyPath, what: str) -> str | None:
    given = reading.document.at(place)
    if isinstance(given, MapNode) and given.get("title") is not None:
        return reading.template((*place, "title"), is_title=True)
    default = f"title-{what}.md"
    if default in reading.templates.names():
        return default
    reading.note_key(place, f'"title" is missing, and there is no template {default}')
    return None


def _part(reading: Reading, place: KeyPath) -> Part | None:
    node = reading.document.at(place)
    if isinstance(node, Scalar) and node.value == "failure.owner":
        return Role.OWNER
    return read_part(reading, place, Role, "role")


def _settle(reading: Reading, place: KeyPath) -> Duration | None:
    duration = reading.positive_duration(place)
    if duration and duration.unit in _BUSINESS:
        reading.note(place, f'"{duration}" counts business time; a text rests in clock time', "such as 15 m or 1 h")
        return None
    return duration


_READERS: dict[str, Callable[[Reading, KeyPath], Do | None]] = {
    "open": _open,
    "comment": _comment,
    "remind": _remind,
    "status": _keep("status"),
    "plan": _keep("plan"),
    "label": _label,
    "assign": _assign,
    "link": _link,
    "close": _close,
    "notify": _notify,
    "look-back": _look_back,
    "file": _file,
    "review": read_review,
}
#: Every verb of the language, for messages and documentation.
VERBS = tuple(_READERS)

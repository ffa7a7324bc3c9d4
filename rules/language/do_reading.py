"""What a rule or a rung does: a list of `verb: object` pairs, read into `rules.policy`'s frozen data.

`[comment: overdue.md, mention: [owner]]` and `[{comment: overdue.md, mention: [owner]}]` mean the same:
`mention`, `as` and `settle` belong to the comment before them, `template` to the `notify` before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rules.language.document import KeyPath, ListNode, MapNode, Scalar
from rules.language.open_reading import read_open, read_settle, read_who
from rules.language.part_reading import read_parts
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.language.review_reading import read_review
from rules.language.validation import shown
from rules.language.verbs import MODIFIERS, VERBS, misfit, verbs_for
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
    Recipient,
    Role,
    SayDo,
    Subject,
)

KIND = re.compile(r"[a-z][a-z-]{0,30}\Z")
#: Kinds of comment that the code itself looks for; a rule's own comment may not pass for one.
_STANDING_KINDS = frozenset({"status", "plan", "lesson", "action", "post-mortem"})
#: The title of private messages whose template has none of its own.
_PRIVATE_TITLE = "title-private.md"


@dataclass(frozen=True, slots=True)
class Where:
    """Where something is done: in a rule for `subject`, or on a rung. Without either everything may stand there."""

    subject: Subject | None = None
    on_rung: bool = False

    @property
    def verbs(self) -> tuple[str, ...]:
        """What may be done there."""
        return verbs_for(self.subject, on_rung=self.on_rung)


_ANYWHERE = Where()


def read_dos(reading: Reading, path: KeyPath, where: Where = _ANYWHERE) -> tuple[Do, ...]:
    """Everything under a `do` key. Problems are noted; what is broken is left out."""
    node = reading.document.at(path)
    if not isinstance(node, ListNode) or not node.items:
        wanted = in_words(where.verbs)
        reading.note(path, f"{shown(node)} stands here, where a list of things to do is wanted", wanted)
        return ()
    read: list[Do | None] = []
    comments: list[KeyPath] = []
    before = ""
    for verb, place in _pairs(reading, path, where):
        if verb == "mention" and before == "remind":
            _refuse_mention(reading, read[-1], place)
        elif verb in MODIFIERS:
            _modify(reading, read, verb, place, where)
        elif verb in VERBS:
            do = _READERS[verb](reading, place)
            _check_fit(reading, verb, do, place, where)
            comments += [place] if isinstance(do, SayDo | CloseDo) else []
            read.append(do)
        else:
            read.append(None)
            known = [*where.verbs, *MODIFIERS]
            reading.note_key(
                place, f'"{verb}" is nothing that can be done here', in_words(known, verb), closest(verb, known)
            )
        before = verb if verb not in MODIFIERS else before
    dos = [do for do in read if do]
    if any(isinstance(do, NotifyDo) and not do.template for do in dos):
        reading.note(path, '"notify" needs a "template" behind it: what is to be said')
    for place in comments[1:]:
        reading.note_key(place, "more than one comment at once; say it in one, or make another rule or rung of it")
    return tuple(dos)


def _check_fit(reading: Reading, verb: str, do: Do | None, place: KeyPath, where: Where) -> None:
    """Notes what can be done, but not there."""
    if where.on_rung and not VERBS[verb].on_rungs:
        reading.note_key(place, f'"{verb}" is not for a ladder, whose rungs speak', in_words(where.verbs))
    message = (misfit(VERBS[verb], where.subject) or _misfit(where.subject, do)) if where.subject else ""
    if message:
        reading.note_key(place, message)


def _misfit(subject: Subject, do: Do | None) -> str:
    """Why just this cannot be done for that subject, though others of its verb can; or nothing."""
    match do:
        case OpenDo(what="action") if subject is not Subject.ACTION_ITEM:
            return "an action is opened for an action item: use for: action-item"
        case OpenDo(what="post-mortem") if subject is not Subject.FAILURE:
            return "a post-mortem is opened for a failure: use for: failure"
        case LinkDo(to=to) if to == subject.value:
            return f"a {to} cannot be linked to itself"
    return ""


def _pairs(reading: Reading, path: KeyPath, where: Where) -> list[tuple[str, KeyPath]]:
    """(verb, path of its object) in order, however they are grouped."""
    pairs: list[tuple[str, KeyPath]] = []
    for item in reading.each(path):
        node = reading.document.at(item)
        if isinstance(node, MapNode) and node.entries:
            pairs.extend((key, (*item, key)) for key in node.keys())  # noqa: SIM118 - a node is no dict
        else:
            reading.note(
                item, f"{shown(node)} stands here, where a verb and its object are wanted", in_words(where.verbs)
            )
    return pairs


def _modify(reading: Reading, dos: list[Do | None], verb: str, place: KeyPath, where: Where) -> None:
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
        settle = read_settle(reading, place)
        if where.on_rung:
            reading.note_key(place, "a rung has its own time: settle is for a comment outside a ladder")
        elif where.subject not in {None, Subject.POST_MORTEM}:
            reading.note_key(place, "only a post-mortem has a text that a comment waits for: use for: post-mortem")
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


def _refuse_mention(reading: Reading, reminder: Do | None, place: KeyPath) -> None:
    """Whom a reminder asks stands in it: what stands behind it would take their place without a word."""
    more = read_parts(reading, place, Role, "role")
    told = '"mention" belongs to a comment, and a reminder names whom it asks'
    if isinstance(reminder, SayDo) and more:
        everybody = ", ".join(part.value for part in dict.fromkeys([*reminder.mention, *more]))
        told += f": write remind: [{everybody}]"
    reading.note_key(place, told)


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


#: In Jira its spaces become hyphens, of which `aftermath check` tells.
LABEL_WORDS = re.compile(r"[^\s,]+( [^\s,]+)*")


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
    if label and not LABEL_WORDS.fullmatch(label):
        told = "is no label: words with one space between them, and no commas"
        reading.note(place, f"{shown(reading.document.at(place))} {told}")
    return LabelDo(label) if label else None


def _assign(reading: Reading, place: KeyPath) -> Do | None:
    part = read_who(reading, place)
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


_READERS: dict[str, Callable[[Reading, KeyPath], Do | None]] = {
    "open": read_open,
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
assert _READERS.keys() == VERBS.keys(), "a verb is complete with its row and its reader"

"""How a ladder ends and begins anew: `repeat_last` with its end, and `resets`."""

from __future__ import annotations

from dataclasses import dataclass

from rules.clocks import REPEATS_MAX
from rules.durations import Duration
from rules.language.document import KeyPath, ListNode, MapNode, Scalar
from rules.language.forms import LadderForm, RepeatForm
from rules.language.reading import Reading
from rules.language.validation import shown
from rules.policy import Anchor, Reset


@dataclass(frozen=True, slots=True)
class Repeat:
    """See `rules.policy.Ladder`."""

    every: Duration | None = None
    times: int | None = None
    span: Duration | None = None


def read_repeat(reading: Reading, path: KeyPath) -> Repeat:
    """A plain duration, which repeats for ever, or one with an end. Problems are noted."""
    if not isinstance(reading.document.at(path), MapNode):
        return Repeat(reading.positive_duration(path))
    form = reading.form(RepeatForm, path)
    if form is None:
        return Repeat()
    every = reading.positive_duration((*path, "every"))
    span = reading.positive_duration((*path, "for")) if form.span is not None else None
    if form.times is not None and not 1 <= form.times <= REPEATS_MAX:
        reading.note((*path, "times"), f"{form.times} times: 1 to {REPEATS_MAX} are wanted here")
    if form.times is None and span is None and form.span is None:
        reading.note(path, "no end is named here", f"times: 6, or for: 90 days; for ever is repeat_last: {every}")
    return Repeat(every, form.times, span)


#: How people write that nothing moves a ladder.
_NOTHING = frozenset({"none", "nothing", "no", "never", "off", "false"})


def read_resets(reading: Reading, path: KeyPath, form: LadderForm) -> frozenset[Reset]:
    """What moves the ladder at `path`. `once: true` is short for nothing at all."""
    if form.resets is None:
        return frozenset() if form.once else frozenset(Reset)
    place = (*path, "resets")
    node = reading.document.at(place)
    if isinstance(node, ListNode) and len(node.items) == 1:
        node = node.items[0]
    if isinstance(node, Scalar) and str(node.value).lower() in _NOTHING:
        reading.note(place, f"{shown(node)} is no reset", "[] for none, or a list of them", "[]")
        return frozenset()
    found = frozenset(reading.words(place, Reset, "reset")) if form.resets != [] else frozenset[Reset]()
    if form.once and found:
        reading.note_key((*path, "once"), "nothing moves a ladder that is for once, and resets names what does")
    if found and Reset.PROGRESS not in found and Anchor(form.anchor) is Anchor.PROGRESS:
        reading.note(place, "a ladder that counts from progress begins anew with it: it belongs to its resets")
    return found

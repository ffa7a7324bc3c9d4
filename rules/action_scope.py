"""Under which heading or label a line stands: whether it is an action item there, and whether it is done."""

from __future__ import annotations

from dataclasses import dataclass

from rules.action_words import Words, is_housekeeping, is_other_section


@dataclass(slots=True)
class Scope:
    """`level` is that of the heading that announces actions, 0 for none; so are that of one that says done, and of one
    about the document itself."""

    words: Words
    level: int = 0
    done_level: int = 0
    aside_level: int = 0
    by_label: bool = False
    label_is_done: bool = False

    def under_heading(self, text: str, level: int) -> None:
        self.by_label = self.label_is_done = False
        if level <= self.level:
            self.level = 0
        if level <= self.done_level:
            self.done_level = 0
        if level <= self.aside_level:
            self.aside_level = 0
        if not self.level and self.words.announces_actions(text):
            self.level = level
        if not self.done_level and self.words.is_done_heading(text):
            self.done_level = level
        if not self.aside_level and is_housekeeping(text):
            self.aside_level = level

    def under_label(self, text: str, *, is_bold: bool) -> bool:
        """A line that stands as a heading: `**Action items**`, `Next steps:`. Whether it announces actions."""
        announces = self.words.announces_actions(text)
        if announces or is_bold or is_other_section(text):
            self.by_label = announces
            self.label_is_done = self.words.is_done_heading(text)
        return announces

    @property
    def is_open(self) -> bool:
        return self.level > 0 or self.by_label

    @property
    def is_done(self) -> bool:
        return self.done_level > 0 or self.label_is_done

    @property
    def is_aside(self) -> bool:
        return self.aside_level > 0

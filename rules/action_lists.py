"""Where action items stand in a Markdown text: which list lines and table rows are meant as such.

Half of the post-mortems that one meets use check lists; the others a heading and bullets, a bold line and bullets, a
table, or a heading for each item with its owner and date below. This knows where; `rules.item_lines` knows what an
item's words say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from rules.action_fields import field_of, fields_of
from rules.action_scope import Scope
from rules.action_tables import BOX, Written, table_rows
from rules.action_words import Words, known_words
from rules.markdown import Document, inline_tokens, unquoted
from rules.policy.item_words import ENGLISH, ItemWords

_LABEL = re.compile(r"(?:\*\*|__)(?P<bold>[^*_\n]{1,100})(?:\*\*|__)(?P<after>\s?:)?\s*|(?P<plain>[^\n]{1,100}):\s*")
_INLINE = re.compile(
    r"(?:\*\*|__)(?P<label>[^*_\n:]{1,60})(?:: ?(?:\*\*|__)|(?:\*\*|__) ?:)[ \t]*(?P<rest>\S.*)", re.DOTALL
)
#: `**Next steps**: see below`.
_POINTS = re.compile(
    r"(?:see|listed|tracked|as (?:above|below|listed|follows)|the following|below|above|none|no|not|n/a|tbd|todo|to be"
    r"|will)\b",
    re.IGNORECASE,
)
#: `**Follow-up**: we have called the vendor` tells what was done.
_TELLS = re.compile(
    r"(?:.{0,80}?, )?(?:i|we|they|he|she|it|this|the \w+(?: \w+)?) (?:have|has|had|was|were|did|\w+ed)\b", re.IGNORECASE
)
#: Before the words of a heading that is an item itself: `Action item 2:`.
_NUMBERED = re.compile(r"(?:(?:action(?: item)?|item|task|ai)\s?#?\d{0,3}\s?[:.)–—-]|#?\d{1,3}[.):])\s+", re.IGNORECASE)


@dataclass(slots=True)
class _Bullet:
    """An open list item. `written` is its place among those found, while it is one of them. `lends` says that bullets
    below it are items because of its label alone."""

    written: int | None = None
    is_task: bool = False
    is_group: bool = False
    lends: bool = False


@dataclass(slots=True)
class _Section:
    """A heading below the one that announces actions: an item itself where nothing but its fields stands under it."""

    slot: int
    title: str
    place: int
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Walk:
    """The walk through a document's blocks. `labelled` is the item behind a label, until it is known what follows."""

    document: Document
    words: Words
    scope: Scope
    bullets: list[_Bullet] = field(default_factory=list)
    found: list[Written | None] = field(default_factory=list)
    section: _Section | None = None
    labelled: int | None = None
    lent: bool = False

    def take(self, index: int, token: Token) -> None:
        if token.level == 0 and token.nesting >= 0 and not token.type.endswith("list_open"):
            self._after_label()
        if token.type == "heading_open" and token.level == 0:
            self._heading(self._inline(index + 1), int(token.tag[1:]), index)
        elif token.type == "paragraph_open" and token.level == 0:
            self._paragraph(self._inline(index + 1), index)
        elif token.type == "list_item_open":
            is_paragraph = self.document.tokens[index + 1].type == "paragraph_open"
            self._bullet(self._inline(index + 2) if is_paragraph else "", index)
        elif token.type == "list_item_close":
            self.scope.by_label &= not self.bullets.pop().lends
        elif token.type == "table_open" and self.scope.is_open and not self.scope.is_aside:
            self.found.extend(table_rows(self.document, index, self.words, is_done=self.scope.is_done))

    def end(self) -> list[Written]:
        self._end_section()
        return [written for written in self.found if written is not None]

    def _inline(self, index: int) -> str:
        return self.document.tokens[index].content

    def _heading(self, text: str, level: int, place: int) -> None:
        self._end_section()
        self.scope.under_heading(text, level)
        if 0 < self.scope.level < level and not self.scope.is_aside:
            self.section = _Section(len(self.found), _NUMBERED.sub("", text, count=1), place)
            self.found.append(None)

    def _end_section(self) -> None:
        section, self.section = self.section, None
        if section is None or not {"owner", "due"} & section.fields.keys():
            return
        if not any(self.found[section.slot + 1 :]):
            written = Written(section.title, self.scope.is_done, place=section.place)
            self.found[section.slot] = _with(written, section.fields, self.words)

    def _paragraph(self, source: str, place: int) -> None:
        if label := _LABEL.fullmatch(source):
            self.scope.under_label(label["bold"] or label["plain"], is_bold=label["bold"] is not None)
        elif self.section and (fields := fields_of(source, self.words)):
            self.section.fields = fields | self.section.fields
        elif not self.scope.is_aside and (rest := self._one_item(source)):
            self.labelled = len(self.found)
            self.found.append(Written(rest, self.scope.is_done, place=place))

    def _bullet(self, source: str, place: int) -> None:
        bullet = _Bullet()
        task, label = BOX.match(source), _LABEL.fullmatch(source)
        if self.scope.is_aside or (not task and self._is_field(source)):
            self.bullets.append(bullet)
            return
        self._lend()
        if task:
            for above in self.bullets:
                # A plain bullet over a check list is its title.
                if above.written is not None and not above.is_task:
                    self._drop(above)
            self._find(bullet, source[task.end() :], place, is_ticked=task[1] != " ")
            bullet.is_task = True
        elif label and not self.scope.level and self._is_label(label):
            bullet.is_group = True
        elif self.scope.is_open and source and self._is_plain_item(source):
            bullet.is_group = source.rstrip().endswith(":")
            self._find(bullet, source, place, is_ticked=False)
        elif not self.scope.is_open and not self.bullets and (rest := self._one_item(source)):
            bullet.is_group = bullet.lends = True
            self._find(bullet, rest, place, is_ticked=False)
        self.bullets.append(bullet)

    # --- labels ---------------------------------------------------------------------------------

    def _is_label(self, label: re.Match[str]) -> bool:
        text = label["bold"] or label["plain"]
        is_bold = label["bold"] is not None and (label["after"] is not None or label["bold"].endswith(":"))
        return self.scope.under_label(text, is_bold=is_bold) or is_bold

    def _one_item(self, source: str) -> str:
        """What stands behind a label, where that is one action item and no remark on those that follow."""
        found = _INLINE.fullmatch(source)
        if not found or not self.words.says_one_item(found["label"]):
            return ""
        rest = found["rest"].strip()
        if any(line.lstrip().startswith(("**", "__", "|")) for line in rest.split("\n")):
            return ""  # another label, or a table that lost its empty line
        if rest.endswith(":") or _POINTS.match(rest) or len(rest.split()) == 1:
            return ""
        return "" if _TELLS.match(rest) and not self.words.is_marked_done(rest) else rest

    def _lend(self) -> None:
        """Bullets right below words behind a label are the items, and those words a remark on them."""
        if self.labelled is not None and not self.bullets:
            self.found[self.labelled] = None
            self.labelled = None
            self.lent = not self.scope.is_open
            self.scope.by_label |= self.lent
        if self.bullets and self.bullets[-1].lends:
            self.scope.by_label = True

    def _after_label(self) -> None:
        """Something else than a list follows: what a label said there holds no longer."""
        self.scope.by_label &= not self.lent
        self.labelled, self.lent = None, False

    # --- bullets --------------------------------------------------------------------------------

    def _is_field(self, source: str) -> bool:
        """Whether the bullet says something about the item above it, which is taken note of."""
        said = field_of(source, self.words)
        if said is None:
            return False
        above = self.bullets[-1].written if self.bullets else self.labelled
        if above is not None and (written := self.found[above]):
            self.found[above] = _with(written, dict([said]), self.words)
            return True
        if self.bullets or not self.scope.is_open:
            return False
        if self.section:
            self.section.fields.setdefault(*said)
        return True

    def _is_plain_item(self, source: str) -> bool:
        """Bullets below a bullet are its details, unless it only introduces them (`Monitoring:`)."""
        if not self.bullets:
            return True
        above = self.bullets[-1]
        if not above.is_group or _is_links_only(source, self.document):
            return False
        self._drop(above)
        return True

    def _drop(self, bullet: _Bullet) -> None:
        if bullet.written is not None:
            self.found[bullet.written] = None
            bullet.written = None

    def _find(self, bullet: _Bullet, source: str, place: int, *, is_ticked: bool) -> None:
        bullet.written = len(self.found)
        self.found.append(Written(source, is_ticked or self.scope.is_done, place=place))


def written_items(document: Document, given: ItemWords = ENGLISH) -> list[Written]:
    """Lines and rows that are meant as items, in order, placeholders among them. What is read without the policy's
    words is read with them, too."""
    found = _walked(document, ENGLISH)
    if given != ENGLISH:
        both = {written.place: written for written in (*found, *_walked(document, given))}
        found = [both[place] for place in sorted(both)]
    return found


def announces_actions(heading: str) -> bool:
    """Whether action items are to be expected under such a heading, in English."""
    return known_words(ENGLISH).announces_actions(heading)


def _walked(document: Document, given: ItemWords) -> list[Written]:
    words = known_words(given)
    walk = _Walk(document, words, Scope(words))
    for index, token in unquoted(document):
        walk.take(index, token)
    return walk.end()


def _with(written: Written, said: dict[str, str], words: Words) -> Written:
    """The item with what a line below it says, where nothing was said before."""
    return replace(
        written,
        is_ticked=written.is_ticked or words.is_done_cell(said.get("state", "")),
        owner=written.owner or said.get("owner", ""),
        due=written.due or said.get("due", ""),
        ticket=written.ticket or said.get("ticket", ""),
    )


def _is_links_only(source: str, document: Document) -> bool:
    """A bullet of addresses alone is evidence for the one above it."""
    if all(word.lstrip("<").startswith(("https://", "http://")) for word in source.split()):
        return True
    shown = [token.content for token in inline_tokens(source, document.references) if token.type == "text"]
    return all(word.startswith(("https://", "http://")) for word in " ".join(shown).split())

"""Where action items stand in a Markdown text: which list lines and table rows are meant as such.

Half of the post-mortems that one meets use check lists; the others a heading and bullets, a bold line and
bullets, or a table. This knows where; `rules.action_items` knows what an item's words say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from rules.markdown import Document, normal_heading, unquoted

_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")
_LABEL = re.compile(r"(?:\*\*|__)(?P<bold>[^*_\n]{1,100})(?:\*\*|__)(?P<after>\s?:)?\s*|(?P<plain>[^\n]{1,100}):\s*")
_WHAT_KIND = (
    "corrective|preventive|preventative|preventitive|remedial|remediation|mitigation|follow up|followup|improvement|"
    "immediate|short term|medium term|long term|next|review|planned|post incident|postmortem|post mortem|incident|"
    "agreed|proposed|proposal|recommended|open|our|the|action|and|or|future|further"
)
_ACTIONS = re.compile(
    rf"(?:(?:{_WHAT_KIND}) )*(?:actions?|action items?|action points?|action plan|measures?|steps|tasks|improvements?"
    r"|follow ups?|followups?|remediations?|recommendations|preventions?|to dos?|todos?)"
    r"(?: (?:and|or) (?:follow ups?|followups|next steps|owners|owner|improvements|actions|prevention|remediation))*"
    r"(?: list| items?)?"
    r"|what (?:we|do we|will we|should we|we will|we ll|well|we are going to|are we going to) (?:change|improve|do)"
    r"(?: next| now| differently| about it)?|what (?:changes|will change|we are changing|are we changing)"
    r"|how (?:do|will) we prevent (?:this|it|a recurrence)(?: (?:from happening )?again)?"
)
#: Words that are headings of something else when they stand alone.
_NO_ACTIONS = frozenset({"steps", "measures", "tasks", "the steps", "incident steps"})
_DONE = re.compile(r"\((?:all )?(?:completed|done|finished|resolved)\)|\b(?:completed|taken|done)$", re.IGNORECASE)

_WHAT = re.compile(r"(?:\w+ )?(?:actions?|items?|tasks?|improvements?|measures?|steps?|to dos?|todo|what)\b.*")
_DESCRIPTION = re.compile(r"description|summary|details?|follow ups?")
_OWNER = re.compile(r"(?:action )?owners?|who|assignees?|assigned to|responsible|dri|person")
_DUE = re.compile(r"due(?: date| by| on)?|deadline|target(?: date)?|date|when|by(?: when)?|eta")
_STATE = re.compile(r"status|state|done|completed?|progress")
_FINISHED = re.compile(r"\W*(?:done|completed?|closed|finished|resolved|fixed|yes|x|✅|☑|✔|✓)(?:\W.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """One line or row as written: inline Markdown, and the cells beside it in a table."""

    source: str
    is_ticked: bool = False
    owner: str = ""
    due: str = ""


@dataclass(slots=True)
class _Bullet:
    """An open list item. `written` is its place among those found, while it is one of them."""

    written: int | None = None
    is_task: bool = False
    is_group: bool = False


@dataclass(slots=True)
class _Scope:
    """Under which heading we are: `level` of the one that announces actions, 0 for none."""

    level: int = 0
    done_level: int = 0
    by_label: bool = False
    label_is_done: bool = False

    def under_heading(self, text: str, level: int) -> None:
        self.by_label = self.label_is_done = False
        if level <= self.level:
            self.level = 0
        if level <= self.done_level:
            self.done_level = 0
        if not self.level and announces_actions(text):
            self.level = level
        if not self.done_level and _DONE.search(text.strip()):
            self.done_level = level

    def under_label(self, text: str, *, is_bold: bool) -> bool:
        """A line that stands as a heading: `**Action items**`, `Next steps:`. Whether it announces actions."""
        announces = announces_actions(text)
        if announces or is_bold:
            self.by_label = announces
            self.label_is_done = _DONE.search(text.strip()) is not None
        return announces

    @property
    def is_open(self) -> bool:
        return self.level > 0 or self.by_label

    @property
    def is_done(self) -> bool:
        return self.done_level > 0 or self.label_is_done


@dataclass(slots=True)
class _Walk:
    """The walk through a document's blocks."""

    document: Document
    scope: _Scope = field(default_factory=_Scope)
    bullets: list[_Bullet] = field(default_factory=list)
    found: list[Written | None] = field(default_factory=list)

    def take(self, index: int, token: Token) -> None:
        if token.type == "heading_open" and token.level == 0:
            self.scope.under_heading(self._inline(index + 1), int(token.tag[1:]))
        elif token.type == "paragraph_open" and token.level == 0:
            self._paragraph(self._inline(index + 1))
        elif token.type == "list_item_open":
            is_paragraph = self.document.tokens[index + 1].type == "paragraph_open"
            self._bullet(self._inline(index + 2) if is_paragraph else "")
        elif token.type == "list_item_close":
            self.bullets.pop()
        elif token.type == "table_open" and self.scope.is_open:
            self.found.extend(_rows(self.document, index, is_done=self.scope.is_done))

    def _inline(self, index: int) -> str:
        return self.document.tokens[index].content

    def _paragraph(self, source: str) -> None:
        if label := _LABEL.fullmatch(source):
            self.scope.under_label(label["bold"] or label["plain"], is_bold=label["bold"] is not None)

    def _bullet(self, source: str) -> None:
        bullet = _Bullet()
        task = _TASK.match(source)
        label = _LABEL.fullmatch(source)
        if task:
            for above in self.bullets:
                # A plain bullet over a check list is its title.
                if above.written is not None and not above.is_task:
                    self.found[above.written] = None
                    above.written = None
            self._find(bullet, source[task.end() :], is_ticked=task[1] != " ")
            bullet.is_task = True
        elif label and not self.scope.level and self._is_label(label):
            bullet.is_group = True
        elif self.scope.is_open and source and self._is_plain_item(source):
            bullet.is_group = source.rstrip().endswith(":")
            self._find(bullet, source, is_ticked=False)
        self.bullets.append(bullet)

    def _is_label(self, label: re.Match[str]) -> bool:
        text = label["bold"] or label["plain"]
        is_bold = label["bold"] is not None and (label["after"] is not None or label["bold"].endswith(":"))
        return self.scope.under_label(text, is_bold=is_bold) or is_bold

    def _is_plain_item(self, source: str) -> bool:
        """Bullets below a bullet are its details, unless it only introduces them (`Monitoring:`)."""
        if not self.bullets:
            return True
        above = self.bullets[-1]
        if not above.is_group or _is_links_only(source):
            return False
        if above.written is not None:
            self.found[above.written] = None
            above.written = None
        return True

    def _find(self, bullet: _Bullet, source: str, *, is_ticked: bool) -> None:
        bullet.written = len(self.found)
        self.found.append(Written(source, is_ticked or self.scope.is_done))


def written_items(document: Document) -> Iterator[Written]:
    """Lines and rows that are meant as items, in order, placeholders among them."""
    walk = _Walk(document)
    for index, token in unquoted(document):
        walk.take(index, token)
    return (written for written in walk.found if written is not None)


def announces_actions(heading: str) -> bool:
    """Whether action items are to be expected under such a heading."""
    words = normal_heading(heading)
    return words not in _NO_ACTIONS and _ACTIONS.fullmatch(words) is not None


def _is_links_only(source: str) -> bool:
    """A bullet of addresses alone is evidence for the one above it."""
    return all(word.lstrip("<").startswith(("https://", "http://")) for word in source.split())


def _rows(document: Document, index: int, *, is_done: bool) -> Iterator[Written]:
    """A table's rows. Without a column that says what is to be done, the first that says nothing else."""
    heads: list[str] = []
    cells: list[str] = []
    columns: dict[str, int] = {}
    while (token := document.tokens[index]).type != "table_close":
        index += 1
        if token.type == "th_open":
            heads.append(normal_heading(document.tokens[index].content))
        elif token.type == "thead_close":
            columns = _columns(heads)
        elif token.type == "tr_open":
            cells = []
        elif token.type == "td_open":
            cells.append(document.tokens[index].content)
        elif token.type == "tr_close" and cells:
            named = {name: cells[place] for name, place in columns.items() if place < len(cells)}
            source = named.get("what", "")
            task = _TASK.match(source)
            ticked = is_done or bool(task and task[1] != " ") or bool(_FINISHED.fullmatch(named.get("state", "")))
            source = source[task.end() :] if task else source
            yield Written(source, ticked, named.get("owner", ""), named.get("due", ""))


def _columns(heads: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    forms = {"owner": _OWNER, "due": _DUE, "state": _STATE}
    free: list[int] = []
    for place, head in enumerate(heads):
        name = next((name for name, form in forms.items() if form.fullmatch(head)), "")
        if name:
            columns.setdefault(name, place)
        else:
            free.append(place)
    for form in (_WHAT, _DESCRIPTION):
        for place in free:
            if form.fullmatch(heads[place]):
                return {"what": place, **columns}
    return {"what": free[0], **columns} if free else columns

"""By which words action items are known: headings that announce them, columns and fields, marks of what is done.

English is known; a policy adds the words of other languages (`rules.policy.ItemWords`). Nothing here knows where in a
text the words stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rules.markdown import normal_heading
from rules.policy.item_words import ItemWords

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
#: Labels of one item in so many words, `**Action item**: add an alert`. Others tell as often what was done.
_ONE_ITEM = re.compile(
    r"(?:(?:corrective|preventive|preventative|follow up|review|post incident) actions?|action items?|action points?"
    r"|next steps?|follow ups?|followups?|to dos?|todos?)(?: \d+)?"
)
#: Headings of check lists about the document and not about what went wrong.
_HOUSEKEEPING = re.compile(
    r"(?:(?:post mortem|postmortem|incident review|retrospective|review|document|template|publishing|publication"
    r"|meeting|owner|owners|author|authors|facilitator|process|completion|submission) )+check ?list"
    r"|(?:notes?|instructions?) (?:to|for) (?:the )?(?:post mortem |postmortem |document )?"
    r"(?:owner|author|facilitator|writer|reviewer|reader)s?"
    r"|(?:template|document) (?:notes|usage|instructions)"
    r"|how to (?:use|fill in|fill out) this (?:template|document|form)"
    r"|before (?:you publish|publishing|submitting|the meeting)(?: this.*)?"
)

#: What stands for a heading of something else when it stands in a line of its own, with a colon.
_OTHER_SECTIONS = re.compile(
    "agenda|appendix|attachments|attendees|background|context|decisions|discussion|impact|lessons|lessons learned|links"
    "|minutes|notes|open questions|parking lot|participants|questions|references|related|resources|root cause|summary"
    "|thanks|timeline|what went well|what went wrong|what went poorly|where we got lucky"
)

_DONE_WORDS = "done|completed?|closed|finished|resolved|fixed|shipped"
_DONE_HEADING = re.compile(
    r"\((?:all )?(?:completed|done|finished|resolved)\)|\b(?:completed|taken|done)$", re.IGNORECASE
)

_WHAT = re.compile(r"(?:\w+ )?(?:actions?|items?|tasks?|improvements?|measures?|steps?|to dos?|todo|what)\b.*")
_DESCRIPTION = re.compile(r"description|summary|details?|follow ups?")
_FORMS = {
    "owner": re.compile(r"(?:action )?owners?|who|assignees?|assigned to|responsible|dri|person"),
    "due": re.compile(r"due(?: date| by| on)?|deadline|target(?: date)?|date|when|by(?: when)?|eta"),
    "state": re.compile(r"status|state|done|completed?|progress"),
    "ticket": re.compile(
        r"(?:(?:jira|github|gitlab|tracking|related) )?(?:tickets?|issues?|bugs?|jira|tracking|tracked (?:in|by))"
        r"(?: (?:link|key|id|number|tracker))?"
    ),
}
#: Fields of an item that are no column of its table's words: what they say is for people alone.
_ASIDE = re.compile(r"priority|prio|severity|type|kind|category|team|effort|estimate|component")
#: Heads of columns that say too little as labels of a line.
_NO_FIELD = frozenset({"by", "date", "done", "person", "complete", "completed", "progress"})


@dataclass(frozen=True, slots=True)
class Words:
    """All words that a text is read by. Ask with a heading, label or cell as it is written."""

    given: ItemWords
    headings: frozenset[str]
    columns: tuple[tuple[str, frozenset[str]], ...]
    done: frozenset[str]
    _done_cell: re.Pattern[str]
    _done_tail: re.Pattern[str]
    _done_lead: re.Pattern[str]

    def announces_actions(self, heading: str) -> bool:
        """Whether action items are to be expected under such a heading."""
        words = normal_heading(heading)
        return words in self.headings or (words not in _NO_ACTIONS and _ACTIONS.fullmatch(words) is not None)

    def says_one_item(self, label: str) -> bool:
        """Whether what stands behind such a label is an action item."""
        words = normal_heading(label)
        return words in self.headings or _ONE_ITEM.fullmatch(words) is not None

    def is_done_heading(self, heading: str) -> bool:
        if _DONE_HEADING.search(heading.strip()):
            return True
        words = normal_heading(re.sub(r"[()\[\]]", " ", heading)) if self.done else ""
        return any(words.endswith(f" {word}") for word in self.done)

    def is_done_cell(self, cell: str) -> bool:
        """Whether the cell of a state says that it is done."""
        return self._done_cell.fullmatch(cell) is not None

    def is_marked_done(self, line: str) -> bool:
        """Whether an item's words begin or end with saying so: `DONE: …`, `… (done in #12)`."""
        return self._done_lead.match(line) is not None or self._done_tail.search(line[-_TAIL_CHARACTERS:]) is not None

    def column(self, head: str) -> str:
        """What a table's column holds: `owner`, `due`, `state`, or nothing that is known."""
        words = normal_heading(head)
        theirs = next((name for name, named in self.columns if words in named and name != "what"), "")
        return theirs or next((name for name, form in _FORMS.items() if name != "ticket" and form.fullmatch(words)), "")

    def is_ticket_column(self, head: str) -> bool:
        return _FORMS["ticket"].fullmatch(normal_heading(head)) is not None

    def is_what_column(self, head: str) -> bool:
        """Whether the policy says that what is to be done stands there."""
        return normal_heading(head) in dict(self.columns).get("what", ())

    def field(self, label: str) -> str:
        """What a line `label: value` below an item says of it; `aside` where that is for people alone."""
        words = normal_heading(label)
        if name := self.column(label):
            return "" if words in _NO_FIELD else name
        if self.is_ticket_column(label):
            return "ticket"
        return "aside" if _ASIDE.fullmatch(words) else ""


_TAIL_CHARACTERS = 120


@lru_cache(maxsize=32)
def known_words(given: ItemWords) -> Words:
    """The English words and those of the policy."""
    columns = {"what": given.what, "owner": given.owner, "due": given.due, "state": given.state}
    done = _normal(given.done)
    said = "|".join([_DONE_WORDS, *(re.escape(word) for word in sorted(done | {*given.done}) if word.strip())])
    # `(done when nobody is paged)` says how one will know, `(done by Friday)` by when.
    since = r"[\s,:–—-]+(?:as of|in|on|via|with|see|by\s+@|\d|#|https?:|@|✅)[^()\[\]]*"
    tail = rf"(?:[✅☑✔✓]\ufe0f?|[(\[][\s*_]*(?:all\s+)?(?:{said})(?:[\s*_]*|{since})[)\]])[\s.*_]*\Z"
    return Words(
        given=given,
        headings=_normal(given.headings),
        columns=tuple((name, _normal(words)) for name, words in columns.items()),
        done=done,
        _done_cell=re.compile(rf"\W*(?:{said}|yes|x|✅|☑|✔|✓)(?:\W.*)?", re.IGNORECASE | re.DOTALL),
        _done_tail=re.compile(tail, re.IGNORECASE),
        _done_lead=re.compile(
            rf"\s*(?:[\[(]\s*(?:{said})\s*[\])]\s*:?\s*|(?:{said})\s*(?::|\s[–—-])\s+)", re.IGNORECASE
        ),
    )


def _normal(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(normal_heading(word) for word in words) - {""}


def is_action_head(head: str) -> bool:
    """Whether a column is headed by what is to be done: `Action item`, `What`."""
    return _WHAT.fullmatch(normal_heading(head)) is not None


def is_description_head(head: str) -> bool:
    return _DESCRIPTION.fullmatch(normal_heading(head)) is not None


def is_number_head(head: str) -> bool:
    """Whether a column numbers the rows: `#`, `No.`."""
    return normal_heading(head) in {"", "nr", "no", "n", "num", "number", "nummer", "id", "pos"}


def is_other_section(label: str) -> bool:
    """Whether a line with a colon begins something else than actions, and no group of them: `Open questions:`."""
    return _OTHER_SECTIONS.fullmatch(normal_heading(label)) is not None


def is_housekeeping(heading: str) -> bool:
    """Whether a check list below is about the document: `Notes to the owner`, `Post-mortem checklist`."""
    return _HOUSEKEEPING.fullmatch(normal_heading(heading)) is not None

"""Whether the words of an action item point at the ticket that carries it: `Rehearse restoring (#3)`.

Some references say which ticket the item is, others mention one: `Write the alert that was missing in #3`. It is the
ticket where the reference is all there is, where a link holds all the words, or where it stands at either end, set off
from them. A wrong guess loses an action, a missed one doubles it; so whatever could be read either way is a mention.

Nothing is looked up here: whether there is such a ticket, and who may read it, is for others to find out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it.token import Token

#: Stands in the words where a reference stood, and where something stood that is read as no word.
_HERE, _OPAQUE = "\ue000", "\ue001"
_REFERENCE = re.compile(
    r"(?P<url>https?://[^\s<>()\[\]]{1,500})"
    r"|(?<![\w/.#&@-])(?P<key>(?:[a-z][a-z0-9-]{0,30}:)?"
    r"(?:[\w-][\w.-]{0,99}/[\w.-]{1,100}#[1-9]\d{0,11}|[A-Z][A-Z0-9_]{1,30}-[1-9]\d{0,9})|#[1-9]\d{0,11})(?![\w/-])",
    re.ASCII,
)
_NAMES_A_TICKET = re.compile(
    r"(?:the |our )?(?:github |gitlab |jira |tracking )?(?:issue|ticket|task|jira|github)", re.IGNORECASE
)
#: Words that may stand between the item and its ticket.
_TRACKED = (
    r"(?:(?:(?:is )?tracked (?:in|by|as|at|here)|tracking|tracker|issue|ticket|task|jira|github(?: issue)?)\s?:?\s?)"
)
_WHOLE = re.compile(rf"[\s(\[]*{_TRACKED}?{_HERE}[\s)\].,;:!]*", re.IGNORECASE)
_AT_END = re.compile(
    rf"(?P<words>.*\w.*?)(?:\s?[(\[]\s?{_TRACKED}?{_HERE}\s?[)\]]"
    rf"|(?:\s-{{1,2}}>?|\s?[–—→⇒]|\s=>|:)\s?{_TRACKED}?{_HERE})[\s.!]*",
    re.IGNORECASE | re.DOTALL,
)
#: An address in full, or a link that says that it is one, needs nothing before it.
_ADDRESS_AT_END = re.compile(rf"(?P<words>.*\w.*?)[\s,;]{_HERE}[\s.!]*", re.DOTALL)
_AT_START = re.compile(
    rf"(?:\[{_HERE}\]|\({_HERE}\)|{_HERE}(?=\s?:\s|\s[-–—]|[–—]))[\s:–—-]*(?P<words>\w.*)", re.DOTALL
)
#: After these the reference belongs to the sentence: `blocked by: #3`.
_SPEAKS_OF = re.compile(
    r"\b(?:a|about|after|also|an|and|as|at|because|before|blocked|blocks?|by|caused|cf|compare|depends|duplicates?"
    r"|fix(?:es|ed)?|follow(?:s|ing)?(?: up)?|for|from|in|into|like|links?|mentioned|needs|of|on|or|per|pr|pull request"
    r"|references?|refs?|related|relates|same|see|since|than|the|this(?!\s*\.)|to|unlike|until|via|with)[\s.:,-]*$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Words:
    """An item's words, with a sign where each reference stood."""

    text: str = ""
    found: list[str] = field(default_factory=list)
    is_address: bool = False

    def add(self, reference: str, *, is_address: bool) -> None:
        self.text += _HERE
        self.found.append(reference.rstrip(".,;:!?") if is_address else reference)
        self.is_address = is_address

    def read(self, text: str) -> None:
        at = 0
        for match in _REFERENCE.finditer(text):
            self.text += text[at : match.start()]
            said = match[0].rstrip(".,;:!?")
            self.add(said, is_address=match["url"] is not None)
            self.text += match[0][len(said) :]
            at = match.end()
        self.text += text[at:]


def reference_of(tokens: list[Token]) -> str:
    """The address or key of the ticket that an item is, as it is written there; empty where it only mentions one,
    several, or none."""
    words = _Words()
    link: str | None = None
    inside = ""
    for token in tokens:
        if token.type == "link_open":
            link, inside = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close" and link is not None:
            _take_link(words, link, inside, is_whole=_is_whole(tokens))
            link = None
        elif link is not None:
            inside += token.content or " "
        elif token.type in {"text", "text_special"}:
            words.read(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            words.text += " "
        elif token.type in {"code_inline", "image", "html_inline"}:
            words.text += _OPAQUE
    return words.found[0] if len(words.found) == 1 and _is_the_ticket(words) else ""


def _take_link(words: _Words, href: str, inside: str, *, is_whole: bool) -> None:
    """A link around a reference, an address, or the word `issue` stands for its target; so does one around all."""
    said = inside.strip()
    is_name = _NAMES_A_TICKET.fullmatch(said) is not None
    if href.startswith(("https://", "http://")) and (is_whole or is_name or _REFERENCE.fullmatch(said)):
        words.add(href, is_address=is_name or said.startswith(("https://", "http://")))
    elif _REFERENCE.match(href):
        words.text += _OPAQUE
        words.found += [href, href]  # a mention in the middle of the words: whatever else is there is none either
    else:
        words.read(inside)


def _is_whole(tokens: list[Token]) -> bool:
    """Whether one link holds all that is said."""
    said = [
        token for token in tokens if token.type not in {"text", "softbreak", "hardbreak"} or token.content.strip(" .")
    ]
    return (
        bool(said)
        and said[0].type == "link_open"
        and said[-1].type == "link_close"
        and sum(token.type == "link_open" for token in said) == 1
    )


def _is_the_ticket(words: _Words) -> bool:
    text = words.text.strip()
    if _WHOLE.fullmatch(text):
        return True
    forms = (_AT_END, _AT_START, *((_ADDRESS_AT_END,) if words.is_address else ()))
    return any(
        found is not None and not (form is not _AT_START and _SPEAKS_OF.search(found["words"]))
        for form in forms
        if (found := form.fullmatch(text))
    )

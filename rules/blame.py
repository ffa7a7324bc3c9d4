"""Words in a post-mortem that blame a person, found so that a kinder wording can be offered once.

Blameless analysis asks for the conditions that made an act look right; words that judge somebody end that search. A
small table in English names the usual ones, each with the question to ask instead, and a policy adds its own phrases
(`blame_phrases`). Missing one harms nobody, while a false alarm insults whoever wrote the text: so most rows want
a person before the word (a pronoun, somebody's job, a name that is known), and a denial, a condition or a sentence
about a risk silences all of them. A team that speaks of itself (`we forgot to …`) blames nobody.

Only running text that people wrote is read: no code, quotes, headings, hidden comments, words in quotation marks, and
nothing that came from our own template. Nothing here decides whether or when anything is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from rules.first_word import TOLD_AS
from rules.markdown import inline_tokens, parse_document, unquoted
from rules.mortem_text import plain_line, plain_lines

#: What is shown of a finding: a few words, enough to be found again.
QUOTED_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True)
class Blame:
    """The few words that were found, as their author wrote them, and the question that asks for conditions instead."""

    found: str
    question: str


#: Whose deeds are judged, where that is no name: pronouns, accounts, and jobs in the singular.
_PRONOUN = r"he|she|some(?:one|body)|@[\w-]+(?![\w/])"
_JOB = (
    r"(?:the|an?|our|their|one) (?:[\w-]+ ){0,2}?(?:engineer|developer|programmer|admin(?:istrator)?|sysadmin|sre|dba|"
    r"intern|trainee|contractor|colleague|employee|reviewer|team ?mate|team member|on-?call|on-?call person|person)"
)
_ADVERB = r"(?:(?:also|simply|just|really|clearly|obviously|definitely|certainly|probably|again|once again) )?"
#: After `should have`: a deed. What somebody ought to own or be given (`should have a checklist`, `should have been
#: paged`) is a condition, and that is what is asked for; so is what only looks like a deed (`should have limited …`).
_CONDITION = (
    r"(?:received|limited|unlimited|restricted|dedicated|detailed|shared|delegated|advanced|trusted|scheduled|automated|"
    r"documented|elevated|increased|need|speed)\b"
)
_DEED = (
    rf"(?!{_CONDITION})(?:[\w-]+ed|known|done|made|taken|written|told|thought|caught|found|kept|gone|said|spoken|sent|"
    r"understood|foreseen|chosen|brought|begun|paid|stood|forgotten|read (?:the|it|this|that|our)|"
    r"run (?:the|it|this|that|our|a))"
)
#: After `failed to`: what somebody tried in vain, for which nobody is judged.
_IN_VAIN = r"connect|log|sign|reach|reproduce|access|authenticate|open|load|join|get|find"

_HINDSIGHT = "What was known at that moment, and what made it look right?"
_OMISSION = "What made it easy to miss, and what could have brought it to mind?"
_SLIP = "What made the slip easy to make, and hard to notice?"
_TRAIT = "What was in the way: time, tools, knowledge, too much at once?"
_CAUSE = "Which conditions had to come together for this to happen?"

#: What a person is judged for: `{who}` is a pronoun, a job or a known name. Pattern and question.
_ABOUT_SOMEBODY = (
    (rf"{{who}} {_ADVERB}(?:should|ought to) {_ADVERB}have {_DEED}", _HINDSIGHT),
    (rf"{{who}} {_ADVERB}(?:forgot|neglected|omitted|didn['’]t bother|did not bother) to \w+", _OMISSION),
    (rf"{{who}} {_ADVERB}failed to (?!(?:{_IN_VAIN})\b)\w+", _OMISSION),
    (r"{who} (?:wasn['’]t|was not) paying attention", _OMISSION),
    (rf"{{who}} {_ADVERB}(?:was|is|were) {_ADVERB}(?:at fault|to blame|lazy|stupid|clueless)", _CAUSE),
    (r"(?:his|her|{who}['’]s) (?:fault|carelessness|negligence|blunder|stupidity)", _CAUSE),
    (r"(?:fault|carelessness|negligence) of {who}", _CAUSE),
    (r"(?:due to|because of|caused by) (?:his|her|{who}['’]s) (?:mistake|error)", _CAUSE),
    (r"{who} (?:\w+ )?(?:carelessly|negligently|recklessly|stupidly|foolishly)", _TRAIT),
)
#: What blames whoever is meant.
_ALWAYS = (
    (r"(?:caused by|due to|because of|result of|cause:|was|is) (?:an? )?(?:\w+ )?human error", _SLIP),
    (r"human error (?:\([^()]{0,80}\) )?(?:caused|led to)", _SLIP),
    (r"careless(?:ly|ness)?|negligent(?:ly)?|incompeten(?:t|ce)|irresponsib(?:le|ly)|sloppiness", _TRAIT),
    (r"(?:stupid|dumb|silly|careless|rookie|beginner['’]?s?) mistake", _SLIP),
)
#: Before a finding in its clause: it is denied, supposed, asked for or spoken of as a risk.
_SILENCED = re.compile(
    r"\b(?:no|not|n['’]t|never|nobody|no-one|no one|none|neither|nor|without|rather than|instead of|if|"
    r"unless|whether|in case|avoid\w*|prevent\w*|reduc\w*|risk\w*|prone|possib\w+|potential\w*|chance\w*|rul\w+ out|"
    r"blameless\w*|protect\w* against|guard\w* against)\b|n['’]t\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.!?;:()–—]\s|\n")
#: Words in quotation marks are somebody else's, or talked about.
_SAID_BY_OTHERS = re.compile(r"[“„«\"][^“”„«»\"]{0,300}[”“»\"]|‘[^‘’]{0,200}’")
#: Without one of these words nothing of the tables can be found: most texts are not parsed at all.
_HINT = re.compile(
    r"have|should|ought|forgot|neglect|fail|omit|bother|attention|fault|blame|lazy|stupid|clueless|careless|negligen|"
    r"blunder|mistake|error|reckless|foolish|incompeten|irresponsib|slopp",
    re.IGNORECASE,
)
#: What stands for a stretch that is not read, so that the words around it do not meet.
_GAP = " ▯ "


def may_blame(body: str, phrases: Sequence[str] = ()) -> bool:
    """Whether it is worth looking closer; most texts are done with after this."""
    return bool(phrases) or bool(_HINT.search(body))


@lru_cache(maxsize=128)  # every look asks, and a post-mortem rarely changes
def find_blame(
    body: str, names: Sequence[str] = (), phrases: Sequence[str] = (), template: str = "", is_ours: bool = False
) -> Blame | None:
    """The first words that blame a person, or None.

    `names` are those of people around the case, as written in capitals; `phrases` the policy's own, in any case.
    `template` is the source that the text began as, of which nothing is read; a text that `is_ours` began as one
    of our tickets, so that what stands above its first heading is not people's either.
    """
    if not may_blame(body, phrases):
        return None
    patterns = _patterns(tuple(names), tuple(phrases))
    for text in _own_words(body, template, is_ours):
        for pattern, question in patterns:
            for match in pattern.finditer(text):
                if not _SILENCED.search(_clause_before(text, match.start())):
                    return Blame(_shortened(match[0]), question)
    return None


@lru_cache(maxsize=32)
def _patterns(names: tuple[str, ...], phrases: tuple[str, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    known = [rf"(?-i:{re.escape(name)})" for name in sorted(names, key=len, reverse=True)]
    who = "|".join([*known, _PRONOUN, _JOB])
    own = [(r"\s+".join(map(re.escape, phrase.split())), _CAUSE) for phrase in phrases]
    rows = [*own, *((row.replace("{who}", f"(?:{who})"), question) for row, question in (*_ALWAYS, *_ABOUT_SOMEBODY))]
    return tuple((re.compile(rf"(?<!\w)(?:{row})(?!\w)", re.IGNORECASE), question) for row, question in rows)


def _own_words(body: str, template: str, is_ours: bool) -> Iterator[str]:
    """Paragraphs, list items and cells as plain words, without what is somebody else's."""
    document = parse_document(body)
    written_by_us = plain_lines(template)
    is_read = not is_ours
    for index, token in unquoted(document):
        is_heading = index > 0 and document.tokens[index - 1].type == "heading_open"
        is_read = is_read or is_heading
        if token.type != "inline" or not is_read or is_heading or f" UTC – {TOLD_AS} " in token.content:
            continue
        kept = [line for line in token.content.splitlines() if plain_line(line) not in written_by_us]
        yield _SAID_BY_OTHERS.sub(_GAP, _plain(inline_tokens("\n".join(kept), document.references)))


def _plain(tokens: Sequence[Token]) -> str:
    """What a reader reads as running text: code and what was struck out leave a gap."""
    shown: list[str] = []
    struck = 0
    for token in tokens:
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        if token.type in {"code_inline", "s_open", "image"}:
            shown.append(_GAP)
        elif token.type in {"softbreak", "hardbreak"}:
            shown.append(" ")
        elif token.type in {"text", "text_special"} and not struck:
            shown.append(token.content)
    return " ".join("".join(shown).split())


def _clause_before(text: str, end: int) -> str:
    ends = [match.end() for match in _CLAUSE_END.finditer(text, 0, end)]
    return text[max(ends, default=0) : end]


def _shortened(found: str) -> str:
    words = " ".join(found.split())
    return words if len(words) <= QUOTED_CHARACTERS_MAX else words[: QUOTED_CHARACTERS_MAX - 1].rstrip() + "…"

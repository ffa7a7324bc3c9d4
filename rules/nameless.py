"""People's words with roles in place of names: a lesson is read by people who were not there, for years.

Only what surely names somebody is replaced, since a text that is garbled teaches nobody anything:

* mentions, as each tracker writes them, and `@account` where the account is known; an account's plain word never;
* whole names (`Ada Byron`) as they are known, in their capitals;
* a first name alone, of those who took part in the case: with its capital, not where it is an ordinary word or a thing
  too (`Will`, `May`, `Ruby`), nor where the text writes the same word small, nor beside another name or a figure
  (`Project Ada`, `Ada Lovelace`, `Ada 95`).

Code, addresses and HTML are left as they are. So a name stays where it is all of that, where it is misspelt or
declined, where it is written in a script without capitals, and where nobody knows it. Text goes in and text comes
out; who is known is said by `rules.known_people`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from rules.also_words import is_word_too

#: Somebody whom nobody knows, of whom a mention tells that it is a person.
SOMEBODY = "somebody"
_FIRST_NAME_CHARACTERS_MIN = 3

#: What is never touched: code in fences and in lines, links' addresses, pages, mail addresses, HTML. What could be long
#: has an end, so that no text takes longer than its length allows.
_LEFT_ALONE = (
    r"^[ >\t]*(?P<fence>`{3,}|~{3,})[^\n]*(?:\n(?![ >\t]*(?P=fence))[^\n]*)*(?:\n[^\n]*)?"
    r"|(?<!`)`(?:[^`\n]|\n(?!\s*\n)){1,500}`(?!`)|(?P<ticks>`{2,})(?!`)[^\n]{1,300}?(?<!`)(?P=ticks)(?!`)"
    r"|\]\((?!mention:)[^()\n]{0,2000}\)|<[^<>\n]{0,2000}>|\b[a-z][a-z0-9+.-]{0,20}://[^\s<>()]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
)
_MENTION = r"\[(?P<shown>[^\[\]\n]{1,200})\]\(mention:(?P<account>[^()\s]{1,200})\)"
#: No part of a longer word, of an identifier or of a path.
_BEFORE, _AFTER = r"(?<![^\W_])(?<!\w_)(?<![-/.\\@#=~+$%&:])", r"(?![^\W_])(?!_\w|-\w|[/@=(]|\.\w)"
#: Beside another name or a figure a first name alone is somebody or something else.
_NOT_BEFORE_A_NAME = r"(?![ \t]+(?:[A-Z0-9]))"
_OPENING_WORDS = (
    "After Afterwards Although And As At Because Before Both But By Finally First For From If In Later Luckily "
    "Meanwhile Next Now Once Only Or Since So Soon Thanks Then There Though Today Together Until When Where "
    "Which While With Without Yesterday Yet"
)
#: Words with which sentences begin: their capital makes no name of what follows.
_OPENERS = frozenset(_OPENING_WORDS.split())
_WORD_BEFORE = re.compile(r"(?P<word>[A-Z][\w'’-]*)[ \t]+\Z")
#: Where a sentence begins: a text, a paragraph, a line's own sign, or after the one before.
_BEGINS = re.compile(
    r"(?:\A|\n[ \t]*\n|[`~]{3}[ \t]*\n|[.!?][\"”’*_)]{0,3}\s+"
    r"|^[ \t>]*(?:[-*+]|\d{1,9}[.)]|#{1,6}|\|)(?:[ \t]+\[[ xX]\])?)"
    r"[ \t>]*[*_\"“‘(]{0,4}\Z",
    re.MULTILINE,
)
_NO_END = re.compile(r"\b(?:e\.g|i\.e|cf|vs|etc|approx|incl)\.[ \t]*\Z", re.IGNORECASE)
#: Of what stands before a match so much is looked at.
_BEFORE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is known: the `role` that stands for them, in words that begin no sentence; their names as they are
    shown, and their accounts on whatever tracker. `took_part` says that they have a part in the case."""

    role: str
    names: tuple[str, ...]
    accounts: tuple[str, ...]
    took_part: bool = False


def without_names(markdown: str, known: Iterable[Known]) -> str:
    """The text with roles in place of the people it names, with a capital where a sentence begins. Where two who are
    known bear one whole name, the first of them gives the role."""
    named = [one for one in known if _may_be_named(markdown, one)]
    if not named and "](mention:" not in markdown:
        return markdown
    wanted = _Wanted(markdown, named)
    return wanted.pattern().sub(wanted.replacement, markdown)


def _may_be_named(text: str, one: Known) -> bool:
    """Whether it is worth looking closer: most people have nothing to do with a text."""
    folded = text.casefold()
    return any(account.casefold() in folded for account in filter(None, one.accounts)) or any(
        name.split()[0] in text for name in one.names if name.strip()
    )


class _Wanted:
    """What to look for in one text, and what to put there."""

    def __init__(self, text: str, known: Sequence[Known]) -> None:
        self._whole: dict[str, str] = {}
        self._accounts: dict[str, str] = {}
        for one in known:
            for words in (name.split() for name in one.names):
                if _is_whole_name(words):
                    self._whole.setdefault(" ".join(words), one.role)
            for account in filter(None, one.accounts):
                self._accounts.setdefault(account.casefold(), one.role)
        self._first = dict(_first_names(text, known))

    def pattern(self) -> re.Pattern[str]:
        whole = [re.escape(name).replace(r"\ ", r"\s+") for name in self._whole]
        parts = [_LEFT_ALONE, _MENTION]
        parts += [rf"{_BEFORE}@?(?P<whole>{_any(whole)}){_AFTER}"] if whole else []
        accounts = [re.escape(account) for account in self._accounts]
        parts += [rf"{_BEFORE}@(?P<login>(?i:{_any(accounts)})){_AFTER}"] if accounts else []
        first = [re.escape(name) for name in self._first]
        parts += [rf"{_BEFORE}(?P<first>@?(?:{_any(first)})){_AFTER}{_NOT_BEFORE_A_NAME}"] if first else []
        return re.compile("|".join(parts), re.MULTILINE)

    def replacement(self, found: re.Match[str]) -> str:
        """The role for what was found; the text itself where it is to be left alone."""
        before = found.string[max(0, found.start() - _BEFORE_CHARACTERS) : found.start()]
        role = self._role(found.groupdict(""), before)
        if not role:
            return found[0]
        begins = _BEGINS.search(before) and not _NO_END.search(before)
        return f"{role[0].upper()}{role[1:]}" if begins else role

    def _role(self, found: Mapping[str, str], before: str) -> str:
        if account := found["account"]:
            return self._accounts.get(unquote(account).casefold(), SOMEBODY)
        if whole := found.get("whole"):
            return self._whole[" ".join(whole.split())]
        if login := found.get("login"):
            return self._accounts[login.casefold()]
        first = found.get("first", "")
        is_meant = first.startswith("@") or not _follows_a_name(before)
        return self._first.get(first.removeprefix("@"), "") if is_meant else ""


def _first_names(text: str, known: Sequence[Known]) -> Iterator[tuple[str, str]]:
    """First names that can only be a name in this text, of those who took part; of two with one name nobody's role."""
    found: dict[str, set[str]] = {}
    for one in known:
        for name in one.names if one.took_part else ():
            first = name.split()[0] if name.strip() else ""
            if len(first) >= _FIRST_NAME_CHARACTERS_MIN and first[0].isupper() and first.isalpha():
                found.setdefault(first, set()).add(one.role)
    for first, roles in found.items():
        is_written_small = re.search(rf"{_BEFORE}{re.escape(first.lower())}{_AFTER}", text)
        if not is_word_too(first) and not is_written_small:
            yield first, next(iter(roles)) if len(roles) == 1 else SOMEBODY


def _is_whole_name(words: Sequence[str]) -> bool:
    return len(words) > 1 and words[0][0].isupper() and words[-1][0].isupper()


def _follows_a_name(before: str) -> bool:
    found = _WORD_BEFORE.search(before)
    return bool(found and found["word"] not in _OPENERS)


def _any(patterns: Iterable[str]) -> str:
    """The longest first, so that a name is not found in a longer one."""
    return "|".join(sorted(patterns, key=len, reverse=True))

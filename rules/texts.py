"""How text that somebody wrote becomes data in our Markdown, and how our own mentions and links are made.

Text from a ticket may say anything; in what we write it can only be read (P11). Backslashes take the meaning
from Markdown's punctuation. What a tracker looks for after Markdown is done with (`@name`, `#12`, `GH-1`, bare
addresses, commit ids) is broken by an invisible space, since no backslash stops it.

Never does this module decide what is said, and nothing here is undone later: `escape` is for values only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import quote, urlsplit

from rules.views import Markdown

#: Characters of a value that are shown unless a template asks for the whole.
VALUE_CHARACTERS_MAX = 200
#: Characters of a value that are shown with `| whole`.
WHOLE_CHARACTERS_MAX = 5_000
#: GitHub takes 256 characters in a title, Jira 255.
TITLE_CHARACTERS_MAX = 240
#: Of a text that becomes a title: what follows would be cut off anyway.
_TITLE_READ_MAX = 5_000
NAME_CHARACTERS_MAX = 80
_URL_CHARACTERS_MAX = 2_000
#: No brackets, quotes, spaces or controls: nothing that could end a link early.
_URL_SAFE = "/:?#@$&'+,;=%._~-"

#: Zero-width space: seen by trackers, not by readers.
_BREAK = "\u200b"
#: Joiners are part of how some languages and emoji are written; every other format character goes.
_JOINERS = "\u200c\u200d"
_REMOVED = frozenset({"Cc", "Cf", "Co", "Cs"})

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&$!^]")
_BRACKETS = re.compile(r"[\[\]()<>{}\\]")
#: Letters and figures enough for a commit id; a number of many figures is only a number.
_COMMIT = re.compile(r"(?<![0-9a-z])(?=[0-9]*[a-f])[0-9a-f]{7,40}(?![0-9a-z])", re.IGNORECASE)
_SIX = re.compile(r"(.{6})(?=.)")
#: What to look for and what stands there instead, in this order.
_STEPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # Trackers look for seven letters and figures or more: no part may be as long as that.
    (_COMMIT, lambda found: _SIX.sub(rf"\1{_BREAK}", found[0])),
    (_MARKDOWN, r"\\\g<0>"),
    # What means something only where a line begins: list signs, rules, tables, numbered lists.
    (re.compile(r"\A[-+=:]"), r"\\\g<0>"),
    (re.compile(r"\A(\d{1,9})([.)])"), r"\1\\\2"),
    (re.compile(r"[@\uff20#]"), rf"\g<0>{_BREAK}"),
    (re.compile(r"(?<![a-z0-9])(GH)-", re.IGNORECASE), rf"\1-{_BREAK}"),
    (re.compile(r":(?=//)"), f":{_BREAK}"),
    (re.compile(r"(mention|mailto|xmpp|javascript|data):", re.IGNORECASE), rf"\1{_BREAK}:"),
    (re.compile(r"(www)\.", re.IGNORECASE), rf"\1{_BREAK}."),
    # A hidden comment, and a mention in Jira's wiki text, for readers that have taken the backslashes out already.
    (re.compile(r"(\\<)(\\!)|(\\\[)(\\~)"), rf"\1\3{_BREAK}\2\4"),
    # No address may follow what looks like a link's text, not even to a reader that knows no backslashes.
    (re.compile(r"\]\("), rf"]{_BREAK}("),
)

#: Signs that make links, code, emphasis, tags and references to channels in one chat or another.
_LOOK_ALIKES = str.maketrans("[]<>`*~\\", "()\u2039\u203a'\u2217\u223c/")
#: What else means something in a chat, and what stands there instead, in this order.
_LETTER_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=[_|])[_|]+"), ""),
    (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), ""),
    # `!channel`, `&lt;` and addresses, with a scheme or without.
    (re.compile(r"[!&](?=[\w#])"), rf"\g<0>{_BREAK}"),
    (re.compile(r":(?=//)"), f":{_BREAK}"),
    (re.compile(r"(mention|mailto|xmpp|javascript|data|tel):", re.IGNORECASE), rf"\1{_BREAK}:"),
    (re.compile(r"(?<=\w)\.(?=[^\W\d])"), rf".{_BREAK}"),
)

#: A mention as it stands in all texts here, be it ours or read from a tracker.
_MENTION = re.compile(r"\[([^\[\]\n]{1,200})\]\(mention:[^()\s]{1,200}\)")
#: Keys of tickets that need no escaping within a link: `acme/shop#7`, `OPS-12`.
_KEY = re.compile(r"[A-Za-z0-9.-]+/[A-Za-z0-9.-]+#[0-9]+|[A-Z][A-Z0-9]+-[0-9]+")
#: Where a link's address begins and is not a web page's: behind its text, in its definition, in angle brackets.
_OTHER_ADDRESS = re.compile(
    r"(?P<inline>\])(?=\((?!\s*<?https?://))"
    r"|(?P<defined>^[\s>*+\d.)-]*\[(?:\\.|[^\[\]\\]){1,999}\])(?=:(?!\s*<?https?://))"
    r"|(?P<auto><)(?=(?!https?://)[a-z][a-z0-9+.-]{1,31}:)",
    re.IGNORECASE | re.MULTILINE,
)
#: Folds, of which the contents are wanted and the lid is not.
_FOLD = re.compile(r"</?(?:details|summary)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
#: Where a tag, a hidden comment, a declaration or an instruction begins; line breaks and addresses of pages are none.
_HTML = re.compile(r"<(?=[a-z/!?])(?!br\s{0,5}/?>|https?://)", re.IGNORECASE)


@lru_cache(maxsize=4096)  # the same titles and names are told at every look
def escape(text: str, limit: int = VALUE_CHARACTERS_MAX) -> Markdown:
    """`text` as one line of Markdown that shows exactly its words, at most `limit` characters of them.

    Line breaks become spaces; control, bidirectional and other invisible characters go. Of a mention its name is
    left. The result has no mention, reference, link, HTML, code, emphasis, heading, list, quote or table, wherever
    in a line it stands.
    """
    marked = _cut(_one_line(_names_only(_one_line(text))), limit)
    for pattern, replacement in _STEPS:
        marked = pattern.sub(replacement, marked)
    return Markdown(marked)


@lru_cache(maxsize=1024)
def title_line(text: str, limit: int = TITLE_CHARACTERS_MAX) -> str:
    """`text` as a ticket's title: one line of plain text, at most `limit` characters, mentioning nobody. Of a
    mention its name is left.

    Trackers read no Markdown in titles, so there are no backslashes. Applied twice it changes nothing more.
    """
    line = _one_line(text[:_TITLE_READ_MAX])
    while (named := _one_line(_names_only(line))) != line:
        line = named
    cut = _cut(line, limit)
    # Each break is a character that the tracker counts, too.
    while len(line := re.sub(r"[@\uff20#]", rf"\g<0>{_BREAK}", cut)) > limit:
        cut = _cut(cut, len(cut) - (len(line) - limit))
    return line


def letter_title(title: str) -> str:
    """A title as the heading of a private letter: chats put it into the text, where they read their own Markdown.

    Mail shows it as it is, so that no backslashes help: signs with a meaning become others that look like them, or
    go, and what calls somebody or leads somewhere is broken by an invisible space.
    """
    line = title_line(title).translate(_LOOK_ALIKES)
    for pattern, replacement in _LETTER_STEPS:
        line = pattern.sub(replacement, line)
    return _cut(line, TITLE_CHARACTERS_MAX)


def mention(name: str, account: str) -> Markdown:
    """A mention as `[Name](mention:account)`, which the tracker's connector turns into its own kind.

    A name loses its brackets, so that the form stays plain enough to be found in a text. An account's
    characters outside letters, figures and `._:~-` are percent-encoded. Without an account there is nobody
    to reach: the name alone comes back.
    """
    shown = escape(_BRACKETS.sub(" ", name or account), NAME_CHARACTERS_MAX)
    if not account:
        return shown
    return Markdown(f"[{shown}](mention:{quote(account, safe='._:~-')})")


@lru_cache(maxsize=2048)
def link(text: str, url: str) -> Markdown:
    """A Markdown link, or the escaped text alone where the address is not plain http or https.

    An address with a user name in it, without a host or over 2,000 characters long is not plain.
    """
    # A key within a link refers to nothing else, so it can be copied as it is.
    shown = Markdown(text) if _KEY.fullmatch(text) else escape(text)
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return escape(text)
    plain = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    if not plain or not shown or len(url) > _URL_CHARACTERS_MAX:
        return escape(text)
    return Markdown(f"[{shown}]({quote(url.strip(), safe=_URL_SAFE)})")


def shown_again(markdown: str) -> Markdown:
    """Markdown of a person, to be shown again in our name: links to web pages stay, of a mention its name, and all
    other addresses become text. So does HTML but for line breaks; folds (`<details>`) are laid open.

    Otherwise a text could hold our own form of a mention, and we would call whomever it names; or begin a comment
    or a fold that swallows what we say after it. It is not asked what is code: to be wrong about that would reach
    somebody. Both breaks come last, so that what taking something away brings together is looked at, too.
    """
    laid_open = _FOLD.sub("", _names_only(markdown))
    for pattern in (_OTHER_ADDRESS, _HTML):
        laid_open = pattern.sub(rf"\g<0>{_BREAK}", laid_open)
    return Markdown(laid_open)


def within(span: str) -> str:
    """A time in a sentence, behind “within”: `the hour` for `1 hour`, `one working day` for `1 business day`,
    `3 working days` for `3 business days`."""
    amount, _, unit = span.replace("business", "working").partition(" ")
    if amount != "1":
        return f"{amount} {unit}".strip()
    return f"the {unit}" if unit in ("hour", "day", "week") else f"one {unit}"


def names_in_a_row(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`. Markdown comes back only where every part is Markdown already; a text, which is no
    list, as it is."""
    if isinstance(names, str):
        return names
    if len(names) < 2:
        return names[0] if names else ""
    row = f"{', '.join(names[:-1])} and {names[-1]}"
    return Markdown(row) if all(isinstance(name, Markdown) for name in names) else row


def _names_only(text: str) -> str:
    """Mentions as the names that they show: whom a person mentioned is not mentioned again by us."""
    return _MENTION.sub(r"\1", text)


def _one_line(text: str) -> str:
    spaced = " ".join(text.split())
    if spaced.isprintable():
        return spaced  # nothing in it is invisible
    return " ".join("".join(char for char in spaced if _is_shown(char)).split())


def _is_shown(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _REMOVED


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"

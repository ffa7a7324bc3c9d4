"""Markdown's inline text as wiki markup: marks, links, mentions, and all else so that it shows as it was meant.

What text may not do is mention (`[~somebody]`), draw a macro in (`{color}`), lead somewhere, or become a heading or a
list because of how its line begins (P11). A backslash takes the meaning from what Jira's renderer lets be escaped:
`! # % ( ) * + - ? @ [ ] ^ _ { | } ~`. Of `\\`, `:`, `.` and `&` it does not; there a character reference stands, which
it leaves alone. Braces it gives back as they are once macros are made, and only then looks for `{{code}}`: of two
braces in a row, and for each in code, stands a character reference, too.

Escaped is only what could mean something where it stands, since people edit these texts: `snake_case`, `2026-01-02`
and ` - ` stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self
from urllib.parse import quote, unquote

from markdown_it.tree import SyntaxTreeNode

_SAFE_HREF = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
#: What a user name is made of. Jira refuses `<`, `>` and `&` in one; a directory may hold spaces, accents and `@`. What
#: would end a mention, or mean something in it, is none here.
_USER = re.compile(r"[\w.@+':=$~%-]+(?: [\w.@+':=$~%-]+)*")
_USER_CHARACTERS_MAX = 128
_IN_ADDRESS = re.compile(r"[\[\]{}|\\^<>\"`!\s]")
#: An address in the middle of text, as far as Jira's renderer makes a link of it.
_BARE = r"(?<![\"'\[|!\w])https?://[^\s<>\"{}|\\^`\[\]]+"
_SPECIAL = re.compile(
    rf"(?P<address>{_BARE})"
    r"|(?P<scheme>(?:(?<=[A-Za-z])(?<!\bhttp)(?<!\bhttps):(?=//)|(?<=\bfile):|(?<=\bnews):|(?<=\bnntp):|(?<=\birc):))"
    r"|&(?=#?\w{1,31};)"
    r"|\((?=(?:[x/!?+*iyn-]|\*[rgby]|on|off|flag|flagoff)\))"
    r"|[\\{}\[\]|*_^~+?!-]",
    re.IGNORECASE,
)
_ADDRESS_END = re.compile(r"[.,:;?!'*_~+)-]*\Z")
_LINE_START = re.compile(r"(?P<list>[*#-](?=[*#-]*(?:\s|\Z)))|(?P<word>h[1-6]|bq)\.")
#: Names of macros: in `{{…}}` one of these alone would be one.
_MACRO = re.compile(
    r"(?:anchor|children|code|color|csv|chart|excerpt|expand|gallery|html|info|include|jira\w*|junitreport|loremipsum"
    r"|noformat|note|panel|quote|section|column|status|tip|toc|warning)\b",
    re.IGNORECASE,
)
_SIGNS = {"strong": "*", "em": "_", "s": "-"}
_BRACES = {"{": "&#123;", "}": "&#125;"}
_REFERENCES = {"\\": "&#92;", "&": "&amp;", ":": "&#58;"}


class _Mark(str):
    """Where a mark begins or ends: `*`, `_` or `-`."""

    is_open: bool
    __slots__ = ("is_open",)

    def __new__(cls, sign: str, *, is_open: bool) -> Self:
        made = super().__new__(cls, sign)
        made.is_open = is_open
        return made


class _Code(str):
    """A piece of inline code, as it is to be shown."""

    __slots__ = ()


def lines_of(source: Sequence[SyntaxTreeNode] | str) -> list[str]:
    """Inline nodes, or escaped text, as lines of wiki markup: none is empty, and none begins what it should not."""
    text = source if isinstance(source, str) else _joined(_pieces(source))
    lines = (line.strip() for line in text.split("\n"))
    return [_LINE_START.sub(_unstarted, line, count=1) if _LINE_START.match(line) else line for line in lines if line]


def line_of(nodes: Sequence[SyntaxTreeNode], between: str = " ") -> str:
    """Inline nodes as one line, `between` where there were several."""
    return between.join(lines_of(nodes))


def escaped(text: str) -> str:
    """`text` so that it shows as it stands, wherever in a line. Line breaks stay."""
    return _SPECIAL.sub(_escaped, text)


def _unstarted(found: re.Match[str]) -> str:
    return f"\\{found['list']}" if found["list"] else f"{found['word']}&#46;"


def _escaped(found: re.Match[str]) -> str:
    sign, text = found[0], found.string
    if found["address"]:
        return _bare(sign)
    before = text[found.start() - 1] if found.start() else ""
    after = text[found.end()] if found.end() < len(text) else ""
    if sign == "\\":
        return sign if after.isascii() and after.isalnum() and before != "\\" else _REFERENCES[sign]
    if sign in _REFERENCES:
        return _REFERENCES[sign]
    if sign in "{}" and (before in _BRACES or after in _BRACES):
        return _BRACES[sign]
    if sign == "?":
        return "\\?" if "?" in (before, after) else "?"
    if sign == "!":
        return "!" if _is_in_word(before) or after.isspace() else "\\!"
    is_idle = sign in "*_^~+-" and (
        (_is_in_word(before) and _is_in_word(after)) or (before.isspace() and after.isspace())
    )
    return sign if is_idle else f"\\{sign}"


def _is_in_word(char: str) -> bool:
    return char.isalpha() or char.isdecimal()


def _bare(address: str) -> str:
    end = _ADDRESS_END.search(address)
    core = address[: end.start()] if end else address
    return core + escaped(address[len(core) :])


def _pieces(nodes: Sequence[SyntaxTreeNode]) -> list[str]:
    """Strings of markup, marks and code, in order. Marks end with a line and begin again with the next: Jira's do not
    go over several."""
    pieces: list[str] = []
    marks: list[str] = []

    def walk(children: Sequence[SyntaxTreeNode]) -> None:
        for node in children:
            sign = _SIGNS.get(node.type, "")
            if node.type in ("softbreak", "hardbreak") or (node.type == "html_inline" and _is_break(node.content)):
                pieces.extend(_Mark(mark, is_open=False) for mark in reversed(marks))
                pieces.append("\n")
                pieces.extend(_Mark(mark, is_open=True) for mark in marks)
            elif sign and sign not in marks:
                marks.append(sign)
                pieces.append(_Mark(sign, is_open=True))
                walk(node.children)
                pieces.append(_Mark(sign, is_open=False))
                marks.pop()
            elif node.type in ("inline", *_SIGNS):
                walk(node.children)
            else:
                pieces.append(_piece(node))

    walk(nodes)
    return pieces


def _is_break(tag: str) -> bool:
    return re.fullmatch(r"<br\s*/?>", tag, re.IGNORECASE) is not None


def _piece(node: SyntaxTreeNode) -> str:
    if node.type == "code_inline":
        return _Code(" ".join(node.content.split()))
    if node.type == "link":
        return _link(node)
    if node.type == "image":
        # An image from elsewhere would be fetched by everybody who looks at the ticket; its address can be followed.
        return _linked(line_of(node.children), str(node.attrs.get("src", "")))
    if node.type == "html_inline":
        is_hidden = node.content.startswith("<!--") or re.match(
            r"</?(?:details|summary)\b", node.content, re.IGNORECASE
        )
        return "" if is_hidden else escaped(node.content)
    return escaped(node.content)


def _link(node: SyntaxTreeNode) -> str:
    href = str(node.attrs.get("href", ""))
    text = line_of(node.children)
    if node.markup == "autolink":
        return _linked("", href) if _SAFE_HREF.fullmatch(href) else text
    if href.lower().startswith("mention:"):
        account = unquote(href[len("mention:") :])
        if _USER.fullmatch(account) and len(account) <= _USER_CHARACTERS_MAX:
            return f"[~{account}]"
        return text
    return _linked(text, href)


def _linked(text: str, href: str) -> str:
    """`[text|address]`; the text alone where the address is not to be followed."""
    if not _SAFE_HREF.fullmatch(href):
        return text
    address = _IN_ADDRESS.sub(lambda found: quote(found[0], safe=""), href)
    return f"[{text}|{address}]" if text and text != escaped(address) else f"[{address}]"


def _joined(pieces: list[str]) -> str:
    """The pieces run together. A mark within a word is written `{*}`, or it would be none; one around nothing goes."""
    done: list[str] = []
    for place, piece in enumerate(pieces):
        before = done[-1][-1:] if done else ""
        after = next((one[:1] for one in pieces[place + 1 :] if one), "") if isinstance(piece, _Mark | _Code) else ""
        if isinstance(piece, _Code):
            done.append(_monospaced(piece, is_in_word=_is_in_word(before) or _is_in_word(after)))
        elif not isinstance(piece, _Mark):
            done.append(piece)
        elif piece.is_open:
            done.append(_Mark(f"{{{piece}}}" if _is_in_word(before) or before == "\\" else piece, is_open=True))
        elif done and isinstance(done[-1], _Mark) and done[-1].is_open:
            done.pop()
        else:
            done.append(f"{{{piece}}}" if _is_in_word(after) else str(piece))
        if not done[-1:] or not done[-1]:
            done = done[:-1]
    return "".join(done)


def _monospaced(code: str, *, is_in_word: bool) -> str:
    text = re.sub(r"\\([{}])", lambda found: _BRACES[found[1]], escaped(code))
    if not text:
        return ""
    return f"{{{{{{}}{text}{{}}}}}}" if is_in_word or _MACRO.match(code) else f"{{{{{text}}}}}"

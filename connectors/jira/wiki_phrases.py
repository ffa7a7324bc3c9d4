"""A line of wiki markup as Markdown: marks, code, links, mentions, images, escapes.

One walk from left to right, in which every sign is looked at once. Marks are found as Jira's renderer finds them: they
begin where no letter stands before them and end where none follows, or stand in braces; they never go over a line.

What wiki markup takes for plain text is plain text for people too. Where Markdown would make a mention, a definition or
a tag of it, it is kept from that; `connectors.jira.markdown` says how a mention stands in all texts here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.jira.wiki_links import image_of, link_of, typed_text

#: Zero-width space: seen by parsers, not by readers.
_BREAK = "\u200b"
#: Around Markdown that is made already.
_MADE = re.compile("\ufdd2([^\ufdd3]*)\ufdd3")
_NEXT = re.compile("[\\\\{\\[!*_+^~?&<(-]|`+|https?://|\ufdd2", re.IGNORECASE)
_ESCAPED = "-#*_+?^~|%{}[]()!@"
_MONOSPACED = re.compile(r"\{\{\{\}((?:\\.|(?!\{\}\}\})[^\\])*+)\{\}\}\}|\{\{((?:\\.|(?!\}\})[^\\])++\}?)\}\}")
_DROPPED = re.compile(r"\{(?:color|anchor)(?::[^{}]{0,200})?\}", re.IGNORECASE)
_IN_BRACES = re.compile(r"\{([*_+^~-]|\?\?)\}")
_ADDRESS = re.compile(r"https?://[-\w.!~*';/?:@#&=%+$,()]*", re.IGNORECASE)
_ADDRESS_END = re.compile(r"[.,:;?!'*_~+)-]*\Z")
_ICON = re.compile(r"\(([/x])\)(?!\w)")
_ICONS = {"/": "✅", "x": "❌"}
_REFERENCE = re.compile(r"&#(?:(\d{1,6})|x([0-9a-fA-F]{1,5}));")
#: Where Markdown sees a tag; addresses in angle brackets are left to it.
_TAG = re.compile(r"<(?=[a-zA-Z/!?])(?!https?://|mailto:)", re.IGNORECASE)
_NO_PAGE = re.compile(r"\](?=\((?!\s*<?https?://))", re.IGNORECASE)
_DEFINITION = re.compile(r"\A(\[(?:\\.|[^\[\]\\])*+\])(?=:(?!\s*<?https?://))", re.IGNORECASE)
#: A sign of wiki markup to Markdown's, at its beginning and at its end. What Markdown cannot show is said plainly.
_MARKS = {
    "*": ("**", "**"),
    "_": ("*", "*"),
    "-": ("~~", "~~"),
    "??": ("*", "*"),
    "+": ("", ""),
    "^": ("^", ""),
    "~": ("", ""),
}


def phrases_of(text: str) -> str:
    """Wiki markup without line breaks as Markdown; a `\\\\` in it becomes a line break."""
    return "\n".join(_kept_plain(_Line(line).read()) for line in text.split("\n"))


def title_of(text: str) -> str:
    """A macro's title, to be shown in bold: its words."""
    return " ".join(_kept_plain(typed_text(text)).replace("*", "\\*").split())


def _kept_plain(markdown: str) -> str:
    """No address but a page's behind what looks like a link's text, not even for a reader that knows no backslashes."""
    parts = _MADE.split(markdown)
    # A bracket before what is made already, or behind it, belongs to the text around.
    whole = "".join(f"\ufdd2{place}\ufdd3" if place % 2 else part for place, part in enumerate(parts))
    for form in (_NO_PAGE, _DEFINITION):
        whole = form.sub(lambda found: found[0] + _BREAK, whole)
    return re.sub("\ufdd2(\\d+)\ufdd3", lambda found: parts[int(found[1])], whole)


def _is_in_word(char: str) -> bool:
    return char.isalpha() or char.isdecimal()


@dataclass(slots=True)
class _Line:
    """The walk through one line. `opened` holds the marks that may still be closed, and where they stand in `out`."""

    text: str
    out: list[str] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    code_until: int = -1
    #: Where in `out` a star stands that means nothing here, and how many Markdown's emphasis has brought in.
    stars: set[int] = field(default_factory=set)
    emphasised: int = 0
    endless: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.code_until = self.text.rfind("}}")

    def read(self) -> str:
        at = 0
        while found := _NEXT.search(self.text, at):
            start = found.start()
            self.out.append(self.text[at:start])
            at = self._take(start, found[0])
        self.out.append(self.text[at:])
        if len(self.stars) + self.emphasised > 1:
            # Markdown would make emphasis of two stars, also within words.
            for place in self.stars:
                self.out[place] = "\\*"
        return "".join(self.out)

    def _take(self, at: int, sign: str) -> int:
        """Reads what begins with a sign; where it goes on from there."""
        if sign == "\ufdd2":
            made = _MADE.match(self.text, at)
            return self._put(made[0], made.end()) if made else at + 1
        if sign[0] == "`":
            return self._ticks(at, sign)
        if len(sign) > 1:
            return self._address(at)
        reader: Callable[[int], int] | None = {
            "\\": self._backslash,
            "{": self._brace,
            "[": self._bracket,
            "!": self._image,
            "&": self._reference,
            "<": self._angle,
            "(": self._icon,
        }.get(sign)
        return reader(at) if reader else self._mark(at)

    def _put(self, markdown: str, end: int) -> int:
        self.out.append(markdown)
        return end

    def _made(self, markdown: str, end: int) -> int:
        return self._put(f"\ufdd2{markdown}\ufdd3", end)

    def _char(self, at: int) -> str:
        return self.text[at] if 0 <= at < len(self.text) else ""

    def _backslash(self, at: int) -> int:
        after = self._char(at + 1)
        if after == "\\":
            return self._put("\n", at + 2)
        if after and after in _ESCAPED:
            return self._literal(after, at, at + 2)
        # A backslash that means nothing here would mean something in Markdown.
        return self._put(
            "\\\\"
            if after.isascii() and after.isprintable() and not _is_in_word(after) and after not in "/ "
            else "\\",
            at + 1,
        )

    def _literal(self, char: str, at: int, end: int) -> int:
        """A character that shows as it is."""
        is_special = char in "\\`*_[]<~" or (char in "-#+>=|" and not self.text[:at].strip())
        return self._put(f"\\{char}" if is_special else char, end)

    def _brace(self, at: int) -> int:
        if self.text.startswith("{{", at) and at < self.code_until:
            code = _MONOSPACED.match(self.text, at)
            if code:
                return self._code(code[1] if code[1] is not None else code[2], code.end())
            self.code_until = -1
        if dropped := _DROPPED.match(self.text, at):
            return dropped.end()
        if braced := _IN_BRACES.match(self.text, at):
            sign = braced[1]
            if self._is_open(sign):
                return self._close(sign, braced[0], braced.end())
            return self._open(sign, braced[0], braced.end())
        return self._put("{", at + 1)

    def _code(self, source: str, end: int) -> int:
        """On one line, with a fence of backticks that is longer than any in it."""
        code = " ".join(_REFERENCE.sub(_referred, re.sub(r"\\([-#*_+?^~|%{}\[\]()!@])", r"\1", source)).split())
        code = code.replace("&amp;", "&")
        longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
        ticks = "`" * (longest + 1)
        pad = " " if code.startswith("`") or code.endswith("`") else ""
        return self._made(f"{ticks}{pad}{code}{pad}{ticks}" if code else "", end)

    def _ticks(self, at: int, ticks: str) -> int:
        """Markdown's code, typed by habit. Backticks without an end are text: they would end the code that follows."""
        end = at + len(ticks)
        if ticks not in self.endless:
            closing = re.compile(f"(?<!`){ticks}(?!`)").search(self.text, end)
            if closing and not re.search("\\{\\{|\ufdd2", self.text[end : closing.start()]):
                return self._made(self.text[at : closing.end()], closing.end())
            if closing is None:
                self.endless.add(ticks)
        return self._put("\\`" * len(ticks), end)

    def _bracket(self, at: int) -> int:
        link = link_of(self.text, at, phrases_of)
        if link is None:
            return self._put("[", at + 1)
        return self._made(link[0], link[1]) if link[2] else self._put(link[0], link[1])

    def _image(self, at: int) -> int:
        image = None if _is_in_word(self._char(at - 1)) else image_of(self.text, at)
        return self._made(*image) if image else self._put("!", at + 1)

    def _reference(self, at: int) -> int:
        found = _REFERENCE.match(self.text, at)
        char = _referred(found) if found else ""
        return self._literal(char, at, found.end()) if found and char != found[0] else self._put("&", at + 1)

    def _angle(self, at: int) -> int:
        return self._put("\\<" if _TAG.match(self.text, at) else "<", at + 1)

    def _icon(self, at: int) -> int:
        icon = None if _is_in_word(self._char(at - 1)) else _ICON.match(self.text, at)
        return self._put(_ICONS[icon[1]], icon.end()) if icon else self._put("(", at + 1)

    def _address(self, at: int) -> int:
        found = _ADDRESS.match(self.text, at)
        address = found[0] if found else self.text[at]
        end = _ADDRESS_END.search(address)
        core = address[: end.start()] if end else address
        return self._put(core or address, at + len(core or address))

    def _mark(self, at: int) -> int:
        sign = self._char(at)
        end = at
        while self._char(end) == sign:
            end += 1
        width = 2 if sign == "?" else 1
        if end - at != width:
            # `--`, `**bold**`: a dash, or Markdown by habit.
            return self._put(self.text[at:end], end)
        sign *= width
        before, after = self._char(at - 1), self._char(end)
        if self._is_open(sign) and before and not before.isspace() and not _is_in_word(after):
            return self._close(sign, sign, end)
        if after and not after.isspace() and not _is_in_word(before):
            return self._open(sign, sign, end)
        return self._plain(sign, end)

    def _plain(self, literal: str, end: int) -> int:
        """A sign that means nothing here."""
        if literal == "*":
            self.stars.add(len(self.out))
        return self._put(literal, end)

    def _is_open(self, sign: str) -> bool:
        return any(mark == sign for mark, _ in self.opened)

    def _open(self, sign: str, literal: str, end: int) -> int:
        if not self._is_open(sign):
            self.opened.append((sign, len(self.out)))
        return self._plain(literal, end)

    def _close(self, sign: str, literal: str, end: int) -> int:
        """Ends a mark. Those that began within it and have no end are none."""
        while self.opened[-1][0] != sign:
            self.opened.pop()
        _, place = self.opened.pop()
        inside = "".join(self.out[place + 1 :])
        if not inside.strip() or inside != inside.strip():
            return self._plain(literal, end)
        opening, closing = _MARKS[sign]
        self.stars.discard(place)
        self.emphasised += opening == "*"
        self.out[place] = opening
        return self._put(closing, end)


def _referred(found: re.Match[str]) -> str:
    """The punctuation that a character reference stands for; any other stays, since Markdown knows them too."""
    char = chr(int(found[1]) if found[1] else int(found[2], 16))
    return char if char.isascii() and char.isprintable() and not char.isalnum() and char not in " &" else found[0]

"""Wiki markup's links, mentions and images as Markdown's.

Only pages and addresses of mail become links; what else a link may name, an attachment, an anchor, another ticket, is
said in words. A mention becomes `[name](mention:name)`, as mentions stand in all texts here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_SAFE_HREF = re.compile(r"(?:https?://|mailto:)[^\s<>\x00-\x1f]+", re.IGNORECASE)
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*+)\]")
_BAR = re.compile(r"(?<!\\)\|")
_IMAGE = re.compile(r"!([^\s!|][^!|]{0,300})(?:\|[^!]{0,300})?!(?!\w)")
_FILE = re.compile(r".*\.\w{1,5}")
_TICKET = re.compile(r"[A-Z][A-Z0-9_]{1,30}-[1-9]\d{0,9}")
#: What would end a link's text early, or mean something in it.
_NO_NAME = re.compile(r"[\[\]()<>{}\\`*~|]")
_NAME_CHARACTERS_MAX = 80
_ACCOUNT_CHARACTERS_MAX = 128
#: Of an account what would end a link's address is written as its number.
_IN_ACCOUNT = re.compile(r"[^\w.:@+'=$~-]")


def link_of(text: str, at: int, phrases: Callable[[str], str]) -> tuple[str, int, bool] | None:
    """What begins with the bracket at `at`: the Markdown, where it ends, and whether it is more than words; None where
    it is no link. `phrases` reads a link's text."""
    found = _LINK.match(text, at)
    if found is None or not found[1].strip() or found[1][0].isspace():
        return None
    alias, *targets = _BAR.split(found[1])
    target = (targets[0] if targets else alias).strip()
    alias = alias.strip() if targets else ""
    if target.startswith("~"):
        return _mention(target[1:].strip(), alias), found.end(), True
    if _SAFE_HREF.fullmatch(target):
        return _page(target, " ".join(phrases(alias).split())), found.end(), True
    if not target:
        return None
    if target.startswith(("^", "#")) or _TICKET.fullmatch(target) or targets:
        said = " ".join(typed_text(part.strip()) for part in (target.removeprefix("^"), *targets[1:])).strip()
        words = " ".join(phrases(alias).split())
        return (f"{words} ({said})" if words and words != said else words or said), found.end(), False
    return None


def image_of(text: str, at: int) -> tuple[str, int] | None:
    """`!shot.png|thumbnail!` as its name, with its address where it has one; None where it is no image."""
    found = _IMAGE.match(text, at)
    if found is None:
        return None
    name = found[1].strip()
    if _SAFE_HREF.fullmatch(name):
        return _page(name, typed_text(name.rstrip("/").rpartition("/")[2])), found.end()
    return (typed_text(name), found.end()) if _FILE.fullmatch(name) else None


def typed_text(text: str) -> str:
    """Words that are no markup: without backslashes, and without what Markdown would read in them."""
    return re.sub(r"([\\`\[\]<])", r"\\\1", re.sub(r"\\(\W)", r"\1", text))


def _page(address: str, words: str) -> str:
    href = address.replace("\\", "%5C").replace("(", "%28").replace(")", "%29")
    return f"[{words}]({href})" if words else f"<{href}>"


def _mention(account: str, alias: str) -> str:
    account = account.removeprefix("accountid:")
    name = " ".join(_NO_NAME.sub(" ", alias or account).lstrip("@ ").split())[:_NAME_CHARACTERS_MAX]
    if not 0 < len(account) <= _ACCOUNT_CHARACTERS_MAX:
        return "@" + (name or "unknown")
    escaped = _IN_ACCOUNT.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), account)
    return f"[{name or 'somebody'}](mention:{escaped})"

"""Mentions: `[Name](mention:login)` in a finished text becomes GitHub's `@login`, and nothing else does (P11).

Texts come with every other `@name` made harmless already. Should one have slipped through, it is parted
by a zero-width space, in code too: to be wrong about what GitHub takes for code would reach somebody.
Addresses of web pages are left whole, since GitHub does not look for mentions in them.

See https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#mentioning-people-and-teams
"""

from __future__ import annotations

import re

_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})(?:\[bot\])?\Z")
_PARTS = re.compile(
    r"\[(?P<name>(?:\\.|[^\]\\\n]){0,200})\]\(mention:(?P<login>[^)\s]{0,120})\)"
    r"|(?P<url>https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?/[^\s<>()\[\]\"'`*|\\]*)"
    r"|(?P<loose>(?<![A-Za-z0-9_])@(?=[A-Za-z0-9]))"
)
_PARTED = "@\N{ZERO WIDTH SPACE}"


def with_mentions(body: str) -> str:
    """A text in GitHub's Markdown, in which exactly the people meant are mentioned."""
    return _PARTS.sub(_replacement, body)


def _replacement(match: re.Match[str]) -> str:
    if match["url"] is not None:
        return match["url"]
    if match["loose"] is not None:
        return _PARTED
    if _LOGIN.match(match["login"]):
        return f"@{match['login']}"
    # An account that GitHub could not have: the name still says who is meant.
    return re.sub(r"(?<![A-Za-z0-9_])@(?=[A-Za-z0-9])", _PARTED, match["name"])

"""The page about the policy language, made from what the loader itself reads by.

Prose stands in the `.md` files of this folder, in the order of `PIECES`. What can be known from forms, verbs, facts and
views is put into it as tables (`rules.language.reference.places`), so that the page cannot fall behind them.
"""

from __future__ import annotations

import re
from pathlib import Path

from rules.language.files import read_text
from rules.language.reference.places import CONTENTS, filled

PIECES = (
    "beginning",
    "file",
    "rules",
    "ladders",
    "durations",
    "doing",
    "facts",
    "including",
    "variables",
    "overrides",
    "templates",
    "people",
)
_FOLDER = Path(__file__).resolve().parent
_HEADING = re.compile(r"^(##|###) (.+)$", re.MULTILINE)


def policy_page() -> str:
    """`docs/policy.md`, as Markdown."""
    page = "\n\n".join(filled(read_text(_FOLDER / f"{piece}.md", f"{piece}.md").strip()) for piece in PIECES)
    return page.replace(f"<!-- {CONTENTS} -->", _contents(page)) + "\n"


def _contents(page: str) -> str:
    """Links to the headings, as GitHub names them."""
    lines = (
        f"{'  ' if level == '###' else ''}- [{title}](#{_anchor(title)})" for level, title in _HEADING.findall(page)
    )
    return "\n".join(lines)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")

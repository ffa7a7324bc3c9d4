"""Whether two wordings are one and the same action: what `/action` gave is often listed in the post-mortem, too.

Conservative, since a wrong guess loses an action: letters, figures and signs have to be the same. Only capitals,
spaces, marks of Markdown and a full stop at the end make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rules.markdown import inline_tokens, plain_text
from rules.texts import title_line

_MARKS = re.compile(r"[*_`~\\]")


def is_same_wording(text: str, others: Iterable[str]) -> bool:
    """Whether `text` says the same as one of the others, in full or as a ticket's title, which may be shortened."""
    said = {_folded(text), _folded(title_line(_plain(text)))} - {""}
    return any(_folded(other) in said for other in others)


@lru_cache(maxsize=1024)  # the same items are compared at every look
def _folded(text: str) -> str:
    visible = (c for c in unicodedata.normalize("NFKC", _plain(text)) if unicodedata.category(c) != "Cf")
    return " ".join(_MARKS.sub("", "".join(visible)).casefold().split()).rstrip(" .")


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return plain_text(inline_tokens(text, {}))

"""What a person says in a comment with words of their own.

Commands, quotations and code are left out: they are read elsewhere, or were said by somebody else. A comment that is
nothing but a `/help`, a quotation or a thumb up tells nobody anything.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rules.commands import parse_commands
from rules.facts import Comment
from rules.markdown import parse_document, unquoted

#: Commands that ask Aftermath for something, and tell nobody how things stand.
_ASKING_US = frozenset({"help", "case"})
_EMOJI = re.compile(r":[a-z0-9_+-]{2,}:", re.IGNORECASE)


@lru_cache(maxsize=256)  # every look reads the same comments
def spoken(comment: Comment) -> str:
    """The comment's own words, as Markdown; empty where none is left that holds a letter or a digit."""
    given = {command.line for command in parse_commands((comment,))}
    said: list[str] = []
    for _, token in unquoted(parse_document(comment.body)):
        if token.type == "inline":
            start = token.map[0] if token.map else 0
            lines = enumerate(token.content.split("\n"), start)
            said.append("\n".join(line for number, line in lines if number not in given))
    words = "\n".join(said).strip()
    return words if any(letter.isalnum() for letter in _EMOJI.sub("", words)) else ""


def asks_us_only(comment: Comment) -> bool:
    """Whether the comment is nothing but a `/help` or `/case`."""
    if "/" not in comment.body:
        return False
    names = {command.name for command in parse_commands((comment,))}
    return bool(names) and names <= _ASKING_US and not spoken(comment)

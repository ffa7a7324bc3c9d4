"""What is wrong with the form of a YAML file, in words of ours: the parser's are about its own states."""

from __future__ import annotations

import re

#: What the parser says, and what that means to whoever wrote the file. The first that fits is told.
_SAID = (
    (r"found character '\\t'", "a tab stands here: YAML is indented with spaces"),
    (r"mapping values are not allowed", "a second colon in one value: put the value in quotes"),
    (r"could not find expected ':'", "a key without its colon"),
    (r"expected <block end>", "this does not go with the lines above it: is the indentation right?"),
    (r"expected ',' or ']'", "a list in brackets wants a comma or its ] here"),
    (r"expected ',' or '}'", "a mapping in braces wants a comma or its } here"),
    (r"expected the node content, but found '<stream end>'", "the file ends where a value is wanted"),
    (r"unexpected end of stream", "a quote is opened and never closed"),
    (r"cannot start any token", "a value that begins with this sign: put it in quotes"),
)


def yaml_trouble(said: str) -> str:
    """What the parser said, in our words where there are some."""
    ours = next((words for pattern, words in _SAID if re.search(pattern, said)), said)
    return f"is no YAML: {ours}"

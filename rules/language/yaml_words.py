"""What is wrong with the form of a YAML file, in words of ours: the parser's are about its own states."""

from __future__ import annotations

import json
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


#: A value that begins with `!`, which YAML takes for a tag; not `!!str` and `!<…>`, which somebody meant for one.
_NEGATION = re.compile(r"(?:^|[:\[{,?-])\s+(![^!<\s].*|!\s+\S.*)")
#: `do: comment: nag.md`: the key, and the pair in the place of its value.
_PAIR_IN_A_VALUE = re.compile(r"\s*(?:- +)*([\w-]+): +([\w-]+: +.*\S)")
_SPELLED_OUT_MAX = 80


def yaml_trouble(said: str, line: str = "", column: int = 1) -> tuple[str, int]:
    """What the parser said of this place in our words, and the column (from 1) of what is meant. `line` is as it may be
    shown."""
    negation = _NEGATION.search(line)
    if negation and negation.start(1) + 1 < column:  # such as at the && behind it
        return needs_quotes(negation[1]), negation.start(1) + 1
    ours = next((words for pattern, words in _SAID if re.search(pattern, said)), said)
    pair = _PAIR_IN_A_VALUE.match(line)
    if ours.startswith("a second colon") and pair and pair.start(2) < column:
        if pair[1] == "do":
            return f"is no YAML: a list is wanted behind do on one line: do: [{pair[2]}]", column
        ours += f", or, where more keys are meant, in braces: {pair[1]}: {{{pair[2]}}}"
    return f"is no YAML: {ours}", column


def needs_quotes(value: str) -> str:
    """What to do with a value that begins with `!`, such as a condition that says no."""
    value = _up_to_its_end(value)
    quoted = json.dumps(value, ensure_ascii=False)
    if "\\" in quoted and "'" not in value:
        quoted = f"'{value}'"
    return "a value that begins with ! needs quotes" + (f": {quoted}" if len(quoted) <= _SPELLED_OUT_MAX else "")


def _up_to_its_end(value: str) -> str:
    """Without a comment behind it, and without what closes the braces or the list around it."""
    value = re.split(r"\s#", value, maxsplit=1)[0].strip()
    open_now = {"}": 0, "]": 0}
    for index, sign in enumerate(value):
        if sign in "{[":
            open_now["}" if sign == "{" else "]"] += 1
        elif sign in open_now:
            open_now[sign] -= 1
            if open_now[sign] < 0:
                return value[:index].strip()
    return value

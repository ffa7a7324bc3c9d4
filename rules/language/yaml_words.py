"""What is wrong with the form of a YAML file, in words of ours: the parser's are about its own states."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.language.problems import is_secret, shown_line

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
#: A key at the beginning of a line, its colon, and whatever is behind it on that line.
_KEY = re.compile(r"(?P<before>\s*(?:- +)*)(?P<key>[\w-]+):(?=\s|\Z)(?:\s+(?P<value>[^\s#].*))?")
#: `anchor labelled` and `resets []`: not a longer text, which may well be one that goes on from the line above.
_NO_COLON = re.compile(r"\s*(?:- +)*(?P<key>[a-z]\w*) +(?P<value>[\w.-]+|[\[{\"'].*)\s*\Z")
#: `anchor:labelled`.
_NO_SPACE = re.compile(r"\s*(?:- +)*(?P<key>[a-z]\w*):(?P<value>[^\s:/].*?)\s*\Z")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, where (from 1), and the line that was probably meant."""

    message: str
    line: int
    column: int
    suggestion: str = ""


def trouble_in(lines: Sequence[str], said: str, at: tuple[int, int], began: tuple[int, int] | None) -> Trouble:
    """What the parser said of a place in a file, as line and column, in our words. `began` is where that began which
    it was reading. The place may move to the line above, where the parser saw nothing wrong yet."""
    if began and "could not find expected ':'" in said and not is_secret([shown_line(lines, began[0])]):
        return _without_colon(lines, began[0], began[1])
    shown = shown_line(lines, at[0])
    key = _KEY.match(shown)
    if key and "mapping values" in said and at[1] == key.end("key") + 1:
        above = next((number for number in range(at[0] - 1, 0, -1) if not _says_nothing(lines[number - 1])), 0)
        if trouble := _from_above(lines, above, at[0], key):
            return trouble
    message, column = _in_our_words(said, shown, at[1])
    return Trouble(message, at[0], column)


def _from_above(lines: Sequence[str], above: int, number: int, key: re.Match[str]) -> Trouble | None:
    """Why the key at the beginning of a line is taken for more of the text on the line above."""
    line, column = shown_line(lines, above), key.start("key") + 1
    earlier = _KEY.match(line)
    if earlier and earlier["value"] and earlier.start("key") < key.start("key"):
        told = f'"{earlier["key"]}" above has a value already, and "{key["key"]}" stands deeper: keys side by side '
        told += "begin in the same column, and a text with a colon in it needs quotes"
        return Trouble(f"is no YAML: {told}", number, column)
    begins = len(line) - len(line.lstrip(" -"))
    opens = above == 1 or line.lstrip().startswith("- ") or shown_line(lines, above - 1).rstrip().endswith(":")
    if not line.strip() or earlier or not opens or begins + 1 != column or is_secret([line]):
        return None
    return _without_colon(lines, above, column)


def _without_colon(lines: Sequence[str], number: int, column: int) -> Trouble:
    line = shown_line(lines, number)
    if pair := _NO_SPACE.match(line):
        told = "a space is wanted behind the colon of a key"
    else:
        pair, told = _NO_COLON.match(line), "a key without its colon"
    return Trouble(f"is no YAML: {told}", number, column, f"{pair['key']}: {pair['value']}" if pair else "")


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _in_our_words(said: str, line: str, column: int) -> tuple[str, int]:
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

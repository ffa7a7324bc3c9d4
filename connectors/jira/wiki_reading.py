"""Wiki markup to Markdown: what people wrote in Jira Data Center, as the text that everything else reads.

Why no library: jira2markdown took 23 seconds for 1,500 characters of `*a *a …` (anybody may write those), lets a text
after `{code}` fall into the list item before it, and writes mentions as `@name`, which would not say who is meant. So
this is a small reader of its own, in linear time: macros first, then blocks line by line, then
`connectors.jira.wiki_phrases` within a line. It follows what Jira's renderer does, since that is what the writer saw.

As in `connectors.jira.markdown` nothing is left out, boxes stay boxes and code stays inside code: a `{code}` or
`{noformat}` that is never closed goes on to the end, so that nothing in it is taken for a command. Panels read as
quotes.

Check boxes. Wiki markup has none; people type `[ ]` and `[x]` behind a list's sign, which reads as a box, or paste ☐
and ☑. `(/)` and `(x)` are Jira's green tick and red cross, and stand just as often for what went well and what did not:
these read as ✅ and ❌. Under a heading that announces actions such a bullet is an item all the same, and ✅ says that
it is done; anywhere else a box would open a ticket for every complaint.

People also paste Markdown. What wiki markup makes nothing of is left as it stands: fences, `> quotes`, `**bold**`,
links; and `## Heading`, with no list above it in whose second level it could stand, is one.

Nothing here raises.

Notation: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from connectors.jira.wiki_blocks import blocks_of
from connectors.jira.wiki_phrases import title_of

#: What stands in the text for a block that is read already: its number between two noncharacters, which nobody writes.
_STRANGE = re.compile("[\ufdd0-\ufddf]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SIGN = re.compile(
    r"\\."
    r"|(?<!\{)\{(?P<raw>code|noformat)(?P<raw_with>:[^{}\n]{0,500})?\}"
    r"|\{(?P<frame>quote|panel|info|note|tip|warning|expand)(?P<frame_with>:[^{}\n]{0,500})?\}(?!\})"
    r"|^[ \t]*(?P<fence>`{3,}|~{3,})(?P<fence_with>[^`\n]*)$",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_TITLE = re.compile(r"[:|]\s*title\s*=\s*([^|{}\n]*)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[:|]\s*(?:language\s*=\s*)?([A-Za-z0-9_+#.-]{1,40})\s*(?=\||\Z)", re.IGNORECASE)


@dataclass(slots=True)
class _Frame:
    """An open quote or panel, and the text in it so far. The outermost has no name and is the text itself."""

    name: str = ""
    title: str = ""
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """The walk through a text's macros. `done` holds the blocks that are Markdown already."""

    done: list[str] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=lambda: [_Frame()])

    def add(self, text: str) -> None:
        self.frames[-1].text.append(text)

    def put(self, markdown: str) -> None:
        """A block that is read, as a sign in the text around it."""
        if markdown:
            self.add(f"\ufdd0{len(self.done)}\ufdd1")
            self.done.append(markdown)

    def take_frame(self, name: str, parameters: str) -> None:
        """Jira's macros begin and end with the same word: the second one closes, and what is open within it."""
        if all(frame.name != name for frame in self.frames):
            title = _TITLE.search(parameters)
            self.frames.append(_Frame(name, title[1].strip() if title else ""))
            return
        while self.frames[-1].name != name:
            self._dissolve()
        frame = self.frames.pop()
        inside = blocks_of("".join(frame.text), self.done)
        heading = f"**{title_of(frame.title)}**" if frame.title else ""
        text = "\n\n".join(part for part in (heading, inside) if part)
        self.put(text if name == "expand" else _quoted(text))

    def end(self) -> str:
        while len(self.frames) > 1:
            self._dissolve()
        return blocks_of("".join(self.frames[0].text), self.done)

    def _dissolve(self) -> None:
        """A frame that nobody closes is none: what stands in it is said like all else."""
        frame = self.frames.pop()
        self.add((frame.title and f"{frame.title}\n") + "".join(frame.text))


def markdown_of_wiki(wiki: Any) -> str:
    """The text of a description or a comment in Markdown; "" for what is no text. Never raises."""
    if not isinstance(wiki, str):
        return ""
    text = _STRANGE.sub("", _SURROGATES.sub("\ufffd", wiki)).replace("\r\n", "\n").replace("\r", "\n")
    reading = _Reading()
    at = 0
    while sign := _SIGN.search(text, at):
        reading.add(text[at : sign.start()])
        at = sign.end()
        if sign["raw"]:
            at = _take_code(reading, text, sign)
        elif sign["fence"]:
            at = _take_fence(reading, text, sign)
        elif sign["frame"]:
            reading.take_frame(sign["frame"].lower(), sign["frame_with"] or "")
        else:
            reading.add(sign[0])
    reading.add(text[at:])
    return reading.end().strip("\n")


def _take_code(reading: _Reading, text: str, sign: re.Match[str]) -> int:
    """Reads `{code}…{code}`; where it goes on from there."""
    closing = f"{{{sign['raw'].lower()}}}"
    end = text.find(closing, sign.end())
    if end < 0:
        end = text.lower().find(closing, sign.end())
    parameters = sign["raw_with"] or ""
    title, language = _TITLE.search(parameters), _LANGUAGE.match(parameters)
    name = language[1] if language and language[1].lower() != "none" else ""
    if sign["raw"].lower() == "noformat":
        # Our own note of a language that Jira does not colour.
        name = title[1].strip() if title and _LANGUAGE.fullmatch(f":{title[1].strip()}") else ""
    heading = title[1].strip() if title and not (name and name == title[1].strip()) else ""
    code = text[sign.end() : end if end >= 0 else len(text)]
    reading.put("\n\n".join(part for part in (heading and f"**{title_of(heading)}**", _fenced(code, name)) if part))
    return end + len(closing) if end >= 0 else len(text)


def _take_fence(reading: _Reading, text: str, sign: re.Match[str]) -> int:
    """Reads a fence that somebody typed by habit; where it goes on from there."""
    end = re.compile(rf"^[ \t]*{re.escape(sign['fence'])}[`~]*[ \t]*$", re.MULTILINE).search(text, sign.end())
    language = re.match(r"[A-Za-z0-9_+#.-]{0,40}", sign["fence_with"].strip())
    reading.put(_fenced(text[sign.end() : end.start() if end else len(text)], language[0] if language else ""))
    return end.end() if end else len(text)


def _fenced(code: str, language: str) -> str:
    """A fence that is longer than any row of backticks in it, so that nothing gets out."""
    code = code.removeprefix("\n").removesuffix("\n").rstrip(" \t")
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}" if code else f"{fence}{language}\n{fence}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text else ""

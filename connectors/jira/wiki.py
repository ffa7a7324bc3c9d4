"""Markdown to wiki markup, in which Jira Data Center keeps descriptions and comments.

Built on markdown-it's tokens, as all that reads Markdown here. mistletoe's `JiraRenderer` carries too little: it
follows `javascript:` and has no mentions, writes one box plainly and the other escaped, hands languages to `{code}`
that Jira answers with an error, and leaves text alone that begins a line with `h1.` or means an image.

What Markdown takes for plain text shows as it was meant and does nothing: see `connectors.jira.wiki_text`. Check
boxes become `[ ]` and `[x]` at a list item's beginning, since wiki markup has none and this is what people type there.
Code in a language that Jira does not colour stands in `{noformat}`, where `{code:…}` would show an error.

Nothing here raises. What is longer than Jira takes is cut as Markdown and not as wiki markup, so that no block, link or
mention is ever left open.

Notation: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from connectors.cutting import cut
from connectors.jira.wiki_text import escaped, line_of, lines_of

#: Jira's limit for a description or a comment, in characters (`jira.text.field.character.limit` as it is delivered).
TEXT_LIMIT = 32_767
#: Of a Markdown text that is read at all. Markup can be far shorter than its Markdown, which pads tables with spaces.
_READ_CHARACTERS_MAX = 2 * TEXT_LIMIT
#: List levels below this one are written at this one: Jira shows no more than a handful.
DEPTH_LIMIT = 24
#: How often a text is shortened until its markup fits. The first guess is mostly good.
_SHORTENINGS_MAX = 12

_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TASK = re.compile(r"\[([ xX])\](?=\s|$)")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FOLD = re.compile(r"</?(?:details|summary)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s{0,5}/?>", re.IGNORECASE)
#: What Jira's `{code}` colours; for any other name it shows an error in place of the code's colours.
_LANGUAGES = frozenset(
    "actionscript ada applescript bash c c# c++ cpp css erlang go groovy haskell html java javascript js json lua "  # noqa: SIM905 -- one list reads better than 40 lines
    "objc perl php python r ruby scala sh sql swift visualbasic xml yaml".split()
)
_ALSO_CALLED = {"py": "python", "shell": "bash", "console": "bash", "yml": "yaml", "golang": "go", "ts": "javascript"}


def _parser(levels_max: int) -> MarkdownIt:
    made = MarkdownIt("commonmark", {"maxNesting": levels_max}).enable(["table", "strikethrough"])
    made.disable(["inline", "text_join"])
    # Which addresses become links is decided here, by one rule for links, images and mentions.
    made.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005
    # markdown-it compiles its rules at first use, and a second thread could meet them half compiled.
    made.parse("a")
    made.inline.parse("a", made, {}, [])
    return made


#: Below the deepest level the parser leaves out what stands there. Within a line each level costs time on hostile text.
_BLOCKS, _INLINES = _parser(100), _parser(20)


def wiki_of(markdown: str) -> str:
    """The wiki markup for a Markdown text; at most `TEXT_LIMIT` characters of it. Never raises."""
    text = cut(_UNSENDABLE.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n")), _READ_CHARACTERS_MAX)
    try:
        wiki, room = _rendered(text), len(text)
        for _ in range(_SHORTENINGS_MAX):
            if len(wiki) <= TEXT_LIMIT:
                return wiki
            room = min(room - 1, room * TEXT_LIMIT // len(wiki) - 20)
            wiki = _rendered(cut(text, max(0, room)))
    except Exception:  # noqa: BLE001 - no parser's surprise may keep somebody from being told
        return plain_wiki(text)
    return wiki if len(wiki) <= TEXT_LIMIT else plain_wiki(text)


def plain_wiki(text: str) -> str:
    """The markup that shows a text as it stands, line by line, as many lines as Jira takes."""
    lines: list[str] = []
    room = TEXT_LIMIT
    for line in text.split("\n"):
        shown = "\n".join(lines_of(escaped(line)))
        room -= len(shown) + 1
        if room < 0:
            break
        lines.append(shown)
    return "\n".join(lines).strip("\n")


def _rendered(text: str) -> str:
    return "\n\n".join(_blocks(SyntaxTreeNode(_parsed(text)).children, is_quoted=False))


def _parsed(text: str) -> list[Token]:
    references: dict[str, Any] = {}
    tokens = _BLOCKS.parse(text, references)
    for token in tokens:
        if token.type == "inline":
            children: list[Token] = []
            _INLINES.inline.parse(token.content, _INLINES, references, children)
            token.children = [_joined(list(same)) for _, same in groupby(children, _run)]
    return tokens


def _run(token: Token) -> str | int:
    """What runs of plain text have in common, escaped or not: what stands beside a character says what it means."""
    return "text" if token.type in ("text", "text_special") else id(token)


def _joined(tokens: list[Token]) -> Token:
    if len(tokens) > 1:
        tokens[0].type = "text"
        tokens[0].content = "".join(token.content for token in tokens)
    return tokens[0]


def _blocks(nodes: Iterable[SyntaxTreeNode], *, is_quoted: bool) -> list[str]:
    blocks = (_block(node, is_quoted=is_quoted) for node in nodes)
    return [block for block in blocks if block]


def _block(node: SyntaxTreeNode, *, is_quoted: bool) -> str:
    if node.type == "paragraph":
        return _paragraph(node)
    if node.type == "heading":
        return f"h{node.tag[1:]}. {title}" if (title := line_of(node.children)) else ""
    if node.type in ("fence", "code_block"):
        return _code(node)
    if node.type in ("bullet_list", "ordered_list"):
        return "\n".join(_list(node, "", is_quoted=is_quoted))
    if node.type == "blockquote":
        return _quote(node, is_quoted=is_quoted)
    if node.type == "table":
        return "\n".join(_row(row) for part in node.children for row in part.children)
    if node.type == "hr":
        return "----"
    if node.type == "html_block":
        return "\n".join(lines_of(escaped(_shown_of_html(node.content))))
    return "\n".join(_blocks(node.children, is_quoted=is_quoted))


def _paragraph(node: SyntaxTreeNode) -> str:
    return "\n".join(lines_of(node.children))


def _shown_of_html(source: str) -> str:
    """What a reader of Markdown sees of it: hidden comments and folds go, all else is text."""
    return html.unescape(_LINE_BREAK.sub("\n", _FOLD.sub("", _HIDDEN.sub("", source))))


def _code(node: SyntaxTreeNode) -> str:
    """The macro that the code does not end itself; where it would end either, an invisible space breaks its word."""
    code = node.content.removesuffix("\n")
    named = (node.info.split() or [""])[0].lower()
    language = _ALSO_CALLED.get(named, named)
    macro = "code" if language in _LANGUAGES else "noformat"
    if "{" + macro in code:
        macro, language = "noformat" if macro == "code" else "code", ""
    code = code.replace("{" + macro, "{\u200b" + macro)
    if language in _LANGUAGES:
        parameters = f":{language}"
    elif macro == "code":
        parameters = ":none"
    else:
        title = re.sub(r"[^A-Za-z0-9_+#.-]", "", named)
        parameters = f":title={title}" if title else ""
    return f"{{{macro}{parameters}}}\n{code}\n{{{macro}}}"


def _quote(node: SyntaxTreeNode, *, is_quoted: bool) -> str:
    """`{quote}` ends at the next `{quote}`, so that a quote in a quote is written line by line."""
    blocks = _blocks(node.children, is_quoted=True)
    if not is_quoted:
        return "{quote}\n" + "\n\n".join(blocks) + "\n{quote}" if blocks else ""
    if all(child.type == "paragraph" for child in node.children):
        return "\n".join(f"bq. {line}" for block in blocks for line in block.split("\n"))
    return "\n\n".join(blocks)


def _list(node: SyntaxTreeNode, above: str, *, is_quoted: bool) -> list[str]:
    """Lines without an empty one between them, which would end the list."""
    signs = (above + ("#" if node.type == "ordered_list" else "*"))[:DEPTH_LIMIT]
    lines: list[str] = []
    for item in node.children:
        lead = f"{signs} "
        for block in item.children:
            if block.type in ("bullet_list", "ordered_list"):
                lines.extend(_list(block, signs, is_quoted=is_quoted))
                continue
            text = _in_item(block, is_first=block is item.children[0], is_quoted=is_quoted)
            if text:
                lines.append(lead + text)
                lead = ""
    return lines


def _in_item(node: SyntaxTreeNode, *, is_first: bool, is_quoted: bool) -> str:
    """A block of a list item. A heading there becomes bold, a quote's paragraphs follow each other closely."""
    if node.type == "heading":
        return f"*{title}*" if (title := line_of(node.children)) else ""
    if node.type == "paragraph" and is_first:
        task = _TASK.match(node.children[0].content)
        text = _paragraph(node)
        if task:
            # The box is the first thing in the text, written as text: `\[x\]`.
            _, _, rest = text.partition("\\]")
            return f"\\[{'x' if task[1] != ' ' else ' '}\\]" + rest
        return text
    if node.type == "table":
        # On a line of its own, or its first row would be the item's text.
        return "\n" + _block(node, is_quoted=is_quoted)
    return re.sub(r"\n{2,}", "\n", block) if (block := _block(node, is_quoted=True)) and "{" not in block else block


def _row(row: SyntaxTreeNode) -> str:
    sign = "||" if row.children and row.children[0].type == "th" else "|"
    return sign + sign.join(line_of(cell.children, " \\\\ ") or " " for cell in row.children) + sign

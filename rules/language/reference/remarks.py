"""What whoever wrote a policy says about its parts: the lines of comment directly above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rules.language.document import ListNode, MapNode, Node, Scalar

#: A line that only parts a file, such as `# --- own ---`, says nothing.
_RULER = re.compile(r"#\s*[-=*#]{2,}")


#: A line for editors.
_TOOLS = re.compile(r"#\s*yaml-language-server:")
#: A remark behind a value, on its own line.
_BEHIND = re.compile(r"""^[^#"']*(?:"[^"]*"|'[^']*')?[^#"']*\s#\s+(?P<remark>\S.*)$""")


def remark_at(node: Node) -> str:
    """The comment behind what begins on a node's line, else the one directly above, as one text; empty without one."""
    lines = node.source.lines
    behind = _BEHIND.match(lines[node.line - 1]) if 1 <= node.line <= len(lines) else None
    return behind["remark"].strip() if behind else remark_above(lines, node.line)


def remark_above(lines: Sequence[str], line: int) -> str:
    """The comment directly above a line (from 1), as one text; empty where there is none."""
    found: list[str] = []
    for above in reversed(lines[: line - 1]):
        text = above.strip()
        if not text.startswith("#") or _RULER.match(text):
            break
        found.append(text.lstrip("#").strip())
    return " ".join(reversed(found)).strip()


def first_remark(lines: Sequence[str]) -> str:
    """The comment with which a file begins, its paragraphs parted by empty lines."""
    found: list[str] = []
    for line in lines:
        if not line.startswith("#"):
            break
        found.append("" if _TOOLS.match(line) else line.lstrip("#").strip())
    return re.sub(r"\n{2,}", "\n\n", "\n".join(found)).strip()


def rule_remarks(rules: Node) -> dict[str, str]:
    """The remark above each rule, by its id, those in groups too."""
    return {
        str(rule_id.value): remark_above(node.source.lines, node.line)
        for node in _mappings(rules)
        if isinstance(rule_id := node.get("id"), Scalar)
    }


def _mappings(node: Node) -> Iterator[MapNode]:
    if isinstance(node, MapNode):
        yield node
    inner = node.items if isinstance(node, ListNode) else ()
    for one in (value for _, value in node.entries) if isinstance(node, MapNode) else inner:
        yield from _mappings(one)

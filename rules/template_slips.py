"""Slips in the form of a template, in words that say what to write: Jinja2's are about what its parser expects."""

from __future__ import annotations

import difflib
import re

from jinja2 import TemplateSyntaxError

#: What stands in `{% … %}` and is for texts.
_TAGS = ("if", "for", "set", "include", "elif", "else", "endif", "endfor", "endset")
_NO_TAG = re.compile(r"Encountered unknown tag '(\w+)'(?:.*block that needs to be closed is '(\w+)')?", re.DOTALL)
_ONE_BRACE = re.compile(r"\{\{[^{}]*\}(?!\})|\{%[^{}%]*\}")


def slip_in(error: TemplateSyntaxError, line: str) -> tuple[str, str, str]:
    """What is wrong, what was found and what was meant; empty where Jinja2's words are the best that there are. `line`
    is the one that the error is on."""
    told = error.message or ""
    if told.startswith("unexpected '}'") and (brace := _ONE_BRACE.search(line)):
        return (
            f"{brace[0]} ends with one sign too few",
            brace[0],
            f"{brace[0][:-1].rstrip()} {'}}' if brace[0][1] == '{' else '%}'}",
        )
    if "expected 'end of print statement'" in told and "end of template" in told:
        return "the text ends, and a {{ has no }}", "{{", ""
    tag = _NO_TAG.match(told)
    if tag is None:
        return "", "", ""
    if tag[1].startswith("end"):
        what = f"and what is open here is {{% {tag[2]} %}}" if tag[2] else "and nothing is open here"
        meant = f"end{tag[2]}" if tag[2] else ""
        return f'"{tag[1]}" closes nothing, {what}', tag[1], meant
    near = difflib.get_close_matches(tag[1], _TAGS, n=1)
    return f'"{tag[1]}" is nothing that stands in {{% %}}', tag[1], near[0] if near else ""

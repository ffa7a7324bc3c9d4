"""Which ticket somebody means by `acme/shop#7`, `#7`, `OPS-12` or its address.

What is read here is compared with the tickets of the case and shown to nobody, so that it can neither link nor
mention anything.
"""

from __future__ import annotations

import re

from rules.facts import Case, Ticket

_FORMS = re.compile(
    r"\[[^\[\]]{0,200}\]\((?P<linked>https?://[^\s()]{1,500})\)"
    r"|<?(?P<url>https?://[^\s<>()]{1,500})>?"
    r"|(?:[a-z][a-z0-9-]*:)?(?P<key>[\w.-]+/[\w.-]+#\d{1,12}|[A-Z][A-Z0-9_]+-\d{1,12})"
    r"|(?P<number>#\d{1,12})",
    re.ASCII,
)


def read_reference(text: str, near: Ticket) -> str:
    """The key or the address that the text begins with, or nothing. `#7` is a neighbour of the ticket `near`."""
    found = _FORMS.match(text.strip())
    if not found:
        return ""
    if found["number"]:
        container, mark, _ = near.ref.key.rpartition("#")
        return f"{container}{found['number']}" if mark else ""
    return found["key"] or (found["linked"] or found["url"]).rstrip("/.,;").partition("?")[0].partition("#")[0]


def ticket_meant(case: Case, reference: str) -> Ticket | None:
    """The ticket of this case that a reference names, or None where it is another."""
    wanted = reference.casefold()
    return next((t for t in case.tickets if wanted in (t.ref.key.casefold(), t.url.casefold())), None)

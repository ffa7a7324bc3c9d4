"""What a ticket of one role gets when it is opened, beside its place: issue type, priority, parent, fields.

Whether a tracker has all that is for `aftermath check` to find out; here is looked at only what can be told from the
file. Nothing of it keeps a ticket from being opened (docs/adr/0031-what-an-opened-ticket-gets.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.by_severity import SEVERITIES
from rules.language.problems import closest, in_words
from rules.refs import TicketRef
from worker.config.forms import RouteForm
from worker.config.sheet import Sheet

FAILURE, POST_MORTEM = "failure", "post-mortem"
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,99}-[1-9]\d*\Z")
#: The section of the file, and the role of the tickets that it is about.
SECTIONS: Mapping[str, str] = MappingProxyType({"post_mortems": POST_MORTEM, "actions": "action"})


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ticket of one role gets. `priorities` are by the failure's severity: for one that is not named, the
    tracker's own default stays. `parent` is a key, or FAILURE or POST_MORTEM for that of the same case."""

    ticket_type: str = ""
    priorities: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    parent: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def priority(self, severity: int) -> str:
        return self.priorities.get(severity, "")

    def parent_key(self, above: Mapping[str, TicketRef]) -> str:
        """The key of the parent, empty where there is to be none. `above` are the tickets of the case that it may be
        put below, by role."""
        if self.parent not in (FAILURE, POST_MORTEM):
            return self.parent
        ref = above.get(self.parent)
        return ref.key if ref else ""

    def in_words(self, severity: int, above: Mapping[str, TicketRef]) -> str:
        """` as Task, priority Highest, below OPS-3, Team: Payments`, to stand behind "open an action"; empty where the
        tracker's defaults are all that it gets."""
        parts = [f"as {self.ticket_type}"] if self.ticket_type else []
        parts += [f"priority {self.priority(severity)}"] if self.priority(severity) else []
        parts += [f"below {self.parent_key(above)}"] if self.parent_key(above) else []
        parts += [f"{name}: {value}" for name, value in self.fields.items()]
        return " " + ", ".join(parts) if parts else ""


def read_openings(sheet: Sheet) -> dict[str, Opening]:
    """By role; one of which nothing is said is left out."""
    read = {role: _opening(sheet, section, role) for section, role in SECTIONS.items()}
    return {role: opening for role, opening in read.items() if opening != Opening()}


def _opening(sheet: Sheet, section: str, role: str) -> Opening:
    form: RouteForm = getattr(sheet.form, section)
    for name, value in form.fields.items():
        if not name.strip() or not value.strip():
            sheet.note((section, "fields", name), "a field wants a name and a value", "such as Team: Payments")
    return Opening(form.type, _priorities(sheet, section, form), _parent(sheet, section, role, form), dict(form.fields))


def _priorities(sheet: Sheet, section: str, form: RouteForm) -> dict[int, str]:
    read: dict[int, str] = {}
    known = {str(severity): severity for severity in SEVERITIES}
    for written, name in form.priority.items():
        if not name.strip():
            sheet.note((section, "priority"), "no priority is named", "its name on the tracker, such as Highest")
        elif not written:
            read = dict.fromkeys(SEVERITIES, name)
        elif written in known:
            read[known[written]] = name
        else:
            allowed = f"{SEVERITIES[0]} (the gravest) to {SEVERITIES[-1]}, each with a priority's name"
            sheet.note((section, "priority"), f'"{written}" is no severity', allowed)
    return read


def _parent(sheet: Sheet, section: str, role: str, form: RouteForm) -> str:
    words = [FAILURE] if role == POST_MORTEM else [FAILURE, POST_MORTEM]
    written = form.parent
    if written and written not in words and not _KEY.match(written):
        said = f'"{written}" is no parent'
        if written == POST_MORTEM:
            said = "a post-mortem is not below itself"
        allowed = in_words([*words, "a key of the same Jira such as OPS-100"])
        sheet.note((section, "parent"), said, allowed, closest(written, words))
    return written

"""Looks over what new issues are to get in a repository, for `aftermath check`: types, and fields of the organisation.

Nothing of it keeps an issue from being opened: but what is left out each time is better known before.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.github.issue_fields import PRIORITY_NAME, IssueFieldBook
from connectors.inspection import Finding, WantedTicket, good, in_short, note, wrong
from rules.refs import Place

_SHOWN_MAX = 12


def look_at_wishes(book: IssueFieldBook, place: Place, wanted: WantedTicket) -> Iterator[Finding]:
    """Each name that is not there, with those that are; a read for the types and one for the fields, where such are
    wished. Raises Temporary, Denied."""
    found = [*_type(book, place, wanted), *_fields(book, place, wanted)]
    if wanted.has_parent:
        said = (
            f"`{wanted.key}.parent` means nothing in {place.container}: there an issue is put below another by a link."
        )
        found.append(note(place.container, said))
    yield from found
    if not found and (wanted.ticket_type or wanted.is_more_than_a_type):
        yield good(place.container, f"A new issue in {place.container} gets what `{wanted.key}` says.")


def _type(book: IssueFieldBook, place: Place, wanted: WantedTicket) -> Iterator[Finding]:
    if not wanted.ticket_type:
        return
    name, types = place.container, book.types(place.container)
    if not types:
        said = f"{name} has no issue types, as far as we may see: `{wanted.key}.type` means nothing there."
        yield note(name, said, "An organisation has them, on servers that know them.")
    elif wanted.ticket_type.casefold() not in map(str.casefold, types):
        said = f"There is no issue type {wanted.ticket_type} in {name}."
        yield wrong(name, said, f"Choose under `{wanted.key}.type`: {in_short(types, _SHOWN_MAX)}.")


def _fields(book: IssueFieldBook, place: Place, wanted: WantedTicket) -> Iterator[Finding]:
    written = [(PRIORITY_NAME, name, f"{wanted.key}.priority") for name in wanted.priorities]
    written += [(name, value, f"{wanted.key}.fields") for name, value in wanted.fields]
    if not written:
        return
    fields, owner = book.fields(place.container), place.container.partition("/")[0]
    for name, value, key in dict.fromkeys(written):
        known = fields.named(name)
        if known is None:
            there = in_short((one.name for one in fields.fields), _SHOWN_MAX) or "none that we may see"
            yield wrong(place.container, f"{owner} has no issue field {name}; it has {there}.", f"Mend `{key}`.")
            continue
        try:
            known.value_of(value)
        except ValueError as unfit:
            said = f"The issue field {known.name}: {value} does not fit, {unfit}."
            yield wrong(place.container, said, f"Mend `{key}`.")

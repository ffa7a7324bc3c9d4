"""Looks whether the organisations have the names that the policy uses, for `aftermath check`: issue fields, their
options, and those of the field Priority.

One request for each owner tells all of it, once a day. GitHub answers in the same way where there are none and where
our account may not see them, so that then nothing is said against the policy.

https://docs.github.com/en/rest/orgs/issue-fields#list-issue-fields-for-an-organization
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.github.issue_fields import CHOICE, CHOICES, PRIORITY_NAME, IssueField, IssueFieldBook
from connectors.inspection import Finding, Wanted, in_short, note, wrong
from connectors.named_in_policy import not_told, own_fields, priorities, words

_WHOSE = "the organisation"
_READABLE = ", and let our account read the organisation's Issue Fields"


def name_findings(book: IssueFieldBook, wanted: Wanted, containers: Sequence[str]) -> Iterator[Finding]:
    """What is there and what is not, of all owners of these repositories together. No request where the policy asks for
    nothing of it. Raises Temporary, Denied."""
    named_priorities = (*wanted.priorities, *wanted.priority_words)
    if not containers or not (wanted.fields or named_priorities):
        return
    told = [book.fields(one) for one in dict.fromkeys(containers)]
    fields = [one for those in told for one in those.fields]
    if not fields and not all(those.is_told for those in told):
        if wanted.is_alone:
            owners = in_short(dict.fromkeys(one.partition("/")[0] for one in containers))
            why = f"GitHub tells us of no issue fields of {owners}, there being none or not for us to see"
            asked = {"the fields": wanted.fields, "the priorities": named_priorities}
            todo = "If it has some: let our account read the organisation's Issue Fields."
            yield not_told("fields", " and ".join(what for what, named in asked.items() if named), why, todo)
        return
    yield from own_fields(wanted, (one.name for one in fields), _WHOSE, _READABLE)
    if named_priorities:
        yield from _priorities(wanted, _named(fields, PRIORITY_NAME))
    for name in wanted.field_words:
        found = _named(fields, name)
        if found and all(one.kind in (CHOICE, CHOICES) for one in found):
            yield from words(wanted, name, _options(found), _WHOSE)


def _priorities(wanted: Wanted, found: list[IssueField]) -> Iterator[Finding]:
    if found:
        yield from priorities(wanted, _options(found), _WHOSE)
        return
    said = "The organisation has no issue field Priority: on GitHub no other priority is known, so none counts."
    todo = "Make that field, or say severities by labels: `severities.labels`."
    yield (wrong if wanted.is_alone else note)("priorities", said, todo)


def _named(fields: Sequence[IssueField], name: str) -> list[IssueField]:
    return [one for one in fields if one.name.casefold() == name.casefold()]


def _options(found: Sequence[IssueField]) -> list[str]:
    return [option for one in found for option in one.options]

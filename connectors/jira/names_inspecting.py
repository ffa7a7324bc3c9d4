"""Looks whether a Jira site has the names that the policy uses, for `aftermath check`: fields, options, priorities,
and whether it can have the labels.

What can be chosen is told with the fields of a new issue, for each type of each project apart, and to our account only
for what stands on a screen. So it is asked type by type, until every word was met: one request, as a rule. The lists of
a whole site's priorities are gone from Cloud, and those of its options are for administrators.

https://developer.atlassian.com/cloud/jira/platform/changelog/#CHANGE-1655
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from connectors.errors import Refused
from connectors.inspection import Finding, Wanted, in_short, looked, note, wrong
from connectors.jira.addresses import label_word
from connectors.jira.creation import CreationField, creation_field, name_of
from connectors.jira.edition import Edition
from connectors.jira.site_fields import SiteFields
from connectors.jira.understood import understood
from connectors.named_in_policy import can_stand, not_told, own_fields, priorities, words

_WHOSE = "this Jira"
_PRIORITY = "priority"
#: So many types of issue are asked about at most.
ASKED_MAX = 20

#: The ids and names of each project's types of issue, those that we open first.
Types = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class Offered:
    """What can be chosen in each field by its name in small letters, and by its id; `is_whole` says that every type was
    asked about."""

    choices: dict[str, dict[str, None]] = field(default_factory=dict)
    #: Fields that take what nobody chooses from a list: texts, numbers, people.
    open_fields: set[str] = field(default_factory=set)
    is_whole: bool = True

    def add(self, told: CreationField) -> None:
        for name in (told.name.casefold(), told.id):
            if told.allowed:
                self.choices.setdefault(name, {}).update(dict.fromkeys(_texts(told)))
            else:
                self.open_fields.add(name)

    def has(self, name: str, wanted: Iterable[str]) -> bool:
        there = self.choices.get(name.casefold()) or self.choices.get(name, {})
        return name.casefold() in self.open_fields or all(can_stand(word, there) for word in wanted)


def name_findings(edition: Edition, site: SiteFields, wanted: Wanted, types: Types) -> Iterator[Finding]:
    """What is there and what is not. One read for the names of fields, and one for each type of issue until every word
    was met; none for what the policy does not ask about. Raises nothing for Jira's trouble."""
    if wanted.fields:
        yield from looked("fields", lambda: own_fields(wanted, site.names(), _WHOSE))
    if wanted.field_words or wanted.priorities or wanted.priority_words:
        yield from looked("fields", lambda: _choices(edition, wanted, types))


def label_findings(wanted: Wanted) -> Iterator[Finding]:
    """Labels with spaces, as GitHub's often have: in Jira there are none such. Asks nobody.

    https://support.atlassian.com/jira-software-cloud/docs/label-an-issue/
    """
    for label in _without_a_twin(wanted.failure_labels):
        said = f"Labels have no spaces in Jira: no issue there can be labelled {label}, so none is a failure by that."
        todo = f"Write `{label_word(label)}` under `failure_labels:` in the policy, too."
        yield (wrong if wanted.is_alone else note)("labels", said, todo)
    if looked_for := _without_a_twin(wanted.failures_other_labels):
        said = f"Labels have no spaces in Jira: nobody can put {in_short(looked_for)} on an issue there."
        yield note(
            "labels", said, f"Where that matters, name one with hyphens in the policy, too: {_hyphened(looked_for)}."
        )
    if put_on := [label for label in wanted.labels if _has_space(label)]:
        said = (
            f"Labels have no spaces in Jira: {in_short(put_on)} is put on there with hyphens, as {_hyphened(put_on)}."
        )
        yield note("labels", said)


def _without_a_twin(labels: Sequence[str]) -> list[str]:
    """Those with spaces beside which the same with hyphens is not named."""
    named = {label.casefold() for label in labels}
    return [label for label in labels if _has_space(label) and label_word(label).casefold() not in named]


def _has_space(label: str) -> bool:
    return len(label.split()) > 1


def _hyphened(labels: Iterable[str]) -> str:
    return in_short(map(label_word, labels))


def _choices(edition: Edition, wanted: Wanted, types: Types) -> Iterator[Finding]:
    try:
        offered = _fetch_offered(edition, wanted, types)
    except Refused as refused:  # not for our account to see; and a Data Center before 8.4 has no such list
        if refused.status == HTTPStatus.UNAUTHORIZED:
            raise
        yield not_told("fields", "the words", f"Jira does not tell what can be chosen ({refused})")
        return
    yield from _priorities(wanted, offered, types)
    for name in wanted.field_words:
        yield from _words_of(wanted, name, offered, types)


def _priorities(wanted: Wanted, offered: Offered, types: Types) -> Iterator[Finding]:
    there = offered.choices.get(_PRIORITY, {})
    if not (wanted.priorities or wanted.priority_words):
        return
    if there and (offered.is_whole or _all_met(wanted, offered)):
        yield from priorities(wanted, there, _WHOSE)
    else:
        todo = "Look at the names under Priorities in Jira's settings."
        yield not_told("priorities", "the priorities", _why(offered, "a priority", types), todo)


def _words_of(wanted: Wanted, name: str, offered: Offered, types: Types) -> Iterator[Finding]:
    there = offered.choices.get(name.casefold()) or offered.choices.get(name)
    is_met = offered.has(name, wanted.field_words[name])
    if there and (offered.is_whole or is_met):
        yield from words(wanted, name, there, _WHOSE)
    elif name.casefold() not in offered.open_fields and name not in offered.open_fields:
        yield not_told("fields", f"the words of the field {name}", _why(offered, "the field", types))


def _why(offered: Offered, what: str, types: Types) -> str:
    if not offered.is_whole:
        return f"only {ASKED_MAX} types of issue were asked about"
    return f"no new issue in {in_short(types) or 'a project'} can be given {what}"


def _fetch_offered(edition: Edition, wanted: Wanted, types: Types) -> Offered:
    """Type by type until every word was met. Raises Denied, Gone, Refused, Temporary."""
    offered = Offered()
    kinds = [(project, type_id) for project, those in types.items() for type_id in those]
    for project, type_id in kinds[:ASKED_MAX]:
        with understood(f"the fields of a new issue in {project}"):
            for told in map(creation_field, edition.creation_fields(project, type_id)):
                offered.add(told)
        if _all_met(wanted, offered) and all(offered.has(*one) for one in wanted.field_words.items()):
            return offered
    offered.is_whole = len(kinds) <= ASKED_MAX
    return offered


def _all_met(wanted: Wanted, offered: Offered) -> bool:
    """Whether every priority that is named was met."""
    there = offered.choices.get(_PRIORITY, {})
    folded = {name.casefold() for name in there}
    return all(name.casefold() in folded for name in wanted.priorities) and all(
        word in there for word in wanted.priority_words
    )


def _texts(told: CreationField) -> Iterator[str]:
    """What can be chosen, as it is read from an issue: in a cascade each choice, and each with what is below it."""
    for one in told.allowed:
        above = name_of(one)
        yield above
        yield from (f"{above} / {name_of(below)}" for below in one.get("children") or ())

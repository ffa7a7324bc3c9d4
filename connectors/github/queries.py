"""The GraphQL queries that read issues, each for several at once.

Values are variables, always: nothing of a ticket is ever part of a query's text (P11). An issue is asked for by its
repository and number and not by a node id: the address is what we have at first sight and after a lost database, and a
renamed repository is followed.

What a query may bring, by GitHub's arithmetic (the node limit is 500,000): an issue's labels 100, assignees 20,
sub-issues 100, edits 50, comments 100, events 100, so 470 nodes, and 9,400 for twenty issues. What it costs: six lists
an issue, 120 for twenty; a hundred are one point of 5,000 an hour. The next pages of twenty issues: 200 nodes each.
Fields of the organisation's own, where the policy asks about any, are one list more of 50.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
https://docs.github.com/en/graphql/reference/objects#issue
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

AT_ONCE_MAX = 20

#: The events that are asked for, with REST's word for each, and what is asked of each beside actor and moment.
EVENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "AssignedEvent": ("assigned", "assignee { ...Somebody }"),
        "ClosedEvent": ("closed", "stateReason"),
        "ConnectedEvent": ("connected", ""),
        "CrossReferencedEvent": ("cross-referenced", "source { ...Source }"),
        "DemilestonedEvent": ("demilestoned", ""),
        "DisconnectedEvent": ("disconnected", ""),
        "LabeledEvent": ("labeled", "label { name }"),
        "LockedEvent": ("locked", ""),
        "MarkedAsDuplicateEvent": ("marked_as_duplicate", ""),
        "MilestonedEvent": ("milestoned", ""),
        "ParentIssueAddedEvent": ("parent_issue_added", "parent { ...Named }"),
        "ParentIssueRemovedEvent": ("parent_issue_removed", ""),
        "PinnedEvent": ("pinned", ""),
        "ReferencedEvent": ("referenced", "commit { oid }"),
        "RenamedTitleEvent": ("renamed", "previousTitle currentTitle"),
        "ReopenedEvent": ("reopened", ""),
        "SubIssueAddedEvent": ("sub_issue_added", "subIssue { ...Named }"),
        "SubIssueRemovedEvent": ("sub_issue_removed", "subIssue { ...Named }"),
        "TransferredEvent": ("transferred", ""),
        "UnassignedEvent": ("unassigned", "assignee { ...Somebody }"),
        "UnlabeledEvent": ("unlabeled", "label { name }"),
        "UnlockedEvent": ("unlocked", ""),
        "UnmarkedAsDuplicateEvent": ("unmarked_as_duplicate", ""),
        "UnpinnedEvent": ("unpinned", ""),
    }
)
#: Which of them an Enterprise Server from before sub-issues does not know.
_LATE_EVENTS = frozenset(
    {"ParentIssueAddedEvent", "ParentIssueRemovedEvent", "SubIssueAddedEvent", "SubIssueRemovedEvent"}
)

_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: By name. What is in capitals is filled in for the server that is asked.
_FRAGMENTS: Mapping[str, str] = MappingProxyType(
    {
        "Ticket": """fragment Ticket on Issue {
  id ID number url title body state REASON createdAt updatedAt closedAt
  author { ...Somebody }
  labels(first: 100) { nodes { name } }
  assignees(first: 20) { nodes { ...Somebody } }
  LINKS
  VALUES
  lastEditedAt
  editor { ...Somebody }
  userContentEdits(first: 50) { nodes { editedAt editor { ...Somebody } } }
  comments(first: 100, orderBy: {field: UPDATED_AT, direction: DESC}) { ...Comments }
  timelineItems(last: 100, itemTypes: [TYPES]) { ...Events }
}""",
        "Comments": """fragment Comments on IssueCommentConnection {
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes { ID author { ...Somebody } body createdAt updatedAt }
}""",
        "Events": """fragment Events on IssueTimelineItemsConnection {
  pageInfo { hasPreviousPage startCursor }
  nodes { __typename ... on Node { id } EVENTS }
}""",
        "Source": """fragment Source on ReferencedSubject {
  __typename
  ... on Issue { number author { ...Somebody } repository { nameWithOwner isPrivate } }
  ... on PullRequest { number author { ...Somebody } repository { nameWithOwner isPrivate } }
}""",
        "Named": "fragment Named on Issue { number repository { nameWithOwner isPrivate } }",
        "Somebody": "fragment Somebody on Actor { __typename login }",
    }
)
_LINKS = "parent { ...Named } subIssues(first: 100) { nodes { ...Named } }"
#: What stands in the fields that an organisation made; each kind under a name of its own, as their types differ.
_VALUES = (
    "issueFieldValues(first: 50) { nodes { __typename "
    "... on IssueFieldValueCommon { field { ... on IssueFieldCommon { name } } } "
    "... on IssueFieldTextValue { text: value } ... on IssueFieldNumberValue { number: value } "
    "... on IssueFieldDateValue { day: value } ... on IssueFieldSingleSelectValue { choice: name } "
    "... on IssueFieldMultiSelectValue { choices: options { name } } } }"
)
_USED = re.compile(r"\.\.\.([A-Z]\w+)")


@lru_cache(maxsize=64)
def tickets_query(count: int, *, is_old: bool = False, with_values: bool = False) -> str:
    """Reads `count` issues, `t0` and so on, of the variables `$o0` (owner), `$n0` (name) and `$i0` (number). With
    `is_old` for a server that has no sub-issues, and no ids of more than 32 bits; `with_values` asks for what stands in
    fields of the organisation's own, too."""
    given = [f"$o{at}: String!, $n{at}: String!, $i{at}: Int!" for at in range(count)]
    asked = [
        f"t{at}: repository(owner: $o{at}, name: $n{at}) "
        f"{{ nameWithOwner isPrivate visibility issue(number: $i{at}) {{ ...Ticket }} }}"
        for at in range(count)
    ]
    return _query(given, asked, is_old=is_old, with_values=with_values)


@lru_cache(maxsize=64)
def pages_query(comments: int, events: int, *, is_old: bool = False) -> str:
    """Reads the next pages of issues whose node ids are known: `c0` and so on, comments of `$ci0` behind the cursor
    `$ca0`; `e0` and so on, events of `$ei0` before the cursor `$eb0`."""
    given = [f"$ci{at}: ID!, $ca{at}: String!" for at in range(comments)]
    given += [f"$ei{at}: ID!, $eb{at}: String!" for at in range(events)]
    asked = [
        f"c{at}: node(id: $ci{at}) {{ ... on Issue {{ comments(first: 100, after: $ca{at}, "
        f"orderBy: {{field: UPDATED_AT, direction: DESC}}) {{ ...Comments }} }} }}"
        for at in range(comments)
    ]
    asked += [
        f"e{at}: node(id: $ei{at}) {{ ... on Issue {{ timelineItems(last: 100, before: $eb{at}, "
        f"itemTypes: [TYPES]) {{ ...Events }} }} }}"
        for at in range(events)
    ]
    return _query(given, asked, is_old=is_old)


def _query(given: Sequence[str], asked: Sequence[str], *, is_old: bool, with_values: bool = False) -> str:
    """The query with the fragments that it uses, and no others: one that is not used is an error."""
    wanted = "\n  ".join(asked)
    text = f"query({', '.join(given)}) {{\n  {wanted}\n}}"
    used: dict[str, None] = {}
    waiting = [text]
    while waiting:
        for name in _USED.findall(_filled(waiting.pop(), is_old=is_old)):
            if name not in used:
                used[name] = None
                waiting.append(_FRAGMENTS[name])
    whole = "\n".join([text, *(_FRAGMENTS[name] for name in used)])
    return _filled(whole, is_old=is_old).replace("  VALUES\n", f"  {_VALUES}\n" if with_values else "")


def _filled(text: str, *, is_old: bool) -> str:
    kinds = [kind for kind in EVENTS if not (is_old and kind in _LATE_EVENTS)]
    events = " ".join(f"... on {kind} {{ createdAt actor {{ ...Somebody }} {EVENTS[kind][1]} }}" for kind in kinds)
    text = re.sub(r"\bTYPES\b", ", ".join(_CAPITALS.sub("_", kind).upper() for kind in kinds), text)
    text = re.sub(r"\bEVENTS\b", events, text)
    text = re.sub(r"\bLINKS\b", "" if is_old else _LINKS, text)
    text = re.sub(r"\bREASON\b", "stateReason" if is_old else "stateReason(enableDuplicate: true)", text)
    return re.sub(r"\bID\b(?!!)", "databaseId" if is_old else "fullDatabaseId", text)


#: One of each kind, as it is sent: what is held against GitHub's published schema.
TICKETS_QUERY = tickets_query(2)
OLD_TICKETS_QUERY = tickets_query(2, is_old=True)
PAGES_QUERY = pages_query(1, 1)
OLD_PAGES_QUERY = pages_query(1, 1, is_old=True)

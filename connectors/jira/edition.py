"""What differs between Jira Cloud and Jira Data Center: the form of texts and people, and the questions for which each
has its own paths. Everything else in this folder is the same for both, and asks an `Edition` where it is not.

An edition decides nothing and remembers only what cannot change. It never writes.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from connectors.jira.site_pages import SitePages

Json = dict[str, Any]

CLOUD, DATA_CENTER = "cloud", "data-center"


class Edition(Protocol):
    """One site's way of being asked. What asks raises connectors.errors as `JiraClient` does, and KeyError, TypeError,
    ValueError or AttributeError for a strange answer, which `understood` turns into one of them."""

    #: CLOUD or DATA_CENTER.
    kind: str
    #: The field of a user object, and of what is sent, that says who somebody is.
    account_field: str
    #: Whether our own comments can be edited without mail to the watchers.
    edits_comments_silently: bool
    #: Whether a comment says of itself that a service desk's customers do not see it, rather than in a property.
    tells_internal: bool
    #: Whether one field takes the parent of a sub-task and the epic of any other issue.
    has_one_parent_field: bool
    #: Where people mend things there.
    pages: SitePages

    def body_of(self, markdown: str) -> Any:
        """A text as the site takes it in a description or a comment."""

    def markdown_of(self, body: Any) -> str:
        """A description or a comment as the site gives it, in Markdown. Never raises."""

    def search(self, jql: str, fields: Sequence[str], most: int) -> Iterator[list[Json]]:
        """Issues by JQL, page by page, at most `most` a page, with our property where our account made them. The index
        may lag behind."""

    def issue(self, name: str, fields: Sequence[str]) -> Json:
        """One issue by key or id as it is now, with our property, all its comments and its newest changes. One that
        moved comes under its new key. Raises Gone."""

    def issues(self, names: Sequence[str], fields: Sequence[str], *, has_changelog: bool = False) -> list[Json]:
        """Issues by key or id as they are now, with our property, in the fewest requests; those that are not there, or
        hidden, are left out, and so may be those that moved. A hundred at most. `has_changelog` reads whole tickets:
        then those are left out too that could not be read together with the others."""

    def after(self, project: str, number: int, fields: Sequence[str]) -> Iterator[list[Json]]:
        """All issues of a project whose number is above, as they are now and not by the index alone."""

    def histories(self, issues: Sequence[Json]) -> dict[str, list[Json]]:
        """The whole changelogs, by issue id, of issues that came with a part of them."""

    def comment_properties(self, comments: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """The entity properties of comments, by comment id; `comments` are their ids by their issue's key or id."""

    def may_edit(self, project_id: int, project: str, account: str) -> bool:
        """Whether an account has EDIT_ISSUES in a project. Raises Denied (403) where that is not ours to ask."""

    def find_user(self, account: str, known_id: str = "") -> Json:
        """Somebody's user object; with an id that stays, of whoever has that. Raises Gone where there is nobody."""

    def assignable(self, project: str, most: int, account: str = "") -> list[Json]:
        """User objects of those who can be given an issue there: all, or of one account."""

    def creation_fields(self, project: str, type_id: str) -> list[Json]:
        """The fields of a new issue of a type, each with `fieldId` and perhaps `name` and `allowedValues`."""

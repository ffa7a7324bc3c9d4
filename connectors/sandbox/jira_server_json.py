"""The world in Jira Data Center's JSON: people by user name and key, texts as wiki markup.

What Cloud alone has (account ids and kinds, hierarchy levels, `jsdPublic`, the field ids in a changelog) is not there.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import quote

from connectors.sandbox.jira_adf import text_of
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.world import CommentState, PlaceState, TicketState

#: Fields that a ticket has in Cloud alone.
CLOUD_FIELDS = frozenset({"statuscategorychangedate"})


class JiraServerJson(JiraJson):
    """Renders one site of a Data Center."""

    api: ClassVar[str] = "rest/api/2"
    remote_link_change: ClassVar[tuple[str, str]] = ("RemoteIssueLink", "This issue")
    rich_text: Any = staticmethod(text_of)

    def user(self, account: str) -> Json:
        """Somebody as they stand in tickets. Of one who was deleted the name alone is left."""
        person = self.site.accounts.get(account)
        picture = f"{self.base_url}/secure/useravatar?ownerId={quote(self.person_id(account))}"
        sizes = {"48x48": "", "24x24": "&size=small", "16x16": "&size=xsmall", "32x32": "&size=medium"}
        return {
            "self": self.url(f"user?username={quote(account)}"),
            "name": account,
            "key": self.person_id(account),
            **({"emailAddress": f"{account}@example.com"} if person else {}),
            "avatarUrls": {size: f"{picture}{more}" for size, more in sizes.items()},
            "displayName": person.name if person else account,
            "active": bool(person and person.is_active),
            "timeZone": "Etc/UTC",
        }

    def whole_user(self, account: str) -> Json:
        """Somebody as they are shown by themselves."""
        groups: Json = {"size": 1, "items": []}
        more = {"deleted": False, "locale": "en_US", "groups": groups, "applicationRoles": groups}
        return {**self.user(account), **more, "expand": "groups,applicationRoles"}

    def person_id(self, account: str) -> str:
        """The user key, which stays when the user name changes; for one who is gone, the name."""
        person = self.site.accounts.get(account)
        return f"JIRAUSER{person.number}" if person else account

    def change(self, item: Json) -> Json:
        return {name: value for name, value in item.items() if name != "fieldId"}

    def project(self, place: PlaceState) -> Json:
        return {name: value for name, value in super().project(place).items() if name != "simplified"}

    def issue_type(self, name: str) -> Json:
        shown = {key: value for key, value in super().issue_type(name).items() if key != "hierarchyLevel"}
        return shown | {"avatarId": 10318}

    def fields(
        self, ticket: TicketState, names: Iterable[str], viewer: str | None = None, comments_max: int = 5000
    ) -> Json:
        return super().fields(ticket, [name for name in names if name not in CLOUD_FIELDS], viewer, comments_max)

    def _long_field(self, ticket: TicketState, name: str, viewer: str | None, comments_max: int) -> Any:
        if name == "description":
            return text_of(ticket.body) or None
        return super()._long_field(ticket, name, viewer, comments_max)

    def comment(self, ticket: TicketState, comment: CommentState, *, with_properties: bool = False) -> Json:
        shown = super().comment(ticket, comment, with_properties=with_properties)
        del shown["jsdPublic"]
        if comment.visibility:
            shown["visibility"] = {name: comment.visibility[name] for name in ("type", "value")}
        return shown | {"body": text_of(comment.body)}

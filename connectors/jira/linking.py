"""Links from a ticket to another: issue links within one site, remote links to everywhere else.

Both may be sent again: Jira answers a repeated issue link as if it were new and keeps one, and a remote link
with the same global id is updated.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-links/#api-rest-api-3-issuelink-post
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-remote-links/#api-rest-api-3-issue-issueidorkey-remotelink-post
"""

from __future__ import annotations

import re
from typing import Any

from connectors.errors import Gone, Refused
from connectors.jira.addresses import is_issue_name, issue_name
from connectors.jira.client import JiraClient
from connectors.jira.understood import understood
from connectors.jira.writing import summary_of
from connectors.tracker import Link
from rules.refs import TicketRef

#: Our words to the names that Jira ships with; a site may have renamed its own. A sub-issue is only related:
#: Jira has sub-tasks, but a ticket of another type cannot become one.
_TYPES = {"relates": "Relates", "sub-issue": "Relates", "blocks": "Blocks", "duplicates": "Duplicate"}
_URL = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)


class TicketLinker:
    """Makes links. Thread-safe."""

    def __init__(self, client: JiraClient, tracker: str) -> None:
        self._client = client
        self._tracker = tracker

    def link(self, ref: TicketRef, link: Link) -> bool:
        """Link `ref` to the target. One write; where the site calls its link types otherwise, one more and a read.
        Whether it was made now, as far as Jira says so: of issue links it does not."""
        if link.target.tracker == self._tracker and is_issue_name(link.target.key):
            self._link_issues(ref, link)
            return True
        return self._link_url(ref, link)

    def _link_issues(self, ref: TicketRef, link: Link) -> None:
        wanted = _TYPES.get(link.relation, link.relation)
        try:
            self._post(ref, link, wanted)
        except Gone as gone:
            # 404 is said of a missing issue, of a missing right and of a missing link type alike.
            other = self._type_named(link.relation, wanted)
            if other == wanted:
                raise Gone(str(gone), status=gone.status) from None
        else:
            return
        self._post(ref, link, other)

    def _post(self, ref: TicketRef, link: Link, type_name: str) -> None:
        # The inward issue is the one that "blocks"; the names are those of Jira's API.
        body = {
            "type": {"name": type_name},
            "inwardIssue": _end(issue_name(ref)),
            "outwardIssue": _end(issue_name(link.target)),
        }
        self._client.write("POST", "issueLink", body)

    def _type_named(self, relation: str, wanted: str) -> str:
        """The site's link type that means the relation. Raises Refused, naming those that there are."""
        answer = self._client.get("issueLinkType")
        with understood("link types"):
            types: list[dict[str, Any]] = list(answer["issueLinkTypes"])
            for name in ("name", "outward", "inward"):
                for one in types:
                    if relation.casefold() in str(one.get(name) or "").casefold():
                        return str(one["name"])
            there = ", ".join(str(one["name"]) for one in types)
        raise Refused(f"the site has no link type {wanted!r}; it has {there or 'none'}")

    def _link_url(self, ref: TicketRef, link: Link) -> bool:
        if not _URL.fullmatch(link.url):
            raise Refused(f"{link.target} cannot be linked: its address {link.url!r} is no web address")
        body = {
            "globalId": f"aftermath:{link.key}"[:255],
            "relationship": link.relation,
            "object": {"url": link.url, "title": summary_of(link.title) or link.url[:255]},
        }
        return self._client.put_there(f"issue/{issue_name(ref)}/remotelink", body)


def _end(name: str) -> dict[str, str]:
    return {"id": name} if name.isdigit() else {"key": name}

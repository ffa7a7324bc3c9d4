"""Who may see what on a Jira Data Center, and the words in which it says no.

It hides less than Cloud: whoever is logged in learns by a 403 that there is a ticket that they may not see, and
somebody who is not is told to log in (401).

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getIssue
"""

from __future__ import annotations

from connectors.sandbox.http import ApiError
from connectors.sandbox.jira_desk import JiraDesk, refusal
from connectors.sandbox.world import TicketState

_NOT_SEEN = "You do not have the permission to see the specified issue."
LOG_IN = "You are not authenticated. Authentication required to perform this operation."
#: What Data Center asks of somebody whom it wants to log in.
CHALLENGE = {"WWW-Authenticate": 'OAuth realm="http%3A%2F%2F127.0.0.1"'}


def log_in() -> ApiError:
    """The refusal for somebody who is not logged in."""
    error = refusal(401, LOG_IN)
    error.headers.update(CHALLENGE)
    return error


class JiraServerDesk(JiraDesk):
    """One site as its accounts may see it."""

    def ticket(self, account: str | None, id_or_key: str) -> TicketState:
        """A ticket by id or key, a former key too. Raises ApiError 404 where there is none, 403 and 401 where it is
        not for this account."""
        found = self.lookup(account, id_or_key)
        if found is not None:
            return found
        uid = int(id_or_key) if id_or_key.isdigit() else self.site.by_key.get(id_or_key.upper())
        if uid not in self.site.tickets:
            raise refusal(404, "Issue Does Not Exist")
        if account is None:
            raise refusal(401, _NOT_SEEN, "Login Required")
        raise refusal(403, _NOT_SEEN)

    def demand(self, account: str | None, ticket: TicketState, permission: str, status: int) -> None:
        """Raise ApiError with that status unless the account has the permission there."""
        if permission not in self.permissions(account, ticket.container):
            raise refusal(status, f"You do not have the permission ({permission}) for the issue {ticket.key}.")

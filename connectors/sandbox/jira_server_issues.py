"""Tickets, comments, links and transitions as a Data Center has them, where that is not as in Cloud.

A ticket comes with all its comments and with its whole changelog, oldest change first: there is no paging through
changes, and no limit was ever documented. A comment's properties come with a list that is asked for them
(`expand=properties`, which works although the reference names `renderedBody` alone). Whoever edits a comment mails the
watchers: there is no `notifyUsers`.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue
"""

from __future__ import annotations

from typing import Any, ClassVar

from connectors.sandbox.http import ApiError, Request, Response
from connectors.sandbox.jira_comments import JiraComments
from connectors.sandbox.jira_desk import record, refusal
from connectors.sandbox.jira_fields import TOO_LONG, Dialect, Wrong
from connectors.sandbox.jira_issue_view import JiraIssueView, Selection
from connectors.sandbox.jira_issues import JiraIssues
from connectors.sandbox.jira_json import Json
from connectors.sandbox.jira_links import JiraLinks
from connectors.sandbox.jira_server_fields import SERVER, read_user, read_wiki
from connectors.sandbox.jira_workflow import JiraWorkflow
from connectors.sandbox.world import TicketState

#: What Data Center shows as the size of a page that nobody limited.
EVERYTHING = 1_048_576


class JiraServerIssueView(JiraIssueView):
    """Tickets as a viewer asked for them, never cut short."""

    def one(self, ticket: TicketState, viewer: str | None, selection: Selection) -> Json:
        shown = self._shown(ticket, viewer, selection, EVERYTHING, EVERYTHING)
        if selection.has_changelog:
            shown["changelog"]["histories"].reverse()
        return shown

    def in_bulk(self, ticket: TicketState, viewer: str | None, selection: Selection) -> Json:
        return self.one(ticket, viewer, selection)


class JiraServerIssues(JiraIssues):
    """Handlers for tickets."""

    dialect: ClassVar[Dialect] = SERVER

    def assign(self, request: Request, key: str) -> Response:
        """204. A null name leaves nobody assigned.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-assign
        """
        ticket = self._desk.ticket(request.account, key)
        self._desk.demand(request.account, ticket, "ASSIGN_ISSUES", 401)
        try:
            account = read_user(self._desk.site, record(request))
        except Wrong as wrong:
            raise refusal(400, errors={"assignee": str(wrong)}) from None
        self._desk.site.assign(request.account or "", ticket.key, (account,) if account else ())
        return Response(204)


class JiraServerComments(JiraComments):
    """Handlers for comments and their properties."""

    page_default: ClassVar[int] = EVERYTHING
    page_max: ClassVar[int] = EVERYTHING
    lists_properties: ClassVar[bool] = True

    @staticmethod
    def _text(body: dict[str, Any]) -> str:
        """The comment's wiki markup. Raises ApiError 400."""
        try:
            text = read_wiki(body.get("body"))
        except Wrong as wrong:
            if str(wrong) == TOO_LONG:
                raise refusal(400, errors={"comment": TOO_LONG}) from None
            raise refusal(400, "Can not deserialize instance of java.lang.String out of START_OBJECT token") from None
        if not text.strip():
            raise refusal(400, errors={"comment": "Comment body can not be empty!"})
        return text


class JiraServerLinks(JiraLinks):
    """Handlers for links."""

    def _end(self, account: str | None, body: dict[str, Any], side: str) -> TicketState:
        """A ticket that the account may not see is not there, for once.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issueLink-linkIssues
        """
        try:
            return super()._end(account, body, side)
        except ApiError as error:
            if error.status == 403:
                error.status = 404
            raise


class JiraServerWorkflow(JiraWorkflow):
    """Handlers for transitions."""

    dialect: ClassVar[Dialect] = SERVER

    def _not_offered(self, ticket: TicketState, number: str) -> ApiError:
        return refusal(
            400,
            f"It seems that you have tried to perform a workflow operation ({number}) that is not valid for the "
            f"current state of this issue ({ticket.key}). The likely cause is that somebody has changed the issue "
            "recently, please look at the issue history for details.",
        )

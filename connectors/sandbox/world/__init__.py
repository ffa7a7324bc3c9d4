"""The trackers' state in one plain model: people, places, tickets, comments, history, links.

The same world stands behind the HTTP sandbox and behind the in-memory tracker of the simulator. It
knows no HTTP and no vendor's JSON; it reads time from the clock it is given. Bodies are opaque: a
string for GitHub, an ADF document for Jira Cloud, wiki markup for Jira Data Center, Markdown in the simulator.

Every change goes through `Site`, whose parts lie in files of their own; a new part of a tracker (its
state, and what is done to it) is a new file here.
"""

from connectors.sandbox.world.account import Account
from connectors.sandbox.world.commit import DEFAULT_BRANCH, CommitState
from connectors.sandbox.world.custom_field import CustomField
from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.happening import Happening, Listener, PlaceHappening, PlaceListener
from connectors.sandbox.world.letters import LetterState
from connectors.sandbox.world.organisation import IssueFieldState, OrganisationState, day_of
from connectors.sandbox.world.place import STRICT_WORKFLOW, PlaceState, WorkflowStep
from connectors.sandbox.world.site import Site
from connectors.sandbox.world.ticket import CommentState, HistoryEntry, LinkState, TicketState
from connectors.sandbox.world.world import World

__all__ = [
    "DEFAULT_BRANCH",
    "STRICT_WORKFLOW",
    "Account",
    "CommentState",
    "CommitState",
    "CustomField",
    "Happening",
    "HistoryEntry",
    "IssueFieldState",
    "LetterState",
    "LinkState",
    "Listener",
    "OrganisationState",
    "PlaceHappening",
    "PlaceListener",
    "PlaceState",
    "Site",
    "TicketState",
    "WorkflowStep",
    "World",
    "WorldError",
    "day_of",
]

"""What is known of a case, as frozen data: the only thing that deciding looks at.

A tracker's answer is parsed into these once, by its connector. Times are aware and in UTC.
Texts are Markdown, whatever the tracker stores. Nothing here is ever written back.
"""

from rules.facts.actions import ActionItem, ActionTicket
from rules.facts.actors import Actor, ActorKind, Audience, Level, Readership
from rules.facts.adoptions import LET_GO, Adoption, LetGo
from rules.facts.cases import Case, Closing, Earlier, GoneTicket, Twin
from rules.facts.changes import PROGRESS_KINDS, Change, ChangeKind
from rules.facts.commands import Command
from rules.facts.comments import Comment, Marker
from rules.facts.tickets import Resolution, Status, Ticket, TicketLink

__all__ = [
    "LET_GO",
    "PROGRESS_KINDS",
    "ActionItem",
    "ActionTicket",
    "Actor",
    "ActorKind",
    "Adoption",
    "Audience",
    "Case",
    "Change",
    "ChangeKind",
    "Closing",
    "Command",
    "Comment",
    "Earlier",
    "GoneTicket",
    "LetGo",
    "Level",
    "Marker",
    "Readership",
    "Resolution",
    "Status",
    "Ticket",
    "TicketLink",
    "Twin",
]

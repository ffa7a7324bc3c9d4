"""A policy as frozen data: what is to happen when, and to whom.

Made by `rules.language` from YAML, or by tests directly. The loader has checked everything that can be
known before running, so deciding never meets an unknown name.
"""

from rules.policy.absences import Away
from rules.policy.doing import (
    AssignDo,
    CloseDo,
    Do,
    FileDo,
    KeepDo,
    LabelDo,
    LinkDo,
    LookBackDo,
    NotifyDo,
    OpenDo,
    SayDo,
)
from rules.policy.item_words import ItemWords
from rules.policy.override import Override
from rules.policy.people import People, Person, StandIn, Team
from rules.policy.policy import Policy
from rules.policy.rule import Ladder, Rule, Rung
from rules.policy.settings import Limits, Routing, Severities, Shelf
from rules.policy.terms import Anchor, Named, Part, Phase, Recipient, Reset, Role, Subject

__all__ = [
    "Anchor",
    "AssignDo",
    "Away",
    "CloseDo",
    "Do",
    "FileDo",
    "ItemWords",
    "KeepDo",
    "LabelDo",
    "Ladder",
    "Limits",
    "LinkDo",
    "LookBackDo",
    "Named",
    "NotifyDo",
    "OpenDo",
    "Override",
    "Part",
    "People",
    "Person",
    "Phase",
    "Policy",
    "Recipient",
    "Reset",
    "Role",
    "Routing",
    "Rule",
    "Rung",
    "SayDo",
    "Severities",
    "Shelf",
    "StandIn",
    "Subject",
    "Team",
]

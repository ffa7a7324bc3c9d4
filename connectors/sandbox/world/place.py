"""A repository or a project, as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.world.commit import CommitState
from connectors.sandbox.world.custom_field import CustomField


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One transition of a workflow: what it is called, from which statuses it leads (from any, when none is named), to
    which one, and the fields that its screen demands: the resolution, and fields of the site's own by their ids."""

    name: str
    sources: tuple[str, ...]
    target: str
    required: tuple[str, ...] = ()


#: A workflow in which nothing is done that was not begun, and where who ends it has to say how.
STRICT_WORKFLOW = (
    WorkflowStep("Start Progress", ("To Do",), "In Progress"),
    WorkflowStep("Stop Progress", ("In Progress",), "To Do"),
    WorkflowStep("Resolve", ("In Progress",), "Done", required=("resolution",)),
    WorkflowStep("Reopen", ("Done",), "To Do"),
)


@dataclass(slots=True)
class PlaceState:
    """A repository or project. `statuses` (name to category) and all that comes after it matter for Jira only. A place
    without a workflow lets a ticket go from every status to every status. `levels` is the project's scheme of security
    levels, by the level's id the accounts that are of it; `default_level` is what a new ticket gets that names none.
    `priorities` are what can be chosen, none where the field is on no screen; `sub_task_types` are those of tickets
    that must have a parent, and `custom_fields` what else stands on its screens."""

    container: str
    number: int
    is_public: bool = False
    is_archived: bool = False
    has_issues: bool = True
    labels: dict[str, str] = field(default_factory=dict)
    ticket_types: tuple[str, ...] = ("Task", "Bug")
    statuses: dict[str, str] = field(
        default_factory=lambda: {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
    )
    workflow: tuple[WorkflowStep, ...] = ()
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    default_level: str = ""
    priorities: tuple[str, ...] = ()
    sub_task_types: tuple[str, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()
    is_service_desk: bool = False
    last_number: int = 0
    commits: list[CommitState] = field(default_factory=list)

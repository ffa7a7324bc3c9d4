"""A repository or a project, as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.world.commit import CommitState


@dataclass(slots=True)
class PlaceState:
    """A repository or project. `statuses` (name to category) and `levels` matter for Jira only: `levels` is the
    project's scheme of security levels, by the level's id the accounts that are of it; `default_level` is what a new
    ticket gets that names none."""

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
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    default_level: str = ""
    last_number: int = 0
    commits: list[CommitState] = field(default_factory=list)

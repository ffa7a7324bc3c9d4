"""What every Jira site calls things by, as Jira ships."""

from __future__ import annotations

#: The type of tickets below which others stand.
EPIC = "Epic"
#: GitHub's words, which the world uses, to the names of Jira's resolutions.
RESOLUTIONS = {"completed": "Done", "not_planned": "Won't Do", "duplicate": "Duplicate"}
#: Name, inward and outward description. The ticket that a link is stored with is the outward one's speaker.
LINK_TYPES = (
    ("Blocks", "is blocked by", "blocks"),
    ("Cloners", "is cloned by", "clones"),
    ("Duplicate", "is duplicated by", "duplicates"),
    ("Relates", "relates to", "relates to"),
)

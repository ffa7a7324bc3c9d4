"""Where failures are labelled, and where post-mortems and actions are opened: for these requests are counted."""

from __future__ import annotations

from dataclasses import dataclass

from rules.refs import Place
from worker.sandbox import PROJECT, REPOSITORY, JiraEdition

SHOP, OPS = Place("github", REPOSITORY), Place("jira", PROJECT)


@dataclass(frozen=True)
class Layout:
    """`post_mortems` and `actions` are None where they stay beside the failure; `edition` is that of Jira."""

    name: str
    failures: tuple[Place, ...]
    post_mortems: Place | None = None
    actions: Place | None = None
    edition: JiraEdition = "cloud"

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place, each once."""
        routed = (place for place in (self.post_mortems, self.actions) if place)
        return tuple(dict.fromkeys((*self.failures, *routed)))

    def tracker_of(self, role: str) -> str:
        """Where the failure, the post-mortem or an action is."""
        routed = {"post-mortem": self.post_mortems, "action": self.actions}.get(role)
        return (routed or self.failures[0]).tracker

    def configured(self, text: str) -> str:
        """The company's configuration with this layout in place of its own."""
        lines = [line for line in text.splitlines() if not line.startswith(("watch:", "post_mortems:", "actions:"))]
        lines.append(f"watch: {[str(place) for place in self.failures]}")
        for key, place in (("post_mortems", self.post_mortems), ("actions", self.actions)):
            if place:
                lines.append(f'{key}: {{place: "{place}"}}')
        return "\n".join(lines) + "\n"


GITHUB = Layout("GitHub only", (SHOP,))
GITHUB_AND_CLOUD = Layout("GitHub, post-mortem in Jira Cloud", (SHOP,), OPS, SHOP)
CLOUD = Layout("Jira Cloud only", (OPS,))
GITHUB_AND_DATA_CENTER = Layout("GitHub, post-mortem in Jira Data Center", (SHOP,), OPS, SHOP, "data-center")
LAYOUTS = (GITHUB, GITHUB_AND_CLOUD, CLOUD, GITHUB_AND_DATA_CENTER)

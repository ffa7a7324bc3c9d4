"""The directions: where failures are labelled, where post-mortems and where actions are opened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rules.refs import Place

SHOP, OPS = Place("github", "acme/shop"), Place("jira", "OPS")


@dataclass(frozen=True)
class Direction:
    """One way to set Aftermath up. Without a place, tickets are opened beside the failure.

    `also_watched` are further places where failures may be labelled. With `has_people` there is a people file;
    `public` are repositories that everybody may read, `edition` is that of every Jira.
    """

    failure: Place
    post_mortems: Place | None = None
    actions: Place | None = None
    also_watched: tuple[Place, ...] = ()
    has_people: bool = True
    public: frozenset[Place] = field(default_factory=frozenset)
    edition: str = "cloud"

    def __str__(self) -> str:
        told = f"{self.failure} to {self.place_of('post-mortem')} and {self.place_of('action')}"
        return told if self.edition == "cloud" else f"{told}, {self.edition}"

    @property
    def watched(self) -> tuple[Place, ...]:
        return (self.failure, *self.also_watched)

    @property
    def places(self) -> tuple[Place, ...]:
        """Everywhere that anything of it happens, each once."""
        routed = (place for place in (self.post_mortems, self.actions) if place)
        return tuple(dict.fromkeys((*self.watched, *routed)))

    def place_of(self, role: str) -> Place:
        """Where the failure, the post-mortem or an action lives."""
        routed = {"post-mortem": self.post_mortems, "action": self.actions}.get(role)
        return routed or self.failure


#: Both trackers in each of the three parts.
ROUTES = tuple(
    Direction(failure, mortems, actions)
    for failure in (SHOP, OPS)
    for mortems in (SHOP, OPS)
    for actions in (SHOP, OPS)
)
#: Those of them that go both ways: from each tracker to each, for post-mortems and for actions.
BOTH_WAYS = (ROUTES[1], ROUTES[2], ROUTES[5], ROUTES[6])
#: The same with a Jira that the company hosts itself, for those in which Jira has a part.
ROUTES_OF_DATA_CENTER = tuple(
    replace(route, edition="data-center") for route in ROUTES if any(place == OPS for place in route.places)
)
#: Everything in one repository, and nobody is anybody's lead.
SMALLEST = Direction(SHOP, has_people=False)
#: Several places on one tracker, one of them of another owner, and beside the failure for actions.
SEVERAL_PLACES = Direction(
    Place("github", "acme/shop"),
    Place("github", "acme-safety/post-mortems"),
    also_watched=(Place("github", "acme/api"),),
)
#: Two servers of one kind each, the second ones told apart by their names only.
SEVERAL_TRACKERS = Direction(
    Place("jira", "OPS"),
    Place("forge", "acme/shop"),
    Place("board", "OPS"),
    also_watched=(Place("github", "acme/shop"),),
)

"""Where a simulated company labels failures, and where its tickets are opened: drawn from the seed of a history.

It has chance of its own, so that what happens in a history does not depend on how layouts are drawn.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from rules.policy import People, Routing, Shelf
from rules.refs import Place
from worker.simulation.people import PROJECT, REPOSITORY, people_file

SHOP, OPS = Place("github", REPOSITORY), Place("jira", PROJECT)
HANDBOOK = Shelf(Place("github", "acme/handbook"), "lessons")


@dataclass(frozen=True, slots=True)
class Layout:
    """`post_mortems` and `actions` are None where they are opened beside the failure. With `has_people` there is
    a people file, else nobody is anybody's lead. Lessons are written to the repository `lessons`, None: to none; it
    is one that everybody may read where `is_handbook_public`, which none of the other places is."""

    failures: Place
    post_mortems: Place | None
    actions: Place | None
    has_people: bool = True
    lessons: Shelf | None = None
    is_handbook_public: bool = False

    def __str__(self) -> str:
        places = (self.failures, self.post_mortems_in, self.actions_in)
        ways = " → ".join(place.tracker for place in places) + ("" if self.has_people else ", alone")
        handbook = "public handbook" if self.is_handbook_public else "handbook"
        return f"{ways}, {handbook}" if self.lessons else ways

    @property
    def post_mortems_in(self) -> Place:
        return self.post_mortems or self.failures

    @property
    def actions_in(self) -> Place:
        return self.actions or self.failures

    @property
    def places(self) -> tuple[Place, ...]:
        """Everywhere that has to be listened to, each once."""
        return tuple(dict.fromkeys((self.failures, self.post_mortems_in, self.actions_in)))

    @property
    def routing(self) -> Routing:
        return Routing(self.post_mortems, self.actions, self.lessons, (self.failures,))

    @property
    def people(self) -> People:
        return people_file() if self.has_people else People()


#: The smallest team: one repository, no people file.
ALONE = Layout(SHOP, None, None, has_people=False)
#: Both trackers in each of the three parts, once routed and, where that comes to the same, once beside the failure.
LAYOUTS = (
    *(
        Layout(failures, mortems, actions)
        for failures in (SHOP, OPS)
        for mortems in (SHOP, OPS)
        for actions in (SHOP, OPS)
    ),
    Layout(OPS, None, None),
    ALONE,
    ALONE,
)
_HANDBOOKS = ("", "", "private", "private", "private", "public")


def draw_layout(seed: int) -> Layout:
    """The layout of that seed's history: two in three write their lessons to a handbook, some of these to one that more
    people read than may."""
    layout = random.Random(f"layout {seed}").choice(LAYOUTS)  # noqa: S311 - repeatable, not secret
    handbook = random.Random(f"handbook {seed}").choice(_HANDBOOKS)  # noqa: S311 - likewise
    return replace(layout, lessons=HANDBOOK if handbook else None, is_handbook_public=handbook == "public")

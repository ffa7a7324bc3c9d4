"""What the independent model is told about a history: who is who, where tickets are, and what the files said when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from connectors.markers import MarkerCodec
from worker.simulation.editions import AMPLE_MENTIONS, Edition
from worker.simulation.expected import Setting
from worker.simulation.expected_files import SENTENCES, Files
from worker.simulation.expected_homes import HOME_HOURS
from worker.simulation.expected_people import Absence, Colleague, Company, Quiet
from worker.simulation.layout import Layout
from worker.simulation.people import LEAD, MANAGER, OURS, TEAM


def setting_of(layout: Layout, editions: Sequence[Edition], codec: MarkerCodec) -> Setting:
    """The setting of a history with that layout and those files."""
    shelf = layout.lessons
    per_day = editions[0].mentions_per_day if editions else AMPLE_MENTIONS
    return Setting(
        ours=OURS,
        codec=codec,
        failure_site=layout.failures.tracker,
        failure_place=layout.failures.container,
        mortem_site=layout.post_mortems_in.tracker,
        mortem_place=layout.post_mortems_in.container,
        action_site=layout.actions_in.tracker,
        action_place=layout.actions_in.container,
        handbook_site=shelf.place.tracker if shelf else "",
        handbook_place=shelf.place.container if shelf else "",
        handbook_folder=shelf.folder if shelf else "",
        people_with_rights=frozenset((*TEAM, LEAD, MANAGER)),
        owner_lead=dict.fromkeys(TEAM, LEAD) if layout.has_people else {},
        owner_manager=dict.fromkeys((*TEAM, LEAD), MANAGER) if layout.has_people else {},
        has_people=layout.has_people,
        mentions_per_day=per_day,
        has_few_mentions=per_day < AMPLE_MENTIONS,
        files=_files(layout, editions) if editions else (Files(),),
    )


def _files(layout: Layout, editions: Sequence[Edition]) -> tuple[Files, ...]:
    has_own_times = layout.has_people and bool(editions[0].homes)
    found = [Files(one.at, SENTENCES[one.policy], _company(one, has_own_times=has_own_times)) for one in editions]
    if not has_own_times:  # without the people file that tells them nobody belongs to a team
        found = [replace(one, sentences=one.sentences.without_teams) for one in found]
    # What was decided before the first look at them is decided by the first.
    return (replace(found[0], since=Files().since), *found[1:])


def _company(edition: Edition, *, has_own_times: bool) -> Company:
    """Everybody in it, as the independent model knows homes and absences."""
    colleagues = {
        one: Colleague(
            HOME_HOURS[home],
            tuple(Absence(leave.first, leave.last, leave.stand_in) for leave in edition.leaves.get(one, ())),
        )
        for one, home in edition.homes.items()
    }
    return Company(colleagues=colleagues if has_own_times else {}, quiet=_quiet(edition.quiet_hours))


def _quiet(written: str) -> Quiet | None:
    if written == "none":
        return None
    begins, ends = map(dt.time.fromisoformat, written.split("-"))
    return Quiet(begins, ends)

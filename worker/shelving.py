"""Before a lesson is written to a repository: may it be read there, and does something stand at its path?

What stands there is never changed (P12). Nothing is written where more people read than can read the failure (P14):
both are asked each time, just before writing, since repositories are made public and files are moved by people.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.errors import Refused
from connectors.tracker import Tracker
from rules.effects import WriteFile
from rules.facts import Audience, Level
from rules.refs import Place


def standing_file(tracker: Tracker, effect: WriteFile) -> str | None:
    """The path where the file is there, or was and was removed by somebody; None where it is to be written.

    Three reads at most. Raises Refused with a sentence for the person who has to do something, and Temporary.
    """
    place = effect.place
    if is_too_wide(effect, lambda asked: tracker.audience(asked, is_anew=True)):
        raise Refused(too_wide(place))
    found = tracker.find_file(place, effect.path)
    if found is None:
        return None
    if found.is_removed or (found.marker and found.marker.key == effect.key):
        return effect.path
    raise Refused(
        f"{effect.path} in {place.container} is not ours, or somebody took the entry `aftermath` out of its front "
        f"matter: it is left as it is. Move it away, or let the lesson go with `aftermath dead drop {effect.key}`."
    )


def is_too_wide(effect: WriteFile, readers_now: Callable[[Place], Audience]) -> bool:
    """Whether more people read the place than may read what the file would tell (P14). `readers_now` says who may, and
    is to ask anew: what was remembered is an hour old at most, and what was public for a minute is public for good.
    Raises what that raises."""
    if isinstance(effect.audience, Level):
        return True  # nobody can tell who reads along in a repository
    return effect.audience is Audience.INTERNAL and readers_now(effect.place) is Audience.PUBLIC


def too_wide(place: Place) -> str:
    """Why nothing is written there, and what to do."""
    return (
        f"Everybody can read {place.container}, and not everybody can read this failure: its lesson is not written "
        f"there. Name a repository under `lessons:` that no more people read, or make that one private."
    )

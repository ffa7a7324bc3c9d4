"""Other names of places: what a repository is called now that the configuration has under the name it had before.

A tracker follows the old name, and tickets then bear the new one. Kept among the aliases of tickets, whose keys all
have a number, so that none can be taken for the other.
"""

from __future__ import annotations

from sqlalchemy import Engine, and_, delete, select

from rules.refs import Place
from worker.ledger.schema import aliases
from worker.ledger.upsert import upsert


class PlaceNames:
    """By which name the configuration has a place."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def configured(self, place: Place) -> Place:
        """The place as the configuration calls it, as far as that was seen; else by the name that was asked for."""
        here = and_(aliases.c.tracker == place.tracker, aliases.c.old_key == _name(place))
        with self._engine.begin() as db:
            found = db.execute(select(aliases.c.key).where(here)).scalar()
        return Place(place.tracker, found) if found else place

    def is_called(self, place: Place, name: str) -> None:
        """Note that tickets of a configured place bear that name; its own takes all others back."""
        of_place = and_(
            aliases.c.tracker == place.tracker, aliases.c.key == place.container, aliases.c.old_key != name.casefold()
        )
        with self._engine.begin() as db:
            db.execute(delete(aliases).where(of_place))
            if name.casefold() != _name(place):
                new = {"tracker": place.tracker, "old_key": name.casefold(), "key": place.container}
                upsert(db, aliases, new)


def _name(place: Place) -> str:
    return place.container.casefold()

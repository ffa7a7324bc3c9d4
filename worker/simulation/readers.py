"""People who tidy up where lessons are kept: now and then a file is corrected, or taken away.

They have chance of their own, so that what else happens in a history does not depend on them.
"""

from __future__ import annotations

import random

from connectors.sandbox.world import Site
from rules.policy import Shelf
from worker.simulation.kernel import Kernel

_EDITOR = "cleo"
_VISITS = 6


class Readers:
    """They look in some times while a history goes on."""

    def __init__(self, kernel: Kernel, site: Site, shelf: Shelf, seed: int) -> None:
        self._site = site
        self._container = shelf.place.container
        self._random = random.Random(f"readers {seed}")  # noqa: S311 - repeatable, not secret
        self._kernel = kernel

    def visit_within(self, span_s: float) -> None:
        """Some visits, at any time within that many seconds."""
        for _ in range(_VISITS):
            self._kernel.after(self._random.uniform(0, span_s), self._tidy)

    def _tidy(self) -> None:
        paths = sorted({commit.path for commit in self._site.commits(self._container)})
        standing = [made for path in paths if (made := self._site.file(self._container, path))]
        if not standing:
            return
        made = self._random.choice(standing)
        if self._random.random() < 1 / 3:
            self._site.remove_file(_EDITOR, self._container, made.path)
        else:
            text = f"{made.text}\nSeen again in spring.\n"
            self._site.write_file(_EDITOR, self._container, made.path, text, "Add what we saw", blob_sha=made.blob_sha)

"""People who find now and then that a failure concerns security, or that it does not: one policy hurries then.

They have chance of their own, so that what else happens in a history does not depend on them.
"""

from __future__ import annotations

import random

from connectors.sandbox.world import Site, WorldError
from worker.simulation.kernel import Kernel
from worker.simulation.people import LEAD

#: The label of the policy `overriding` (`worker.simulation.policies`).
LABEL = "security"
_VISITS = 5


class Hurriers:
    """They look in some times while a history goes on."""

    def __init__(self, kernel: Kernel, site: Site, container: str, seed: int) -> None:
        self._site = site
        self._container = container
        self._random = random.Random(f"hurriers {seed}")  # noqa: S311 - repeatable, not secret
        self._kernel = kernel

    def visit_within(self, span_s: float) -> None:
        """Some visits, at any time within that many seconds."""
        for _ in range(_VISITS):
            self._kernel.after(self._random.uniform(0, span_s), self._look_through)

    def _look_through(self) -> None:
        failures = [one for one in self._site.in_place(self._container) if one.title.startswith("Failure ")]
        if not failures:
            return
        failure = self._random.choice(failures)
        try:
            if LABEL in failure.labels:
                self._site.remove_label(LEAD, failure.key, LABEL)
            else:
                self._site.add_label(LEAD, failure.key, LABEL)
        except WorldError:
            return

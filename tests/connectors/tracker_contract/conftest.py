"""One contract for every `Tracker`: what the worker may rely on, whichever tracker it talks to.

Each test runs against the in-memory tracker and against the real connectors over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.contract_stage import STAGES, Stage


@pytest.fixture(params=list(STAGES.values()), ids=list(STAGES))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with request.param() as made:
        yield made

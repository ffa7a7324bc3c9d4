"""One contract for every `Tracker`: what the worker may rely on, whichever tracker it talks to.

Each test runs against the in-memory tracker, against the real connectors over HTTP on the sandbox, and against them on
servers that nobody here wrote. Where one of those lacks something the test has to fail, for the reason that is named:
should it pass, the lack is gone and its line wants to go too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import TrackerError
from tests.connectors.contract_stage import STAGES, Stage
from tests.connectors.people import Lacking

_FAILURES = (AssertionError, ValueError, TrackerError, pytest.fail.Exception)


@pytest.fixture(params=list(STAGES.values()), ids=list(STAGES))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with request.param() as made:
        why = made.lacks.why_fails(request.node.name.replace(f"{made.name}-", "").replace(f"[{made.name}]", ""))
        if why:
            request.applymarker(pytest.mark.xfail(reason=f"{made.name}: {why}", raises=_FAILURES, strict=True))
        yield made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What people cannot do there at all is tried, and then the test is over."""
    try:
        return (yield)
    except Lacking as lack:
        pytest.skip(f"{lack}")

"""A small company without HTTP, under a clock that the tests drive."""

from __future__ import annotations

import pytest

from tests.worker.company import Company


@pytest.fixture
def company() -> Company:
    return Company()

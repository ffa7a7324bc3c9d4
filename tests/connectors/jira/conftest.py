"""The Jira site that most tests here are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.jira.jira_house import JiraHouse


@pytest.fixture
def house() -> Iterator[JiraHouse]:
    with JiraHouse() as site:
        yield site

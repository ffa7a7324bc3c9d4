"""Which words and addresses name a ticket of a tracker: read without asking it."""

from __future__ import annotations

import pytest

from connectors.github import addresses as github
from connectors.jira import addresses as jira

HUB, SITE = "https://api.github.com", "https://acme.atlassian.net"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("acme/shop#7", "acme/shop#7", id="a-key"),
        pytest.param("https://github.com/acme/shop/issues/7", "acme/shop#7", id="its-page"),
        pytest.param("https://github.com/acme/shop/issues/7#issuecomment-1", "acme/shop#7", id="a-comment-on-its-page"),
        pytest.param("https://github.com/acme/shop/pull/7", "", id="a-pull-request"),
        pytest.param("https://github.com/acme/shop/pull/7/files", "", id="the-files-of-a-pull-request"),
        pytest.param("https://github.test/acme/shop/issues/7", "", id="another-server"),
        pytest.param("https://github.com/acme/shop", "", id="a-repository"),
        pytest.param("../shop#7", "", id="no-repository"),
        pytest.param("#7", "", id="a-number-of-no-repository"),
        pytest.param("OPS-12", "", id="a-key-of-jira"),
    ],
)
def test_a_key_or_a_page_names_an_issue_on_github(text: str, key: str) -> None:
    assert github.key_named(HUB, text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("OPS-12", "OPS-12", id="a-key"),
        pytest.param(f"{SITE}/browse/OPS-12", "OPS-12", id="its-page"),
        pytest.param(f"{SITE}/jira/boards/3?selectedIssue=OPS-12", "OPS-12", id="selected-on-a-board"),
        pytest.param("https://other.atlassian.net/browse/OPS-12", "", id="another-site"),
        pytest.param("ops-12", "", id="small-letters"),
        pytest.param("acme/shop#7", "", id="a-key-of-github"),
        pytest.param("10012", "", id="an-id"),
    ],
)
def test_a_key_or_a_page_names_an_issue_in_jira(text: str, key: str) -> None:
    assert jira.key_named(SITE, text) == key

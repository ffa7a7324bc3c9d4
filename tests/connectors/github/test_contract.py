"""Every request that the tracker sends is one that GitHub's own OpenAPI description knows."""

from __future__ import annotations

import pytest

from connectors.inspection import Wanted
from connectors.tracker import Draft, Link
from tests.connectors.github.company import SHOP, Company, company
from tests.connectors.github.conftest import MARKER
from tests.contracts.openapi import ContractChecker


@pytest.fixture(scope="module")
def checker() -> ContractChecker:
    return ContractChecker("github")


def everything(acme: Company) -> None:
    """One of each verb of the port."""
    github = acme.tracker
    cursor, bookmark = github.changed(SHOP, "").cursor, github.bookmark(SHOP)
    failure = acme.ref(acme.open(labels=("failure",)))
    github.check_place(SHOP)
    github.has_rights(failure, "ada")
    opened = github.open_ticket(Draft(SHOP, "Post-mortem", "Text", ("post-mortem",), "ben"), MARKER)
    twin = github.open_ticket(Draft(SHOP, "Post-mortem", "Text"), MARKER)
    comment = github.post_comment(failure, "Hello", MARKER)
    github.edit_comment(failure, comment, "Hello again", MARKER)
    github.add_label(failure, "sev1")
    github.assign(failure, "ben")
    for _ in range(2):
        github.link(failure, Link(opened.ref, opened.uid, "", "", "sub-issue", "key"))
    github.close_twin(twin.ref, opened.ref)
    github.find_opened(SHOP, MARKER.key, bookmark)
    github.find_comments(failure, MARKER.key)
    github.retract_comment(failure, comment)
    github.fetch_ticket(failure)
    github.changed(SHOP, cursor)
    github.labelled(SHOP, "failure")
    acme.site.accounts["aftermath"].default_rights = "admin"
    acme.sandbox.courier.subscribe("github", "github", "http://127.0.0.1:9/webhooks/github", container="acme/shop")
    list(github.inspect(Wanted((SHOP,), people={"ada": "Ada", "typo": "Tim"}, webhook_path="/webhooks/github")))
    github.assignable(SHOP)


def test_every_request_fits_githubs_description(checker: ContractChecker) -> None:
    with company() as acme:
        everything(acme)
        known = [
            checker.check_request(one.method, one.path, query=one.query, body=one.json() if one.body else None)
            for one in acme.api.asked
            if one.path != "/graphql"  # described by a schema of its own
        ]
    assert len(known) >= 20
    assert all(known)

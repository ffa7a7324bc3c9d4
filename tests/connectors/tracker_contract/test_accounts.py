"""An account as it is today: there, switched off, nobody's; and followed to another name by the id that stays."""

from __future__ import annotations

import pytest

from connectors.accounts import AccountNow, Standing
from connectors.sandbox.world import Site
from tests.connectors.contract_stage import Stage
from tests.connectors.people import WorldPeople


def site_of(stage: Stage) -> Site:
    if not isinstance(stage.people, WorldPeople):
        pytest.skip("nobody leaves there, or is called otherwise")
    return stage.people.site


def test_somebody_who_is_there_is_told_with_an_id_that_stays(stage: Stage) -> None:
    now = stage.tracker.account_now("ben", "")
    assert (now.standing, now.account, bool(now.id)) == (Standing.THERE, "ben", True)
    assert stage.tracker.account_now("ben", now.id) == now


def test_nobody_is_no_error(stage: Stage) -> None:
    assert stage.tracker.account_now("nobody-at-all", "") == AccountNow(Standing.GONE)


def test_somebody_who_was_deleted_is_gone_by_the_id_too(stage: Stage) -> None:
    known = stage.tracker.account_now("ben", "").id
    del site_of(stage).accounts["ben"]
    assert stage.tracker.account_now("ben", known).standing is Standing.GONE


def test_somebody_who_was_switched_off_has_left(stage: Stage) -> None:
    if site_of(stage).kind == "github":
        pytest.skip("github.com shows nothing of a suspended account, which is gone")
    site_of(stage).accounts["ben"].is_active = False
    assert stage.tracker.account_now("ben", "").standing is Standing.LEFT


def test_somebody_with_another_name_is_followed_by_the_id_even_where_a_stranger_has_the_old_one(stage: Stage) -> None:
    if (site_of(stage).kind, site_of(stage).edition) == ("jira", "cloud"):
        pytest.skip("an accountId is for good")
    known = stage.tracker.account_now("ben", "").id
    site_of(stage).rename_account("ben", "ben-okri")
    followed = AccountNow(Standing.THERE, known, "ben-okri")
    assert stage.tracker.account_now("ben", known) == followed
    stranger = site_of(stage).add_account("ben", "Ben Stranger")
    assert stage.tracker.account_now("ben", known) == followed
    told = stage.tracker.account_now("ben", "").id
    assert told in (str(stranger.number), f"JIRAUSER{stranger.number}")

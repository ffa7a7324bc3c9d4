"""An account as it is today: there, switched off, nobody's; and followed to another name by the id that stays."""

from __future__ import annotations

import pytest

from connectors.accounts import AccountNow, Standing
from tests.connectors.contract_stage import Stage


def test_somebody_who_is_there_is_told_with_an_id_that_stays(stage: Stage) -> None:
    now = stage.tracker.account_now("ben", "")
    assert (now.standing, now.account, bool(now.id)) == (Standing.THERE, "ben", True)
    assert stage.tracker.account_now("ben", now.id) == now


def test_nobody_is_no_error(stage: Stage) -> None:
    assert stage.tracker.account_now("nobody-at-all", "") == AccountNow(Standing.GONE)


def test_somebody_who_was_deleted_is_gone_by_the_id_too(stage: Stage) -> None:
    known = stage.tracker.account_now("ben", "").id
    del stage.site.accounts["ben"]
    assert stage.tracker.account_now("ben", known).standing is Standing.GONE


def test_somebody_who_was_switched_off_has_left(stage: Stage) -> None:
    if stage.site.kind == "github":
        pytest.skip("github.com shows nothing of a suspended account, which is gone")
    stage.site.accounts["ben"].is_active = False
    assert stage.tracker.account_now("ben", "").standing is Standing.LEFT


def test_somebody_with_another_name_is_followed_by_the_id_even_where_a_stranger_has_the_old_one(stage: Stage) -> None:
    if stage.site.kind == "jira":
        pytest.skip("an accountId is for good")
    known = stage.tracker.account_now("ben", "").id
    stage.site.rename_account("ben", "ben-okri")
    followed = AccountNow(Standing.THERE, known, "ben-okri")
    assert stage.tracker.account_now("ben", known) == followed
    stranger = stage.site.add_account("ben", "Ben Stranger")
    assert stage.tracker.account_now("ben", known) == followed
    assert stage.tracker.account_now("ben", "").id == str(stranger.number)

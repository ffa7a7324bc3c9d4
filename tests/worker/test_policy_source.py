"""The policy in force, while its files are edited."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rules.language.policy_file import PolicyError, pack_path
from worker.config import Config, LimitOverrides, load_config
from worker.policy_source import PolicySource


@pytest.fixture
def config(config_file: Path, tmp_path: Path) -> Config:
    """A configuration whose policy is a copy of the shipped pack."""
    shutil.copytree(pack_path("accountability"), tmp_path / "pack")
    return replace(load_config(config_file, os.environ), policy=tmp_path / "pack")


def edit(config: Config, old: str, new: str) -> None:
    path = config.policy / "policy.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_files_that_did_not_change_are_not_read_again(config: Config) -> None:
    source = PolicySource(config)
    before = source()
    assert not source.refresh()
    assert source() is before


def test_an_edited_policy_comes_into_force(config: Config) -> None:
    source = PolicySource(config)
    edit(config, "name: ", "name: our ")
    assert source.refresh()
    assert source().name.startswith("our ")


def test_a_broken_policy_leaves_the_last_good_one_in_force_and_says_so(config: Config) -> None:
    source = PolicySource(config)
    before = source()
    edit(config, "rules:", "rulez:")
    assert not source.refresh()
    assert source() is before
    assert "rulez" in source.problem


def test_a_policy_put_right_takes_the_problem_away(config: Config) -> None:
    source = PolicySource(config)
    edit(config, "rules:", "rulez:")
    source.refresh()
    edit(config, "rulez:", "rules:")
    assert source.refresh()
    assert source.problem == ""


def test_a_policy_that_is_broken_at_the_start_is_refused(config: Config) -> None:
    edit(config, "rules:", "rulez:")
    with pytest.raises(PolicyError, match="rulez"):
        PolicySource(config)


def test_the_installation_s_limits_replace_only_those_it_names(config: Config) -> None:
    policy = PolicySource(config)()
    changed = PolicySource(replace(config, limits=LimitOverrides(mentions_per_day=1)))()
    assert changed.limits == replace(policy.limits, mentions_per_day=1)


def test_a_start_that_is_a_bare_date_begins_at_midnight_of_the_policy_s_zone(config: Config) -> None:
    edit(config, "zone: UTC", "zone: Europe/Berlin")
    source = PolicySource(replace(config, limits=LimitOverrides(start_at=dt.date(2026, 3, 2))))
    assert source().limits.start_at == dt.datetime(2026, 3, 1, 23, 0, tzinfo=dt.UTC)

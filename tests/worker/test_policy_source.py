"""The policy in force, while its files are edited."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rules.language.policy_file import PolicyError, pack_path
from rules.refs import TicketRef
from worker.config import Config, LimitOverrides, load_config
from worker.ledger.database import open_memory_ledger
from worker.parts.policy_files import PolicyFiles
from worker.policy_source import PolicySource
from worker.policy_watch import HEAD_START, SPREAD, PolicyWatch


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


def test_a_mistake_that_is_saved_while_it_runs_is_said_aloud_once(config: Config) -> None:
    """P7: with the line, to whoever looks at the terminal; and once more when it is mended."""
    warned, told = list[str](), list[str]()
    files = PolicyFiles(PolicySource(config), warned.append, told.append)
    files.look()
    assert (warned, told) == ([], [])
    edit(config, "rules:", "rulez:")
    files.look()
    files.look()
    first, _, problem = warned[0].partition("\n")
    assert first == "The policy as it was stays in force, since its files cannot be used as they are now:"
    assert '"rulez" is no key here' in problem
    assert (len(warned), told) == (1, [])
    edit(config, "rulez:", "rules:")
    files.look()
    files.look()
    assert (len(warned), told) == (1, ["The policy's files can be used again."])


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


# --- waking the cases ---------------------------------------------------------------------------


class Morning:
    """A clock that stands still."""

    def now(self) -> dt.datetime:
        return dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def test_a_file_that_was_only_touched_is_the_same_policy(config: Config) -> None:
    source = PolicySource(config)
    before = source.digest
    path = config.policy / "policy.yaml"
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))
    assert source.refresh()
    assert source.digest == before
    edit(config, "name: ", "name: our ")
    assert source.refresh()
    assert source.digest != before


@pytest.mark.parametrize("is_restarted", [False, True], ids=["while it runs", "while it stood still"])
def test_an_edited_policy_wakes_the_cases_and_says_so(config: Config, is_restarted: bool) -> None:
    ledger, source, told = open_memory_ledger(), PolicySource(config), list[str]()
    ledger.installation.mark_rebuilt("acme", Morning().now())
    watch = PolicyWatch(ledger, source, Morning(), "acme")
    watch.look(told.append)
    ledger.cases.open_case("root", TicketRef("github", "acme/shop#1"), "1", "", Morning().now())
    ledger.cases.lease("root", "me", Morning().now(), Morning().now() + SPREAD)
    ledger.cases.settle("root", "me", Morning().now(), wake_at=None)
    watch.look(told.append)
    assert (told, ledger.cases.next_wake()) == ([], None)
    edit(config, "name: ", "name: our ")
    if is_restarted:
        watch = PolicyWatch(ledger, PolicySource(config), Morning(), "acme")
    else:
        source.refresh()
    watch.look(told.append)
    watch.look(told.append)
    assert len(told) == 1
    assert "1 active case looked at again" in told[0]
    assert ledger.cases.next_wake() == Morning().now() + HEAD_START
    ledger.close()


def test_a_broken_policy_wakes_nobody(config: Config) -> None:
    source = PolicySource(config)
    before = source.digest
    edit(config, "rules:", "rulez:")
    source.refresh()
    assert source.digest == before


# --- what it includes ---------------------------------------------------------------------------


@pytest.fixture
def shop(config_file: Path, tmp_path: Path) -> Config:
    """A configuration whose policy includes a company's, which includes the shipped pack."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "company.yaml").write_text("policy: 1\ninclude: [accountability]\n", encoding="utf-8")
    text = "policy: 1\nname: shop\ninclude: [../company.yaml]\n"
    (tmp_path / "shop" / "policy.yaml").write_text(text, encoding="utf-8")
    return replace(load_config(config_file, os.environ), policy=tmp_path / "shop")


def company(config: Config) -> Path:
    return config.policy.parent / "company.yaml"


NIGHT = "policy: 1\ninclude: [accountability]\ncalendar: {hours: '22:00-23:00'}\n"


def test_an_edited_include_comes_into_force(shop: Config) -> None:
    source = PolicySource(shop)
    before = source.digest
    assert not source.refresh()
    company(shop).write_text(NIGHT, encoding="utf-8")
    assert source.refresh()
    assert source().calendar.hours.daily[0][0] == dt.time(22)
    assert source.digest != before


def test_a_broken_include_leaves_the_last_good_one_in_force_until_it_is_mended(shop: Config) -> None:
    source = PolicySource(shop)
    before, digest = source(), source.digest
    company(shop).write_text(NIGHT.replace("22:00-23:00", "23:00-22:00"), encoding="utf-8")
    assert not source.refresh()
    assert source() is before
    assert source.digest == digest
    assert f"{company(shop)}:3:19: calendar.hours" in source.problem, "so that it can be opened from here"
    company(shop).write_text(NIGHT, encoding="utf-8")
    assert source.refresh()
    assert source.problem == ""
    assert source().calendar.hours.daily[0][0] == dt.time(22)


def test_each_file_with_a_problem_is_named_as_it_can_be_opened_from_the_working_directory(
    shop: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several files of a policy may be called policy.yaml, and a terminal opens what stands in it."""
    source = PolicySource(shop)
    templates, elsewhere = shop.policy / "templates", tmp_path / "elsewhere"
    templates.mkdir()
    elsewhere.mkdir()
    (templates / "ask.md").write_text("Hi {{ owne }}", encoding="utf-8")
    company(shop).write_text(NIGHT.replace("22:00-23:00", "23:00-22:00"), encoding="utf-8")
    for folder in (tmp_path, tmp_path / "shop", Path("/"), elsewhere):
        monkeypatch.chdir(folder)
        company(shop).touch()
        source.refresh()
        named = [line.split(":")[0] for line in source.problem.splitlines() if ": " in line and line[0] != " "]
        assert [Path(one).resolve() for one in named] == [company(shop), templates / "ask.md"]
        is_above = tmp_path.is_relative_to(folder)
        assert not any(Path(one).is_absolute() for one in named) or not is_above, "the short name, where there is one"


def test_an_include_that_was_taken_away_is_taken_up_when_it_is_back(shop: Config) -> None:
    source = PolicySource(shop)
    text = company(shop).read_text(encoding="utf-8")
    company(shop).unlink()
    assert not source.refresh()
    assert '"../company.yaml" is not there' in source.problem
    company(shop).write_text(text, encoding="utf-8")
    assert source.refresh()
    assert source.problem == ""


def test_a_file_that_is_included_only_now_is_watched_from_now_on(shop: Config) -> None:
    source = PolicySource(shop)
    hours = company(shop).with_name("hours.yaml")
    hours.write_text("policy: 1\ncalendar: {hours: '07:00-15:00'}\n", encoding="utf-8")
    company(shop).write_text("policy: 1\ninclude: [accountability, hours.yaml]\n", encoding="utf-8")
    assert source.refresh()
    assert source().calendar.hours.daily[0][0] == dt.time(7)
    hours.write_text("policy: 1\ncalendar: {hours: '06:00-15:00'}\n", encoding="utf-8")
    assert source.refresh()
    assert source().calendar.hours.daily[0][0] == dt.time(6)
    assert not source.refresh()


def test_a_template_beside_an_include_is_watched_too(shop: Config) -> None:
    source = PolicySource(shop)
    (company(shop).parent / "templates").mkdir()
    (company(shop).parent / "templates" / "paused.md").write_text("We wait.", encoding="utf-8")
    assert source.refresh()
    assert source().templates.source("paused.md") == "We wait."


def test_without_a_usable_policy_the_hours_of_its_includes_are_told(shop: Config) -> None:
    company(shop).write_text(NIGHT + "limits: {mentions_per_day: 0}\n", encoding="utf-8")
    source = PolicySource(shop, is_needed=False)
    assert source().calendar.hours.daily[0][0] == dt.time(22)
    assert "mentions_per_day" in source.problem

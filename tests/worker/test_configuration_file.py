"""Whoever changes aftermath.yaml while Aftermath runs is told that it takes a start to take it up."""

from __future__ import annotations

from pathlib import Path

from worker.parts.configuration_file import ConfigurationFile


def test_each_change_is_told_once_and_nothing_of_what_stands_there(tmp_path: Path) -> None:
    """P11: the file may hold what nobody is to see."""
    file = tmp_path / "aftermath.yaml"
    file.write_text("policy: accountability\n", encoding="utf-8")
    told: list[str] = []
    watched = ConfigurationFile(file, told.append)
    watched.look()
    assert told == []
    file.write_text("policy: stale-only\nsecret: not for anybody\n", encoding="utf-8")
    watched.look()
    watched.look()
    assert [line.partition(",")[0] for line in told] == ["aftermath.yaml was changed"]
    assert "not for anybody" not in told[0]
    file.write_text("policy: accountability\n", encoding="utf-8")
    watched.look()
    assert len(told) == 2


def test_a_file_that_was_only_touched_or_is_away_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "aftermath.yaml"
    file.write_text("policy: accountability\n", encoding="utf-8")
    told: list[str] = []
    watched = ConfigurationFile(file, told.append)
    file.touch()
    watched.look()
    file.unlink()
    watched.look()
    ConfigurationFile(None, told.append).look()
    assert told == []

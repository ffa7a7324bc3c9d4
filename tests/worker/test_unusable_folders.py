"""A folder that nothing can be kept in, or that is given for a file, is told in a sentence by every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worker.process import run_command


@pytest.fixture
def data_in_a_file(config_file: Path) -> Path:
    """A configuration whose data folder would have to be made inside a file. That root may not do either."""
    data = config_file / "data"
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(text.replace("data: .aftermath", f"data: {data}"), encoding="utf-8")
    return data


@pytest.mark.parametrize("command", ["status", "dead", "resume", "rebuild", "run"])
def test_a_data_folder_that_cannot_be_made_is_told_without_a_traceback(data_in_a_file: Path, command: str) -> None:
    done = run_command(command, "--config", data_in_a_file.parent)
    assert done.returncode == 2
    assert f"Cannot write to the data folder {data_in_a_file}: Not a directory." in done.stderr
    assert "`data:` in the configuration" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_finds_a_data_folder_that_cannot_be_made(data_in_a_file: Path) -> None:
    done = run_command("check", "--offline", "--config", data_in_a_file.parent)
    assert done.returncode == 1
    assert f"{data_in_a_file.parent} is no folder, so nothing can be kept in {data_in_a_file}." in done.stdout


def test_a_folder_in_place_of_the_configuration_is_told_with_the_file_to_name(tmp_path: Path) -> None:
    done = run_command("check", "--config", tmp_path)
    assert done.returncode == 2
    assert f"It is a folder: name the file in it, --config {tmp_path / 'aftermath.yaml'}." in done.stderr

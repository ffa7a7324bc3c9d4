"""The `.env` beside the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.config.environment_file import environment_beside, read_environment


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("TOKEN=abc", {"TOKEN": "abc"}, id="plain"),
        pytest.param("export TOKEN=abc", {"TOKEN": "abc"}, id="export"),
        pytest.param("  TOKEN = abc  ", {"TOKEN": "abc"}, id="spaces"),
        pytest.param('TOKEN="a b"', {"TOKEN": "a b"}, id="double-quotes"),
        pytest.param("TOKEN='a b'", {"TOKEN": "a b"}, id="single-quotes"),
        pytest.param("TOKEN=a=b#c", {"TOKEN": "a=b#c"}, id="signs-within"),
        pytest.param("TOKEN=$HOME", {"TOKEN": "$HOME"}, id="nothing-is-expanded"),
        pytest.param("TOKEN=", {}, id="to-be-filled-in"),
        pytest.param("# TOKEN=abc", {}, id="comment"),
        pytest.param("TO-KEN=abc", {}, id="no-name"),
        pytest.param("TOKEN", {}, id="no-value"),
        pytest.param("", {}, id="empty"),
    ],
)
def test_a_line_is_a_name_and_a_value(tmp_path: Path, line: str, found: dict[str, str]) -> None:
    (tmp_path / ".env").write_text(line + "\n", encoding="utf-8")
    assert read_environment(tmp_path / ".env") == found


def test_what_the_process_is_given_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ONE=file\nTWO=file\n", encoding="utf-8")
    found = environment_beside(tmp_path / "aftermath.yaml", {"TWO": "process"})
    assert found == {"ONE": "file", "TWO": "process"}


def test_without_a_file_there_is_nothing_to_add(tmp_path: Path) -> None:
    assert environment_beside(tmp_path / "aftermath.yaml", {"ONE": "process"}) == {"ONE": "process"}

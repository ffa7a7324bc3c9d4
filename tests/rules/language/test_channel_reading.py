"""Private addresses in the people file: from the environment, checked at load, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.language.people_file import PeopleError, load_people

ENVIRON = {"ADA": "ntfys://ntfy.example/secret-topic", "EMPTY": "", "WORD": "secret-word"}

HERE = "json://127.0.0.1:7700/letters/ada"


def written(folder: Path, notify: str) -> Path:
    path = folder / "people.yaml"
    path.write_text(f"people:\n  ada: {{name: Ada, notify: {notify}}}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("notify", "addresses"),
    [
        pytest.param('"${ADA}"', (ENVIRON["ADA"],), id="one"),
        pytest.param(f'["${{ADA}}", "{HERE}"]', (ENVIRON["ADA"], HERE), id="several"),
        pytest.param("[]", (), id="none"),
    ],
)
def test_an_address_comes_from_the_environment(tmp_path: Path, notify: str, addresses: tuple[str, ...]) -> None:
    people = load_people(written(tmp_path, notify), ENVIRON)
    assert people.people["ada"].notify == addresses
    assert "secret" not in repr(people)


def test_without_an_environment_nobody_has_a_channel(tmp_path: Path) -> None:
    assert load_people(written(tmp_path, '"${ADA}"')).people["ada"].notify == ()


@pytest.mark.parametrize(
    ("notify", "said"),
    [
        pytest.param('"${AD}"', "the environment variable AD is not set", id="not-set"),
        pytest.param('"${EMPTY}"', "the environment variable EMPTY is empty", id="empty"),
        pytest.param('"${WORD}"', "the environment variable WORD holds no address", id="no-address"),
        pytest.param('"ntfys://ntfy.sh/secret"', "no private address that may stand in a file", id="in-the-file"),
        pytest.param('"json://127.0.0.1.evil.example/secret"', "no private address", id="only-looks-like-here"),
        pytest.param('"${ADA} ${ADA}"', "no private address that may stand in a file", id="two-in-one"),
    ],
)
def test_what_is_wrong_is_told_without_the_address(tmp_path: Path, notify: str, said: str) -> None:
    """P11."""
    with pytest.raises(PeopleError) as caught:
        load_people(written(tmp_path, notify), ENVIRON)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_another_mistake_on_the_line_shows_no_address_either(tmp_path: Path) -> None:
    """P11."""
    path = tmp_path / "people.yaml"
    path.write_text('people:\n  ada: {name: Ada, boss: mo, notify: "ntfys://ntfy.sh/secret"}\n', encoding="utf-8")
    with pytest.raises(PeopleError) as caught:
        load_people(path, ENVIRON)
    assert "secret" not in str(caught.value)

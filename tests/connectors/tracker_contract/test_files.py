"""Files of a repository: made once, found again, and never changed."""

from __future__ import annotations

import pytest

from connectors.errors import Refused
from connectors.front_matter import with_marker
from connectors.tracker import FoundFile
from rules.facts import Marker
from tests.connectors.contract_stage import CODEC, OURS, Stage, marker

OURS_HERE = marker(kind="lesson-file", extra="")
OTHERS = Marker(OURS_HERE.case, "qrstuvwxyz234567qrst", "lesson-file")
PATH = "lessons/abcdefghij234567abcd-1.md"
BODY = '---\ncase: "x"\n---\n\n# The shop was down\n\nÄther & “quotes” 🚒\n'
WHY = "Keep the lesson"


@pytest.fixture
def shelf(stage: Stage) -> Stage:
    """A stage whose tracker keeps files."""
    if stage.lacks.files:
        pytest.skip(stage.lacks.files)
    return stage


def written(stage: Stage, body: str = BODY, its_marker: Marker = OURS_HERE) -> None:
    stage.tracker.write_file(stage.place, PATH, body, its_marker, WHY)


def test_a_file_that_was_written_is_found_with_its_marker(shelf: Stage) -> None:
    assert shelf.tracker.find_file(shelf.place, PATH) is None
    written(shelf)
    assert shelf.tracker.find_file(shelf.place, PATH) == FoundFile(OURS_HERE)
    (commit,) = shelf.people.commits(PATH)
    assert (commit.author, commit.message) == (OURS, WHY)
    assert commit.text == with_marker(BODY, OURS_HERE, CODEC)


def test_writing_it_again_changes_nothing(shelf: Stage) -> None:
    """P3, P12: not even where the text would be another by now."""
    written(shelf)
    written(shelf, BODY + "More.\n")
    assert len(shelf.people.commits()) == 1


def test_what_a_person_made_of_it_stays_and_is_still_known(shelf: Stage) -> None:
    """P12."""
    written(shelf)
    (made,) = shelf.people.commits(PATH)
    text = (made.text or "") + "Seen again.\n"
    shelf.people.write_file("ada", PATH, text)
    written(shelf)
    assert shelf.tracker.find_file(shelf.place, PATH) == FoundFile(OURS_HERE)
    assert shelf.people.commits(PATH)[-1].text == text


@pytest.mark.parametrize("text", ["# Mine\n", with_marker(BODY, OTHERS, CODEC)], ids=["a person's", "another case's"])
def test_a_file_that_is_not_this_one_is_left_alone(shelf: Stage, text: str) -> None:
    shelf.people.write_file("ada", PATH, text)
    with pytest.raises(Refused):
        written(shelf)
    found = shelf.tracker.find_file(shelf.place, PATH)
    assert found
    assert found.marker in (None, OTHERS)
    assert len(shelf.people.commits()) == 1


def test_a_file_that_somebody_removed_is_known_as_removed(shelf: Stage) -> None:
    written(shelf)
    shelf.people.remove_file("ada", PATH)
    assert shelf.tracker.find_file(shelf.place, PATH) == FoundFile(is_removed=True)
    assert shelf.tracker.find_file(shelf.place, "lessons/another-1.md") is None


def test_a_repository_that_may_only_be_read_refuses(shelf: Stage) -> None:
    shelf.people.let_only_triage(OURS)
    with pytest.raises(Refused):
        written(shelf)
    assert shelf.people.commits() == []


def test_a_tracker_without_files_says_so(stage: Stage) -> None:
    if not stage.lacks.files:
        pytest.skip("it keeps files")
    with pytest.raises(Refused, match="keeps no files"):
        written(stage)
    with pytest.raises(Refused, match="keeps no files"):
        stage.tracker.find_file(stage.place, PATH)

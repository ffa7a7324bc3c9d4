"""Files of a repository: made once, found again, and never changed."""

from __future__ import annotations

import pytest

from connectors.errors import Refused
from connectors.front_matter import with_marker
from connectors.tracker import FoundFile
from rules.facts import Marker
from tests.connectors.contract_stage import CODEC, OURS, STAGES, Stage, marker

OURS_HERE = marker(kind="lesson-file", extra="")
OTHERS = Marker(OURS_HERE.case, "qrstuvwxyz234567qrst", "lesson-file")
PATH = "lessons/abcdefghij234567abcd-1.md"
BODY = '---\ncase: "x"\n---\n\n# The shop was down\n\nÄther & “quotes” 🚒\n'
WHY = "Keep the lesson"


WITH_FILES = pytest.mark.parametrize("name", [name for name in STAGES if "GitHub" in name])


def written(stage: Stage, body: str = BODY, its_marker: Marker = OURS_HERE) -> None:
    stage.tracker.write_file(stage.place, PATH, body, its_marker, WHY)


@WITH_FILES
def test_a_file_that_was_written_is_found_with_its_marker(name: str) -> None:
    with STAGES[name]() as stage:
        assert stage.tracker.find_file(stage.place, PATH) is None
        written(stage)
        assert stage.tracker.find_file(stage.place, PATH) == FoundFile(OURS_HERE)
        (commit,) = stage.site.commits(stage.place.container, PATH)
        assert (commit.author, commit.message) == (OURS, WHY)
        assert commit.text == with_marker(BODY, OURS_HERE, CODEC)


@WITH_FILES
def test_writing_it_again_changes_nothing(name: str) -> None:
    """P3, P12: not even where the text would be another by now."""
    with STAGES[name]() as stage:
        written(stage)
        written(stage, BODY + "More.\n")
        assert len(stage.site.commits(stage.place.container)) == 1


@WITH_FILES
def test_what_a_person_made_of_it_stays_and_is_still_known(name: str) -> None:
    """P12."""
    with STAGES[name]() as stage:
        written(stage)
        made = stage.site.file(stage.place.container, PATH)
        assert made
        text = (made.text or "") + "Seen again.\n"
        stage.site.write_file("ada", stage.place.container, PATH, text, "Add", blob_sha=made.blob_sha)
        written(stage)
        assert stage.tracker.find_file(stage.place, PATH) == FoundFile(OURS_HERE)
        stands = stage.site.file(stage.place.container, PATH)
        assert stands
        assert stands.text == text


@WITH_FILES
@pytest.mark.parametrize("text", ["# Mine\n", with_marker(BODY, OTHERS, CODEC)], ids=["a person's", "another case's"])
def test_a_file_that_is_not_this_one_is_left_alone(name: str, text: str) -> None:
    with STAGES[name]() as stage:
        stage.site.write_file("ada", stage.place.container, PATH, text, "Mine")
        with pytest.raises(Refused):
            written(stage)
        found = stage.tracker.find_file(stage.place, PATH)
        assert found
        assert found.marker in (None, OTHERS)
        assert len(stage.site.commits(stage.place.container)) == 1


@WITH_FILES
def test_a_file_that_somebody_removed_is_known_as_removed(name: str) -> None:
    with STAGES[name]() as stage:
        written(stage)
        stage.site.remove_file("ada", stage.place.container, PATH)
        assert stage.tracker.find_file(stage.place, PATH) == FoundFile(is_removed=True)
        assert stage.tracker.find_file(stage.place, "lessons/another-1.md") is None


@WITH_FILES
def test_a_repository_that_may_only_be_read_refuses(name: str) -> None:
    with STAGES[name]() as stage:
        stage.site.accounts[OURS].rights[stage.place.container] = "triage"
        with pytest.raises(Refused):
            written(stage)
        assert stage.site.commits(stage.place.container) == []


@pytest.mark.parametrize("name", [name for name in STAGES if "Jira" in name])
def test_a_tracker_without_files_says_so(name: str) -> None:
    with STAGES[name]() as stage:
        with pytest.raises(Refused, match="keeps no files"):
            written(stage)
        with pytest.raises(Refused, match="keeps no files"):
            stage.tracker.find_file(stage.place, PATH)

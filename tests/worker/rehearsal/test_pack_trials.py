"""The tests that ship with packs and examples hold, and would not if the policy were another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rules.language.files import PACKS
from worker.rehearsal.trial.finding import TrialSource, trial_sources
from worker.rehearsal.trial.reading import read_trials
from worker.rehearsal.trial.result import TrialResult, try_out

ROOT = Path(__file__).parents[3]
SHIPPED = [
    source
    for folder in sorted({path.parent.parent for root in (PACKS, ROOT / "docs") for path in root.rglob("tests/*.yaml")})
    for source in trial_sources([str(folder)])
]


def results_of(source: TrialSource) -> list[TrialResult]:
    file = read_trials(source)
    return [try_out(file, trial) for trial in file.trials]


@pytest.mark.parametrize("source", SHIPPED, ids=[source.shown for source in SHIPPED])
def test_what_ships_holds(source: TrialSource) -> None:
    for result in results_of(source):
        assert result.is_good, (result.trial.name, result.lived.problems, result.lines, result.breaches)
        assert not result.expects_nothing, f"{result.trial.name} says what is to come of it"


def test_the_shipped_pack_has_tests() -> None:
    assert len([source for source in SHIPPED if source.shown.startswith("accountability/")]) >= 2


ASKED = "{at: 0 s, do: [comment: ask.md, mention: [owner]]}, {at: 4 h, do: [comment: ask-again.md, mention: [manager]]}"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("variables: {first_word_sev1: 2 h}", id="a-time"),
        pytest.param(f"rules: [{{id: ask-ack-sev1, ladder: {{anchor: labelled, rungs: [{ASKED}]}}}}]", id="a-rung"),
        pytest.param("rules: [{id: name-owner, off: true}]", id="who-owns-it"),
        pytest.param("rules: [{id: thanks, off: true}]", id="the-end"),
    ],
)
def test_another_policy_fails_them(change: str, tmp_path: Path) -> None:
    """A test that a wrong policy passes says nothing."""
    policy = tmp_path / "policy.yaml"
    head = "policy: 1\nname: other\ninclude: [accountability]\n"
    policy.write_text(head + change + ("" if "rules" in change else "\nrules: []") + "\n", encoding="utf-8")
    sources = [TrialSource(_moved(source, tmp_path), source.shown, policy) for source in SHIPPED if _is_packs(source)]
    results = [one for source in sources for one in results_of(source)]
    assert not all(one.is_good for one in results)


def _is_packs(source: TrialSource) -> bool:
    return source.shown.startswith("accountability/")


def _moved(source: TrialSource, folder: Path) -> Path:
    """The same file elsewhere, where no policy lies beside it."""
    moved = folder / source.path.name
    moved.write_text(source.path.read_text(encoding="utf-8"), encoding="utf-8")
    return moved


@pytest.mark.parametrize(
    ("example", "change"),
    [
        pytest.param("security", "variables: {told_asked: 5 h}", id="who-is-told-later"),
        pytest.param("security", "variables: {action_due_sev1: 8 days}", id="a-day-more"),
        pytest.param("security", "severities: {default: 3}", id="unrated"),
        pytest.param("security", "rules: [{id: leadership-knows, off: true}]", id="leadership"),
        pytest.param(
            "security", "overrides: [{name: an exercise, labels: [other], rules: [{id: told, off: true}]}]", id="drill"
        ),
        pytest.param("volunteers", "limits: {mentions_per_day: 2}", id="two-a-day"),
        pytest.param("volunteers", "calendar: {zone: UTC, hours: '09:00-17:00'}", id="office-hours"),
        pytest.param("volunteers", "variables: {asked_again: 27 business days}", id="again-sooner"),
    ],
)
def test_another_policy_fails_the_tests_of_an_example(example: str, change: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs" / "examples" / example, tmp_path / "example")
    (tmp_path / "example" / "people.yaml").rename(tmp_path / "people.yaml")
    (tmp_path / "example" / "tests").rename(tmp_path / "tests")
    head = "policy: 1\nname: other\ninclude: [example]\n"
    (tmp_path / "policy.yaml").write_text(head + change + "\n", encoding="utf-8")
    results = [one for source in trial_sources([str(tmp_path)]) for one in results_of(source)]
    assert len(results) >= 6
    assert not all(one.is_good for one in results)

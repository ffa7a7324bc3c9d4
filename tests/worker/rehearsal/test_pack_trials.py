"""The tests that ship with packs and examples hold, and would not if the policy were another."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("{at: 1 h, do: [comment: ask-again.md", "{at: 2 h, do: [comment: ask-again.md", id="a-time"),
        pytest.param("mention: [owner, lead]", "mention: [owner]", id="whom-it-asks"),
        pytest.param(", label: escalated]}", "]}\n        - {at: 8 business days, do: [label: late]}", id="a-rung"),
        pytest.param("close: lesson.md", "comment: lesson.md", id="the-end"),
    ],
)
def test_another_policy_fails_them(old: str, new: str, tmp_path: Path) -> None:
    """A test that a wrong policy passes says nothing."""
    text = (PACKS / "accountability" / "policy.yaml").read_text(encoding="utf-8")
    assert old in text
    policy = tmp_path / "policy.yaml"
    policy.write_text(text.replace(old, new), encoding="utf-8")
    mine = [source for source in SHIPPED if source.shown.startswith("accountability/")]
    results = [one for source in mine for one in results_of(TrialSource(source.path, source.shown, policy))]
    assert not all(one.is_good for one in results)

"""What the vendors document is never passed, wherever a stretch of time begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.github.limits import WRITES as GITHUB
from connectors.jira.limits import WRITES as JIRA
from connectors.write_limits import Bucket

CONTRACT = Path(__file__).parents[3] / "shared" / "contracts" / "github-rest.openapi.json"
#: GitHub counts so many points for a write.
POINTS = 5


@pytest.mark.parametrize(
    ("bucket", "within_s", "most"),
    [
        pytest.param(GITHUB.pace, 60, 80, id="GitHub's 80 a minute"),
        pytest.param(GITHUB.pace, 60, 900 // POINTS, id="GitHub's 900 points a minute"),
        pytest.param(GITHUB.contents, 3_600, 500, id="GitHub's 500 an hour"),
        pytest.param(JIRA.pace, 2, 20, id="Jira's 20 to an issue in 2 seconds"),
        pytest.param(JIRA.pace, 30, 100, id="Jira's 100 to an issue in 30 seconds"),
    ],
)
def test_no_stretch_of_time_holds_more_than_the_vendor_documents(bucket: Bucket, within_s: float, most: int) -> None:
    assert bucket.most_within(within_s) <= most


def test_after_the_burst_a_second_passes_between_two_writes_to_github() -> None:
    assert GITHUB.pace.every_s >= 1


@pytest.mark.parametrize(("burst", "every_s"), [(0, 1), (-1, 1), (1, 0), (1, -1)])
def test_a_bucket_that_never_lets_anything_out_is_refused(burst: int, every_s: float) -> None:
    with pytest.raises(ValueError, match="never lets anything out"):
        Bucket(burst, every_s, "nobody")


@pytest.mark.parametrize(
    ("route", "is_content"),
    [
        ("/repos/{owner}/{repo}/issues", True),
        ("/repos/{owner}/{repo}/issues/{issue_number}/comments", True),
        ("/repos/{owner}/{repo}/issues/{issue_number}/sub_issues", True),
        ("/repos/{owner}/{repo}/issues/{issue_number}/labels", False),
        ("/repos/{owner}/{repo}/issues/{issue_number}/assignees", False),
    ],
)
def test_github_warns_of_making_content_where_we_count_it(route: str, is_content: bool) -> None:
    """`worker.write_budget.cost_of` says which of our effects makes content."""
    if not CONTRACT.is_file():
        pytest.skip("needs ../shared/contracts")
    posted = json.loads(CONTRACT.read_text(encoding="utf-8"))["paths"][route]["post"]
    assert ("creating content too quickly" in posted["description"].lower()) is is_content

"""Files on GitHub when it refuses: what is certain, what is read back, and what is tried again (P3)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from connectors.errors import Ambiguous, Denied, Gone, Refused, Temporary
from connectors.front_matter import with_marker
from connectors.github.tracker import GitHubTracker
from connectors.tracker import FoundFile
from rules.facts import Marker
from rules.refs import Place
from tests.connectors.github.conftest import CODEC, SHOP
from tests.connectors.github.scripted import Reply, Scripted

MARKER = Marker("abcdefghij234567abcd.1", "klmnopqrst234567klmn", "lesson-file")
PATH = "lessons/abcdefghij234567abcd-1.md"
URL = f"/repos/acme/shop/contents/{PATH}"
COMMITS = "/repos/acme/shop/commits"
BODY = "---\ncase: x\n---\n\n# It broke\n"
THERE = {"message": 'Invalid request.\n\n"sha" wasn\'t supplied.', "status": "422"}
OVERTAKEN = {"message": "is at 0929670cc8 but expected c45b5444e7", "status": "409"}
RULES = {"message": "Repository rule violations found\n\nChanges must be made through a pull request.\n\n"}
MADE = {"content": {"path": PATH, "sha": "1" * 40}, "commit": {"sha": "2" * 40}}


def shown(text: str) -> Reply:
    content = base64.encodebytes(text.encode()).decode()
    return Reply(body={"type": "file", "path": PATH, "sha": "1" * 40, "encoding": "base64", "content": content})


OURS = shown(with_marker(BODY, MARKER, CODEC))


def write(tracker: GitHubTracker) -> None:
    tracker.write_file(SHOP, PATH, BODY, MARKER, "Keep the lesson")


def test_a_file_is_one_request_without_a_sha(server: Scripted, tracker: GitHubTracker) -> None:
    """Without one GitHub makes a file, and never changes one."""
    server.on("PUT", URL, Reply(201, MADE))
    write(tracker)
    (asked,) = [one for one in server.asked if one.method == "PUT"]
    assert sorted(asked.body) == ["content", "message"]
    assert base64.b64decode(asked.body["content"]).decode() == with_marker(BODY, MARKER, CODEC)
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "body"), [(422, THERE), (409, OVERTAKEN)], ids=["422", "409"])
def test_a_refusal_is_fine_where_the_file_is_ours_already(
    server: Scripted, tracker: GitHubTracker, status: int, body: dict[str, Any]
) -> None:
    """A write that was given up as lost came through before."""
    server.on("PUT", URL, Reply(status, body))
    server.on("GET", URL, OURS)
    write(tracker)
    assert server.count("PUT", URL) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        pytest.param(422, THERE, Refused, id="a file of somebody else's"),
        pytest.param(409, RULES, Refused, id="a protected branch"),
        pytest.param(409, OVERTAKEN, Temporary, id="somebody wrote at the same moment"),
        pytest.param(403, {"message": "Resource not accessible by personal access token"}, Denied, id="403"),
        pytest.param(404, {"message": "Not Found"}, Gone, id="not ours to write to"),
        pytest.param(500, {"message": "Server Error"}, Ambiguous, id="500"),
        pytest.param(201, "<html>Log in</html>", Ambiguous, id="a login page"),
        pytest.param(201, {"content": None, "commit": {}}, Ambiguous, id="another answer"),
        pytest.param(429, {"message": "slow down"}, Temporary, id="429"),
    ],
)
def test_a_refusal_says_whether_it_was_done(
    server: Scripted, tracker: GitHubTracker, status: int, body: Any, error: type[Exception]
) -> None:
    server.on("PUT", URL, Reply(status, body))
    server.on("GET", URL, shown("# Mine\n"))
    with pytest.raises(error) as caught:
        write(tracker)
    assert type(caught.value) is error or error is Temporary
    assert server.count("PUT", URL) == 1


def test_a_404_says_what_the_account_needs(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("PUT", URL, Reply(404, {"message": "Not Found"}))
    with pytest.raises(Gone, match="needs the role Write there, and a fine-grained token Contents: read and write"):
        write(tracker)


@pytest.mark.parametrize(
    ("file", "commits", "found"),
    [
        pytest.param(OURS, None, FoundFile(MARKER), id="ours"),
        pytest.param(shown("# Mine\n"), None, FoundFile(), id="a person's"),
        pytest.param(Reply(404, {"message": "Not Found"}), Reply(body=[]), None, id="never there"),
        pytest.param(
            Reply(404, {"message": "Not Found"}), Reply(body=[{"sha": "3" * 40}]), FoundFile(is_removed=True), id="gone"
        ),
        pytest.param(
            Reply(404, {"message": "This repository is empty."}),
            Reply(409, {"message": "Git Repository is empty."}),
            None,
            id="an empty repository",
        ),
    ],
)
def test_what_stands_at_a_path_is_told(
    server: Scripted, tracker: GitHubTracker, file: Reply, commits: Reply | None, found: FoundFile | None
) -> None:
    server.on("GET", URL, file)
    if commits:
        server.on("GET", COMMITS, commits)
    assert tracker.find_file(SHOP, PATH) == found
    assert [one.query.get("path") for one in server.asked if one.path == COMMITS] == ([PATH] if commits else [])


@pytest.mark.parametrize("answer", [[], {"type": "dir"}, {"type": "file", "content": None}], ids=["list", "dir", "big"])
def test_an_answer_that_is_no_file_is_not_taken_for_one(server: Scripted, tracker: GitHubTracker, answer: Any) -> None:
    server.on("GET", URL, Reply(body=answer))
    with pytest.raises(Temporary):
        tracker.find_file(SHOP, PATH)


@pytest.mark.parametrize(
    "path", ["../../user", "lessons/../../x.md", "/etc/x", "a b.md", "lessons/x.md?ref=other", ".git/config", ""]
)
def test_a_path_can_never_lead_to_another_endpoint(server: Scripted, tracker: GitHubTracker, path: str) -> None:
    """P11."""
    with pytest.raises(Refused, match="no path"):
        tracker.write_file(SHOP, path, BODY, MARKER, "Keep the lesson")
    with pytest.raises(Refused, match="no path"):
        tracker.find_file(SHOP, path)
    with pytest.raises(Refused, match="no repository"):
        tracker.write_file(Place("github", "acme/../shop"), PATH, BODY, MARKER, "Keep the lesson")
    assert server.asked == []

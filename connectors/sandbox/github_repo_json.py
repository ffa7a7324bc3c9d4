"""A repository in GitHub's JSON: mostly addresses (https://docs.github.com/rest/repos/repos#get-a-repository)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.world import DEFAULT_BRANCH, PlaceState

_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_NOUGHT = (
    "forks", "forks_count", "size", "stargazers_count", "watchers", "watchers_count", "network_count",
    "subscribers_count",
)  # fmt: skip
_NO = ("fork", "has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads", "disabled", "is_template")
_RANKS = ("none", "read", "triage", "write", "admin")


def render_repo(
    base_url: str, place: PlaceState, owner: dict[str, Any], *, open_issues: int, rights: str
) -> dict[str, Any]:
    """A full repository; `rights` are those of whoever asks, in the world's words."""
    url, page = f"{base_url}/repos/{place.container}", f"{base_url}/{place.container}"
    moment = "2020-01-01T00:00:00Z"
    return {
        "id": place.number,
        "node_id": f"R_{place.number}",
        "name": place.container.partition("/")[2],
        "full_name": place.container,
        "private": not place.is_public,
        "visibility": "public" if place.is_public else "private",
        "owner": owner,
        "html_url": page,
        "url": url,
        **{name: url + tail for name, tail in _LINKS.items()},
        "clone_url": f"{page}.git",
        "git_url": f"{page}.git",
        "ssh_url": f"{page}.git",
        "svn_url": page,
        "description": None,
        "homepage": None,
        "language": None,
        "license": None,
        "mirror_url": None,
        "default_branch": DEFAULT_BRANCH,
        "topics": [],
        "archived": place.is_archived,
        "has_issues": place.has_issues,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        **dict.fromkeys(_NOUGHT, 0),
        **dict.fromkeys(_NO, False),
        "pushed_at": moment,
        "created_at": moment,
        "updated_at": moment,
        "permissions": _permissions(place, rights),
    }


def _permissions(place: PlaceState, rights: str) -> dict[str, bool]:
    rank = _RANKS.index(rights)
    return {
        "pull": rank >= 1 or place.is_public,
        "triage": rank >= 2,
        "push": rank >= 3,
        "maintain": rank >= 4,
        "admin": rank >= 4,
    }

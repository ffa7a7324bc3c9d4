"""GitHub's files of a repository, one at a time, on its default branch (https://docs.github.com/rest/repos/contents).

Faithful in what bites: content is base64 in lines of 60 characters; a file that is there and no `sha` is 422, another
`sha` 409, and where there is no file the `sha` is not looked at; a branch that is not there is 404. There are no
listings of folders, and no other branches.
"""

from __future__ import annotations

import base64
import textwrap
import urllib.parse
from typing import Any

from connectors.sandbox.github_desk import GithubDesk, typed
from connectors.sandbox.github_errors import not_found, refusal
from connectors.sandbox.github_json import node_id, stamp
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.world import DEFAULT_BRANCH, CommitState, PlaceState

_ONE = "/repos/{owner}/{repo}/contents/{path...}"
_COMMITS = "/repos/{owner}/{repo}/commits"
_LINE_CHARACTERS = 60


class GithubContents:
    """The routes about files and the commits that made them."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._base_url = desk.render.base_url

    def add_routes(self, router: Router) -> None:
        router.add("GET", _ONE, self.get_file)
        router.add("PUT", _ONE, self.put_file)
        router.add("GET", _COMMITS, self.list_commits)

    def get_file(self, request: Request, owner: str, repo: str, path: str) -> Response:
        """https://docs.github.com/rest/repos/contents#get-repository-content"""
        place = self._desk.place(request, owner, repo)
        _known_branch(request.one("ref"), "No commit found for the ref")
        if not place.commits:
            raise refusal(404, "This repository is empty.")
        made = self._site.file(place.container, path)
        if made is None:
            raise not_found()
        content = base64.b64encode((made.text or "").encode()).decode()
        lines = "".join(f"{line}\n" for line in textwrap.wrap(content, _LINE_CHARACTERS))
        return Response(200, {**self._file(place, made), "content": lines, "encoding": "base64"})

    def put_file(self, request: Request, owner: str, repo: str, path: str) -> Response:
        """https://docs.github.com/rest/repos/contents#create-or-update-file-contents"""
        place = self._desk.place(request, owner, repo)
        actor = self._desk.actor(request)
        fields = self._desk.fields(request)
        for name in ("message", "content"):
            if name not in fields:
                raise refusal(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        _known_branch(typed(fields, "branch", str, ""), "Branch", " not found")
        if not self._site.may(actor, place.container, "write"):
            # https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api: as if it were not there.
            raise not_found()
        is_new = self._site.file(place.container, path) is None
        made = self._site.write_file(
            actor,
            place.container,
            path,
            _decoded(typed(fields, "content", str, "")),
            typed(fields, "message", str, ""),
            blob_sha=typed(fields, "sha", str, ""),
        )
        body = {"content": self._file(place, made), "commit": self._git_commit(place, made)}
        return Response(201 if is_new else 200, body)

    def list_commits(self, request: Request, owner: str, repo: str) -> Response:
        """Newest first; `path` keeps those that changed that file.
        https://docs.github.com/rest/commits/commits#list-commits"""
        place = self._desk.place(request, owner, repo)
        if not place.commits:
            raise refusal(409, "Git Repository is empty.")
        _known_branch(request.one("sha"), "No commit found for SHA:")
        found = self._site.commits(place.container, request.one("path"))[::-1]
        return paged(request, self._base_url, found, lambda commit: self._commit(place, commit))

    # --- in GitHub's JSON ---------------------------------------------------------------------

    def _file(self, place: PlaceState, made: CommitState) -> dict[str, Any]:
        quoted = urllib.parse.quote(made.path)
        url = f"{self._base_url}/repos/{place.container}/contents/{quoted}?ref={DEFAULT_BRANCH}"
        git_url = f"{self._base_url}/repos/{place.container}/git/blobs/{made.blob_sha}"
        page = f"{self._base_url}/{place.container}/blob/{DEFAULT_BRANCH}/{quoted}"
        return {
            "name": made.path.rpartition("/")[2],
            "path": made.path,
            "sha": made.blob_sha,
            "size": len((made.text or "").encode()),
            "url": url,
            "html_url": page,
            "git_url": git_url,
            "download_url": f"{self._base_url}/raw/{place.container}/{DEFAULT_BRANCH}/{quoted}",
            "type": "file",
            "_links": {"self": url, "git": git_url, "html": page},
        }

    def _git_commit(self, place: PlaceState, commit: CommitState) -> dict[str, Any]:
        url = f"{self._base_url}/repos/{place.container}/git/commits/{commit.sha}"
        return {
            "sha": commit.sha,
            "node_id": node_id("C", int(commit.sha[:8], 16)),
            "url": url,
            "html_url": f"{self._base_url}/{place.container}/commit/{commit.sha}",
            "author": self._signature(commit),
            "committer": self._signature(commit),
            "message": commit.message,
            "tree": {"sha": commit.blob_sha, "url": f"{url}/tree"},
            "parents": [],
            "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None},
        }

    def _commit(self, place: PlaceState, commit: CommitState) -> dict[str, Any]:
        author = self._desk.render.user(commit.author)
        told = self._git_commit(place, commit)
        kept = ("author", "committer", "message", "tree", "url", "verification")
        return {
            "sha": commit.sha,
            "node_id": told["node_id"],
            "commit": {**{name: told[name] for name in kept}, "comment_count": 0},
            "url": f"{self._base_url}/repos/{place.container}/commits/{commit.sha}",
            "html_url": told["html_url"],
            "comments_url": f"{self._base_url}/repos/{place.container}/commits/{commit.sha}/comments",
            "author": author,
            "committer": author,
            "parents": [],
        }

    def _signature(self, commit: CommitState) -> dict[str, str]:
        known = self._site.accounts.get(commit.author)
        name = known.name if known else commit.author
        return {"name": name, "email": f"{commit.author}@users.noreply.example", "date": stamp(commit.at)}


def _known_branch(branch: str, before: str, after: str = "") -> None:
    if branch not in ("", DEFAULT_BRANCH, f"refs/heads/{DEFAULT_BRANCH}"):
        raise refusal(404, f"{before} {branch}{after}")


def _decoded(content: str) -> str:
    try:
        return base64.b64decode("".join(content.split()), validate=True).decode()
    except ValueError:  # of either
        raise refusal(422, "content is not valid Base64") from None

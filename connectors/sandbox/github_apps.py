"""GitHub Apps: who an App is, who installed it, and the tokens by which an installation lets it in.

https://docs.github.com/rest/apps/apps. Faithful in what bites: a JSON Web Token is believed by the App's public key
and for ten minutes only, a token ends after an hour of the sandbox's clock, and it opens its own installation's
repositories and no others. An App acts as the account `SLUG[bot]`, which has to be in the world.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import threading
import zlib
from dataclasses import dataclass, field
from typing import Any

import jwt

from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_errors import not_found, refusal
from connectors.sandbox.github_json import node_id, stamp
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router

TOKEN_LIFE = dt.timedelta(hours=1)
#: What Aftermath asks for.
PERMISSIONS = {"issues": "write", "metadata": "read", "contents": "write", "repository_hooks": "read"}
_JWT_LIFE = dt.timedelta(minutes=10)
_CREDENTIALS = re.compile(r"(?:token|bearer)\s+(?P<token>\S+)", re.IGNORECASE)
_APP_PATH = re.compile(r"/app(?:/.*)?|/repos/[^/]+/[^/]+/installation")
_BEGAN = "2026-01-05T09:00:00Z"


@dataclass(slots=True)
class SandboxApp:
    """An App; `public_key` in PEM."""

    id: int
    slug: str
    public_key: str
    owner: str
    permissions: dict[str, str] = field(default_factory=lambda: dict(PERMISSIONS))

    @property
    def account(self) -> str:
        return f"{self.slug}[bot]"


@dataclass(slots=True)
class Installation:
    """An App in the repositories of one owner: those named, or None for all of them."""

    id: int
    app: SandboxApp
    owner: str
    repositories: tuple[str, ...] | None = None
    permissions: dict[str, str] = field(default_factory=dict)
    is_suspended: bool = False

    def reaches(self, repository: str) -> bool:
        is_owners = repository.partition("/")[0].casefold() == self.owner.casefold()
        return is_owners and (self.repositories is None or repository in self.repositories)


@dataclass(frozen=True, slots=True)
class Badge:
    """What a request's credential lets it be: an App itself, or one of its installations."""

    app: SandboxApp
    installation: Installation | None = None


class GithubApps:
    """The Apps of one site, with their routes. Thread-safe."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._lock = threading.Lock()
        self._ids = itertools.count(678)
        self._numbers = itertools.count(1)
        self._apps: dict[str, SandboxApp] = {}
        self._tokens: dict[str, tuple[Installation, dt.datetime]] = {}
        self.installations: dict[int, Installation] = {}

    # --- setting up -----------------------------------------------------------------------------

    def register(self, app: SandboxApp) -> SandboxApp:
        """Make an App known."""
        self._apps[str(app.id)] = app
        return app

    def install(self, app: SandboxApp, owner: str, repositories: tuple[str, ...] | None = None) -> Installation:
        """Let an App into an owner's repositories."""
        made = Installation(next(self._ids), app, owner, repositories, dict(app.permissions))
        with self._lock:
            self.installations[made.id] = made
        return made

    def uninstall(self, installation: Installation) -> None:
        """Take an App's access away; its tokens end at once."""
        with self._lock:
            del self.installations[installation.id]

    def revoke_tokens(self) -> None:
        """End every token now."""
        with self._lock:
            self._tokens.clear()

    # --- letting in -----------------------------------------------------------------------------

    def badge(self, authorization: str) -> Badge | None:
        """Whose credential it is; None where it is no App's, or not good any more."""
        found = _CREDENTIALS.fullmatch(authorization.strip())
        if found is None:
            return None
        with self._lock:
            installation, ends_at = self._tokens.get(found["token"], (None, None))
            if installation is not None and ends_at is not None:
                is_good = self._site.now() < ends_at and installation.id in self.installations
                return Badge(installation.app, installation) if is_good else None
        return self._signed(found["token"])

    def admit(self, badge: Badge, request: Request) -> None:
        """Raise what an App hears where its credential does not open a door.
        https://docs.github.com/rest/authentication/authenticating-to-the-rest-api"""
        if badge.installation is None:
            if not _APP_PATH.fullmatch(request.path):
                raise refusal(401, "Bad credentials")
            return
        if _APP_PATH.fullmatch(request.path):
            raise refusal(401, "A JSON web token could not be decoded")
        if badge.installation.is_suspended:
            raise refusal(403, "This installation has been suspended")
        if request.path == "/user":
            raise refusal(403, "Resource not accessible by integration")
        self._admit_to_repository(badge.installation, request)

    def _admit_to_repository(self, installation: Installation, request: Request) -> None:
        parts = request.path.split("/")
        place = self._site.places.get("/".join(parts[2:4])) if parts[1] == "repos" else None
        if place is None:
            return
        is_reached = installation.reaches(place.container)
        if not is_reached and not place.is_public:
            raise not_found()
        needed = "contents" if parts[4:5] == ["contents"] else "issues"
        may_write = is_reached and installation.permissions.get(needed) == "write"
        if request.method != "GET" and not may_write:
            error = refusal(403, "Resource not accessible by integration")
            error.headers["X-Accepted-GitHub-Permissions"] = f"{needed}=write"
            raise error

    def _signed(self, token: str) -> Badge | None:
        """https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app"""
        try:
            app = self._apps[str(jwt.decode(token, options={"verify_signature": False})["iss"])]
            # By the sandbox's clock, below, and not by the machine's.
            claims = jwt.decode(
                token, app.public_key, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
            )
            issued_at, ends_at = (dt.datetime.fromtimestamp(int(claims[name]), dt.UTC) for name in ("iat", "exp"))
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            return None
        now = self._site.now()
        return Badge(app) if issued_at <= now < ends_at <= now + _JWT_LIFE else None

    # --- routes ---------------------------------------------------------------------------------

    def add_routes(self, router: Router) -> None:
        router.add("GET", "/app", self.get_app)
        router.add("GET", "/app/installations", self.list_installations)
        router.add("GET", "/app/installations/{installation}", self.get_installation)
        router.add("POST", "/app/installations/{installation}/access_tokens", self.create_token)
        router.add("GET", "/repos/{owner}/{repo}/installation", self.get_repository_installation)

    def get_app(self, request: Request) -> Response:
        """https://docs.github.com/rest/apps/apps#get-the-authenticated-app"""
        app = self._app(request)
        about = {
            "id": app.id,
            "slug": app.slug,
            "node_id": node_id("A", app.id),
            "owner": self._desk.render.user(app.owner),
            "name": app.slug.title(),
            "description": None,
            "external_url": "https://example.org",
            "html_url": self._page(app),
            "created_at": _BEGAN,
            "updated_at": _BEGAN,
            "permissions": app.permissions,
            "events": ["issues", "issue_comment"],
            "installations_count": len(self._installed(app)),
        }
        return Response(200, about)

    def list_installations(self, request: Request) -> Response:
        """https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app"""
        return paged(request, self._desk.render.base_url, self._installed(self._app(request)), self._shown)

    def get_installation(self, request: Request, installation: str) -> Response:
        """https://docs.github.com/rest/apps/apps#get-an-installation-for-the-authenticated-app"""
        return Response(200, self._shown(self._own(request, installation)))

    def get_repository_installation(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app"""
        app, name = self._app(request), f"{owner}/{repo}"
        found = next((one for one in self._installed(app) if one.reaches(name)), None)
        if found is None or name not in self._site.places:
            raise not_found()
        return Response(200, self._shown(found))

    def create_token(self, request: Request, installation: str) -> Response:
        """https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app"""
        mine = self._own(request, installation)
        if mine.is_suspended:
            raise refusal(403, "This installation has been suspended")
        ends_at = self._site.now() + TOKEN_LIFE
        token = f"ghs_{next(self._numbers):036d}"
        with self._lock:
            self._tokens[token] = (mine, ends_at)
        which = "all" if mine.repositories is None else "selected"
        made = {"token": token, "expires_at": stamp(ends_at), "permissions": mine.permissions}
        return Response(201, {**made, "repository_selection": which})

    def _app(self, request: Request) -> SandboxApp:
        badge = self.badge(request.headers.get("authorization", ""))
        if badge is None:
            raise refusal(401, "A JSON web token could not be decoded")
        return badge.app

    def _installed(self, app: SandboxApp) -> list[Installation]:
        with self._lock:
            return [one for one in self.installations.values() if one.app is app]

    def _own(self, request: Request, installation: str) -> Installation:
        app = self._app(request)
        found = next((one for one in self._installed(app) if str(one.id) == installation), None)
        if found is None:
            raise not_found()
        return found

    def _organisation(self, owner: str) -> dict[str, Any]:
        """Whoever owns repositories need not be an account of the world."""
        number = zlib.crc32(owner.encode())
        organisation = {**self._desk.render.user(owner), "login": owner, "id": number, "type": "Organization"}
        # GitHub's description of the listing wants an account to be a user and an enterprise at once.
        return {**organisation, "name": owner, "slug": owner, "created_at": _BEGAN, "updated_at": _BEGAN}

    def _page(self, app: SandboxApp) -> str:
        return f"{self._desk.render.base_url}/apps/{app.slug}"

    def _shown(self, installation: Installation) -> dict[str, Any]:
        app, url = installation.app, f"{self._desk.render.base_url}/app/installations/{installation.id}"
        owner = self._organisation(installation.owner)
        return {
            "id": installation.id,
            "account": owner,
            "access_tokens_url": f"{url}/access_tokens",
            "repositories_url": f"{self._desk.render.base_url}/installation/repositories",
            "html_url": f"{self._desk.render.base_url}/settings/installations/{installation.id}",
            "app_id": app.id,
            "app_slug": app.slug,
            "target_id": owner["id"],
            "target_type": owner["type"],
            "permissions": installation.permissions,
            "events": ["issues", "issue_comment"],
            "created_at": _BEGAN,
            "updated_at": _BEGAN,
            "single_file_name": None,
            "repository_selection": "all" if installation.repositories is None else "selected",
            "suspended_at": _BEGAN if installation.is_suspended else None,
            "suspended_by": self._desk.render.user(installation.app.owner) if installation.is_suspended else None,
        }

"""Secrets that are changed while trackers live: by file, by `.env`, and as Kubernetes swaps them. Over real HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.errors import Denied
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.server import Sandbox
from connectors.tracker import Delivery, Tracker
from rules.facts import Marker
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import START
from worker.clock import SystemClock
from worker.config import Config, load_config
from worker.config.environment_file import environment_beside
from worker.config.rotation import FORMER_TAKEN_S, RotatedSecret
from worker.logs import MASK, Mask
from worker.trackers import build_tracker

MARKER = Marker(case="abcdefghij234567abcd.1", key="klmnopqrst234567klmn", kind="reminder", extra="said")
KINDS = ["github", "jira"]


@dataclass
class Site:
    """Both trackers on a sandbox, read from a configuration whose secrets lie in files. `tokens` are those that open
    them, by the account that each is of."""

    folder: Path
    sandbox: Sandbox
    tokens: dict[str, str]
    refs: dict[str, TicketRef]

    def load(self, text: str, environ: dict[str, str] | None = None) -> Config:
        file = self.folder / "aftermath.yaml"
        file.write_text(text, encoding="utf-8")
        return load_config(file, environment_beside(file, environ or {}))

    def configured(self, token: str, hook: str = "") -> str:
        github, jira = self.sandbox.url("github"), self.sandbox.url("jira")
        return (
            "aftermath: 1\ninstallation: tests\nsecret: 0123456789abcdef\ntrackers:\n"
            f"  github: {{kind: github, url: '{github}', {token}{hook}}}\n"
            f"  jira: {{kind: jira, url: '{jira}', user: bot@example.org, {token}{hook}}}\n"
            "watch: ['github:acme/shop', 'jira:OPS']\n"
        )

    def tracker(self, config: Config, kind: str) -> Tracker:
        return build_tracker(config.trackers[kind], config, SystemClock(), "Task")[0]

    def takes_only(self, token: str) -> None:
        self.tokens.clear()
        self.tokens[token] = "bot"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Site]:
    sandbox = Sandbox(SandboxClock(START))
    refs = {}
    for kind, place in (("github", "acme/shop"), ("jira", "OPS")):
        site = sandbox.world.add_site(kind, kind)
        site.add_account("bot", "Aftermath")
        site.add_account("ada", "Ada")
        site.add_place(place)
        refs[kind] = TicketRef(kind, site.open_ticket("ada", place, "Down").key)
    tokens: dict[str, str] = {}
    world = sandbox.world.sites
    sandbox.mount(GithubApi(world["github"], sandbox.url("github"), sandbox.courier, tokens=tokens))
    sandbox.mount(JiraApi(world["jira"], sandbox.url("jira"), sandbox.clock.now, tokens=tokens))
    with sandbox:
        yield Site(tmp_path, sandbox, tokens, refs)


def replace_file(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def swap_link(file: Path, text: str) -> None:
    """As Kubernetes does: `token` -> `..data/token`, `..data` -> a folder with a time for its name."""
    folder = file.parent / f"..{time.monotonic_ns()}"
    folder.mkdir()
    (folder / file.name).write_text(text, encoding="utf-8")
    os.utime(folder / file.name, ns=(1, 1))  # the same moment for both: the inode alone tells them apart
    link = file.parent / "..new"
    link.symlink_to(folder, target_is_directory=True)
    link.replace(file.parent / "..data")
    if not file.is_symlink():
        file.unlink(missing_ok=True)
        file.symlink_to(Path("..data") / file.name)


@pytest.mark.parametrize("change", [replace_file, swap_link])
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_is_changed_in_its_file_reaches_an_open_session(
    at: Site, kind: str, change: Callable[[Path, str], None]
) -> None:
    change(at.folder / "token", "first-token\n")
    tracker = at.tracker(at.load(at.configured("token_file: token")), kind)
    at.takes_only("first-token")
    assert tracker.fetch_ticket(at.refs[kind]).title == "Down"
    change(at.folder / "token", "second-token\n")
    at.takes_only("second-token")
    assert tracker.fetch_ticket(at.refs[kind]).title == "Down"


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_is_changed_in_the_env_file_reaches_an_open_session(at: Site, kind: str) -> None:
    (at.folder / ".env").write_text("TRACKER_TOKEN=first-token\n", encoding="utf-8")
    tracker = at.tracker(at.load(at.configured("token: '${TRACKER_TOKEN}'")), kind)
    at.takes_only("first-token")
    tracker.fetch_ticket(at.refs[kind])
    (at.folder / ".env").write_text("TRACKER_TOKEN=second-token\n", encoding="utf-8")
    at.takes_only("second-token")
    assert tracker.fetch_ticket(at.refs[kind]).title == "Down"


def test_a_token_from_the_environment_itself_stays(at: Site) -> None:
    (at.folder / ".env").write_text("TRACKER_TOKEN=from-the-file\n", encoding="utf-8")
    config = at.load(at.configured("token: '${TRACKER_TOKEN}'"), {"TRACKER_TOKEN": "from-outside"})
    (at.folder / ".env").write_text("TRACKER_TOKEN=changed\n", encoding="utf-8")
    secret = config.trackers["github"].access.secret
    assert not secret.changed_from("from-outside")
    assert secret.now() == "from-outside"


@pytest.mark.parametrize("kind", KINDS)
def test_a_write_that_met_the_former_token_is_sent_once_more_and_done_once(at: Site, kind: str) -> None:
    """P3: 401 is the tracker's word that nobody was let in."""
    replace_file(at.folder / "token", "first-token")
    tracker = at.tracker(at.load(at.configured("token_file: token")), kind)
    at.takes_only("first-token")
    tracker.fetch_ticket(at.refs[kind])
    at.takes_only("second-token")
    replace_file(at.folder / "token", "second-token")
    tracker.post_comment(at.refs[kind], "Looking into it", MARKER)
    site = at.sandbox.world.sites[kind]
    assert len(site.tickets[site.by_key[at.refs[kind].key]].comments) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_with_another_account_s_token_is_recognised_as_ours(at: Site, kind: str) -> None:
    """P3: what is not found again by its marker would be written once more."""
    at.sandbox.world.sites[kind].add_account("new-bot", "Aftermath anew")
    at.tokens |= {"first-token": "bot", "second-token": "new-bot"}
    replace_file(at.folder / "token", "first-token")
    config = at.load(at.configured("token_file: token"))
    tracker = at.tracker(config, kind)
    assert tracker.who_we_are().account == "bot"
    replace_file(at.folder / "token", "second-token")
    assert config.trackers[kind].access.secret.changed_from("first-token")
    written = tracker.post_comment(at.refs[kind], "Looking into it", MARKER)
    assert tracker.find_comments(at.refs[kind], MARKER.key) == (written,)
    before = at.sandbox.counts.reads(kind)
    assert (tracker.who_we_are().account, at.sandbox.counts.reads(kind) - before) == ("new-bot", 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_is_not_taken_and_not_changed_is_tried_once(at: Site, kind: str) -> None:
    replace_file(at.folder / "token", "first-token")
    tracker = at.tracker(at.load(at.configured("token_file: token")), kind)
    before = at.sandbox.counts.reads(kind)
    with pytest.raises(Denied):
        tracker.who_we_are()
    assert at.sandbox.counts.reads(kind) - before == 1


def test_no_log_shows_a_secret_former_or_present(at: Site) -> None:
    """P11."""
    replace_file(at.folder / "token", "first-token")
    config = at.load(at.configured("token_file: token"))
    mask = Mask(config.secrets)
    replace_file(at.folder / "token", "second-token")
    assert config.trackers["github"].access.secret.changed_from("first-token")
    assert mask.text("first-token and second-token") == f"{MASK} and {MASK}"
    assert "token" not in repr(config.secrets) + repr(config.trackers["github"].access.secret)


# --- webhook secrets ----------------------------------------------------------------------------


def delivery(kind: str, secret: str) -> tuple[dict[str, str], bytes]:
    payload = {"zen": "Design for failure."} if kind == "github" else {"webhookEvent": "user_created"}
    raw = json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": signature, "X-Hub-Signature": signature, "X-GitHub-Event": "ping"}, raw


def tells_of_nothing(delivery: Delivery | None) -> bool:
    """It was believed, and no ticket is to be looked at."""
    return delivery is None or delivery.ref is None


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_change_of_the_webhook_secret_both_are_taken(at: Site, kind: str) -> None:
    replace_file(at.folder / "token", "first-token")
    replace_file(at.folder / "hook", "first-secret")
    config = at.load(at.configured("token_file: token", ", webhook_secret_file: hook"))
    tracker = at.tracker(config, kind)
    assert tells_of_nothing(tracker.parse_delivery(*delivery(kind, "first-secret")))
    replace_file(at.folder / "hook", "second-secret")
    assert config.trackers[kind].webhook_secret.changed_from("first-secret")
    for secret in ("first-secret", "second-secret"):
        assert tells_of_nothing(tracker.parse_delivery(*delivery(kind, secret)))
    with pytest.raises(Denied):
        tracker.parse_delivery(*delivery(kind, "another-secret"))


# --- when it is looked at -----------------------------------------------------------------------


@dataclass
class Watched:
    """A secret in a file, with a stopwatch that is driven."""

    file: Path
    elapsed_s: float = 0.0
    reads: int = 0

    def secret(self) -> RotatedSecret:
        return RotatedSecret("first", self.file, self._read, lambda: self.elapsed_s)

    def _read(self) -> str:
        self.reads += 1
        return self.file.read_text(encoding="utf-8").strip()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    (tmp_path / "secret").write_text("first", encoding="utf-8")
    return Watched(tmp_path / "secret")


def test_a_change_is_seen_within_a_second_and_not_looked_for_more_often(watched: Watched) -> None:
    secret = watched.secret()
    assert secret.now() == "first"
    replace_file(watched.file, "second")
    watched.elapsed_s = 0.9
    assert secret.now() == "first"
    watched.elapsed_s = 1.0
    assert secret.now() == "second"


def test_a_file_that_did_not_change_is_not_read_again(watched: Watched) -> None:
    secret = watched.secret()
    for second in range(20):
        watched.elapsed_s = second
        secret.now()
    assert watched.reads == 1


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "empty"])
def test_a_file_that_is_gone_or_empty_for_a_moment_leaves_the_last_good_secret(watched: Watched, is_gone: bool) -> None:
    secret = watched.secret()
    secret.now()
    watched.file.unlink() if is_gone else replace_file(watched.file, "")
    watched.elapsed_s = 2
    assert (secret.now(), secret.changed_from("first")) == ("first", False)
    replace_file(watched.file, "second")
    watched.elapsed_s = 4
    assert secret.now() == "second"


def test_a_change_between_loading_and_the_first_use_is_seen(watched: Watched) -> None:
    secret = watched.secret()
    replace_file(watched.file, "other")
    assert secret.now() == "other"


def test_a_former_secret_is_accepted_for_an_hour_and_known_for_good(watched: Watched) -> None:
    secret = watched.secret()
    secret.now()
    replace_file(watched.file, "second")
    watched.elapsed_s = 10
    assert secret.accepted() == ("second", "first")
    watched.elapsed_s = 10 + FORMER_TAKEN_S + 1
    assert secret.accepted() == ("second",)
    assert secret.known() == ("second", "first")

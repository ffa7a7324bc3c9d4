"""The way to a tracker, for both vendors over real HTTP: through a proxy, past a certificate, within a time."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.errors import Ambiguous, Temporary, TrackerError
from connectors.github.app import App, AppApi
from connectors.github.client import GitHubClient
from connectors.github.tracker import GitHubTracker
from connectors.jira.client import JiraClient
from connectors.jira.tracker import JiraTracker
from connectors.metering import RequestMeter
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.faults import Fault
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.server import Sandbox
from connectors.tracker import Tracker
from rules.facts import Marker
from rules.refs import Place, TicketRef
from tests.authority import Authority
from tests.connectors.forward_proxy import ForwardProxy
from tests.connectors.github.app_company import key_pair
from tests.connectors.jira.jira_house import CODEC, START
from tests.connectors.jira.scripted import Reply, Scripted

MARKER = Marker(case="abcdefghij234567abcd.1", key="klmnopqrst234567klmn", kind="reminder", extra="said")
PLACES = {"github": Place("github", "acme/shop"), "jira": Place("jira", "OPS")}
REFS = {"github": TicketRef("github", "acme/shop#1"), "jira": TicketRef("jira", "OPS-1")}
KINDS = ["github", "jira"]
both = pytest.mark.parametrize("kind", KINDS)


@contextmanager
def sandbox_with_both() -> Iterator[Sandbox]:
    sandbox = Sandbox(SandboxClock(START))
    for kind, place in PLACES.items():
        site = sandbox.world.add_site(kind, kind)
        site.add_account("bot", "Aftermath", default_rights="admin")
        site.add_account("ada", "Ada")
        site.add_place(place.container)
        site.open_ticket("ada", place.container, "Down")
    sandbox.mount(GithubApi(sandbox.world.sites["github"], sandbox.url("github"), sandbox.courier))
    sandbox.mount(JiraApi(sandbox.world.sites["jira"], sandbox.url("jira"), sandbox.clock.now))
    with sandbox:
        yield sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with sandbox_with_both() as running:
        yield running


def connect(kind: str, url: str, **way: object) -> Tracker:
    access = Access(Secret("bot-token"), **way)  # type: ignore[arg-type]
    if kind == "github":
        return GitHubTracker("github", url, access, CODEC, Secret(), now=lambda: START, sleep=lambda _: None)
    return JiraTracker("jira", url, "bot@example.org", access, CODEC, Secret(), lambda: START, wait=wait_none())


# --- a proxy ------------------------------------------------------------------------------------


@both
def test_reads_and_writes_go_through_the_proxy(sandbox: Sandbox, kind: str) -> None:
    with ForwardProxy("hunter2") as proxy:
        way = f"http://us:hunter2@127.0.0.1:{proxy.port}"
        tracker = connect(kind, sandbox.url(kind), proxy=way)
        tracker.post_comment(REFS[kind], "Looking into it", MARKER)
        assert tracker.fetch_ticket(REFS[kind]).title == "Down"
        sent = tracker.requests.reads + tracker.requests.writes  # type: ignore[attr-defined]
        assert len(proxy.asked) == sent
        assert "hunter2" not in repr(tracker) + repr(vars(tracker))


@both
def test_a_tracker_s_own_proxy_goes_before_the_environment_s(
    sandbox: Sandbox, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ForwardProxy() as proxy:
        connect(kind, sandbox.url(kind), proxy=proxy.url).who_we_are()
        assert proxy.asked


@both
def test_without_one_the_environment_s_is_used(sandbox: Sandbox, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ForwardProxy() as proxy:
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        connect(kind, sandbox.url(kind)).who_we_are()
        assert proxy.asked


@both
@pytest.mark.parametrize("is_there", [True, False], ids=["wants-a-password", "not-there"])
def test_a_proxy_that_lets_nothing_through_leaves_no_doubt(sandbox: Sandbox, kind: str, is_there: bool) -> None:
    """P3: what never left was never done."""
    with ForwardProxy("hunter2") as proxy:
        way = proxy.url if is_there else "http://127.0.0.1:9"
        tracker = connect(kind, sandbox.url(kind), proxy=way)
        error = error_of(lambda: tracker.add_label(REFS[kind], "failure"))
    assert isinstance(error, Temporary)
    assert "proxy" in str(error)
    assert sandbox.counts.writes(kind) == 0


@both
def test_a_tunnel_that_a_proxy_does_not_open_leaves_no_doubt(kind: str) -> None:
    """P3: nothing but the proxy heard of it."""
    with ForwardProxy("hunter2") as proxy:
        tracker = connect(kind, f"https://tracker.invalid/{kind}", proxy=proxy.url)
        error = error_of(lambda: tracker.add_label(REFS[kind], "failure"))
    assert proxy.asked
    assert isinstance(error, Temporary)
    assert "proxy" in str(error)


# --- a certificate ------------------------------------------------------------------------------


@contextmanager
def behind_tls(sandbox: Sandbox, authority: Authority, folder: Path) -> Iterator[str]:
    """A TLS server before the sandbox, with a certificate by the authority; its address."""
    context = authority.context(folder)
    with _Terminator(context, int(sandbox.url().rpartition(":")[2])) as port:
        yield f"https://127.0.0.1:{port}"


class _Terminator:
    """Takes TLS off and hands on what is in it."""

    def __init__(self, context: ssl.SSLContext, target: int) -> None:
        self._context, self._target = context, target
        self._listening = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return int(self._listening.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        try:
            with (
                self._context.wrap_socket(raw, server_side=True) as ours,
                socket.create_connection(("127.0.0.1", self._target)) as theirs,
            ):
                back = threading.Thread(target=_pump, args=(theirs, ours), daemon=True)
                back.start()
                _pump(ours, theirs)
        except OSError:
            return


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while got := source.recv(65_536):
            target.sendall(got)
    except (OSError, ValueError):
        return


@both
def test_an_authority_of_our_own_is_trusted_where_it_is_named(sandbox: Sandbox, kind: str, tmp_path: Path) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_text(authority.pem, encoding="utf-8")
    with behind_tls(sandbox, authority, tmp_path) as url:
        tracker = connect(kind, f"{url}/{kind}", ca_file=str(tmp_path / "ca.pem"))
        tracker.add_label(REFS[kind], "failure")
        assert "failure" in tracker.fetch_ticket(REFS[kind]).labels


@both
def test_https_goes_through_a_proxy_s_tunnel(sandbox: Sandbox, kind: str, tmp_path: Path) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_text(authority.pem, encoding="utf-8")
    with behind_tls(sandbox, authority, tmp_path) as url, ForwardProxy() as proxy:
        tracker = connect(kind, f"{url}/{kind}", ca_file=str(tmp_path / "ca.pem"), proxy=proxy.url)
        assert tracker.fetch_ticket(REFS[kind]).title == "Down"
        assert {line.split()[0] for line in proxy.asked} == {"CONNECT"}


@both
@pytest.mark.parametrize("is_another", [True, False], ids=["another-authority", "none-named"])
def test_a_certificate_that_is_not_trusted_is_told_and_leaves_no_doubt(
    sandbox: Sandbox, kind: str, tmp_path: Path, is_another: bool
) -> None:
    """P3: not Ambiguous, since not a byte of the request was sent."""
    (tmp_path / "other.pem").write_text(Authority().pem, encoding="utf-8")
    with behind_tls(sandbox, Authority(), tmp_path) as url:
        tracker = connect(kind, f"{url}/{kind}", ca_file=str(tmp_path / "other.pem") if is_another else "")
        for ask in (lambda: tracker.add_label(REFS[kind], "failure"), lambda: tracker.fetch_ticket(REFS[kind])):
            error = error_of(ask)
            assert isinstance(error, Temporary)
            assert "certificate" in str(error)
            assert "`ca_file`" in str(error)
            assert "bot-token" not in "".join(traceback.format_exception(error))
    assert sandbox.counts.reads(kind) + sandbox.counts.writes(kind) == 0


# --- time ---------------------------------------------------------------------------------------


def error_of(ask: Callable[[], object]) -> TrackerError:
    with pytest.raises(TrackerError) as caught:
        ask()
    return caught.value


GITHUB_ASKS: dict[str, Callable[[GitHubClient], object]] = {
    "read": lambda client: client.read("/repos/acme/shop"),
    "read_object": lambda client: client.read_object("/repos/acme/shop"),
    "read_pages": lambda client: list(client.read_pages("/repos/acme/shop/issues")),
    "write": lambda client: client.write("POST", "/repos/acme/shop/issues", {"title": "Down"}),
    "query_graphql": lambda client: client.query_graphql("query { viewer { login } }"),
    "query_partly": lambda client: client.query_partly("query { viewer { login } }", {}, to="acme"),
    "as_app": lambda client: client.as_app(AppApi.fetch_about),
    "write_as_app": lambda client: client.write_as_app("POST", "/app/hook/deliveries/1/attempts"),
}
JIRA_ASKS: dict[str, Callable[[JiraClient], object]] = {
    "get": lambda client: client.get("myself"),
    "ask": lambda client: client.ask("search/jql", {"jql": "project = OPS"}),
    "write": lambda client: client.write("POST", "issue", {}),
    "put_there": lambda client: client.put_there("issue/OPS-1/remotelink", {}),
}


def entries_of(client: type) -> set[str]:
    return {name for name, one in vars(client).items() if callable(one) and not name.startswith("_")}


def test_every_entry_of_the_clients_is_walked() -> None:
    assert entries_of(GitHubClient) == set(GITHUB_ASKS)
    assert entries_of(JiraClient) - {"now"} == set(JIRA_ASKS), "what time it is asks nobody"


WALKED = [
    *(pytest.param("github", name, id=f"github-{name}") for name in GITHUB_ASKS),
    *(pytest.param("jira", name, id=f"jira-{name}") for name in JIRA_ASKS),
]


@pytest.mark.parametrize(("kind", "name"), WALKED)
def test_no_request_waits_longer_than_its_time(sandbox: Sandbox, kind: str, name: str) -> None:
    sandbox.faults.add(Fault("hang"))
    began = time.monotonic()
    if kind == "github":
        app = App("12345") if name.endswith("as_app") else None
        access = Access(Secret(key_pair()[0] if app else "bot-token"), timeout_s=0.2)
        github = GitHubClient(sandbox.url("github"), access, lambda: START, lambda _: None, app)
        error = error_of(lambda: GITHUB_ASKS[name](github))
    else:
        access, meter = Access(Secret("bot-token"), timeout_s=0.2), RequestMeter()
        jira = JiraClient(
            sandbox.url("jira"), "bot@example.org", access, meter=meter, now=lambda: START, wait=wait_none()
        )
        error = error_of(lambda: JIRA_ASKS[name](jira))
    assert time.monotonic() - began < 15  # three tries of 0.2 s, on a machine that has other things to do
    assert isinstance(error, Ambiguous if name in ("write", "write_as_app", "put_there") else Temporary)


# --- who it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "header"),
    [
        pytest.param("bot@example.org", "Basic Ym90QGV4YW1wbGUub3JnOmJvdC10b2tlbg==", id="user-and-token"),
        pytest.param("", "Bearer bot-token", id="token-alone"),
    ],
)
def test_jira_is_shown_user_and_token_or_a_token_alone(user: str, header: str) -> None:
    with Scripted() as server:
        server.on("GET", "myself", Reply(200, {"accountId": "bot"}))
        access = Access(Secret("bot-token"))
        JiraTracker("jira", server.url, user, access, CODEC, Secret(), lambda: START).who_we_are()
        assert server.seen[0].authorization == header


def test_jira_behind_the_gateway_is_linked_to_where_people_look(sandbox: Sandbox) -> None:
    access, site = Access(Secret("bot-token")), "https://acme.atlassian.net"
    tracker = JiraTracker(
        "jira", sandbox.url("jira"), "bot@example.org", access, CODEC, Secret(), lambda: START, web_url=site
    )
    assert tracker.fetch_ticket(REFS["jira"]).url == f"{site}/browse/OPS-1"
    assert tracker.key_named(f"{site}/browse/OPS-1") == "OPS-1"
    assert tracker.key_named(f"{sandbox.url('jira')}/browse/OPS-1") == ""

"""The sandbox's server, its clock, its control API and its pages."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.control_client import SandboxControl
from connectors.sandbox.faults import Fault
from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.server import Sandbox
from tests.connectors.sandbox.github_company import SHOP, START, Company, company, receiver


@pytest.fixture
def at() -> Iterator[Company]:
    with company() as running:
        yield running


@pytest.fixture
def control(at: Company) -> SandboxControl:
    return SandboxControl(at.sandbox.url())


def test_it_starts_and_stops_at_once_and_leaves_no_thread_behind() -> None:
    before = time.perf_counter()
    with company() as at:
        assert at.get("/user").status_code == 200
        started_s = time.perf_counter() - before
        before = time.perf_counter()
    assert started_s < 0.2
    assert time.perf_counter() - before < 0.5
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sandbox")]


def test_it_listens_on_loopback_only(at: Company) -> None:
    port = int(at.sandbox.url().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass
    own = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in own - {"127.0.0.1"}:
        if not address.startswith("127."):
            with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
                socket.create_connection((address, port), timeout=1)
    assert at.sandbox._server.server_address[0] == "127.0.0.1"


def test_a_sandbox_that_never_started_can_be_stopped() -> None:
    sandbox = Sandbox(SandboxClock(START))
    sandbox.stop()
    sandbox.stop()


def test_a_connection_is_kept_for_many_requests(at: Company) -> None:
    with requests.Session() as session:
        for _ in range(3):
            answer = session.get(at.sandbox.url("github") + "/users/ada", timeout=5)
            assert answer.status_code == 200
            assert "Connection" not in answer.headers


def test_many_callers_at_once_get_numbers_of_their_own(at: Company) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: at.post(f"{SHOP}/issues", {"title": f"{n}"}), range(64)))
    assert sorted(answer.json()["number"] for answer in answers) == list(range(1, 65))
    assert at.sandbox.counts.writes("github", "ada") == 64
    assert at.sandbox.counts.route("github", "POST", "/repos/{owner}/{repo}/issues") == 64


def test_answers_are_dated_by_the_sandbox_s_clock(at: Company) -> None:
    assert at.get("/user").headers["Date"] == "Mon, 02 Mar 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param("POST {p} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413, id="too-large"),
        pytest.param("POST {p} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, id="chunked"),
        pytest.param("BREW {p} HTTP/1.1\r\nHost: x\r\n\r\n", 501, id="unknown-method"),
        pytest.param("HEAD /github/users/ada HTTP/1.1\r\nHost: x\r\n\r\n", 200, id="head"),
        pytest.param("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404, id="nowhere"),
    ],
)
def test_odd_requests_are_answered(at: Company, head: str, status: int) -> None:
    port = int(at.sandbox.url().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head.format(p="/github/repos/acme/shop/issues").encode())
        assert connection.recv(65_536).split(b" ", 2)[1] == str(status).encode()


def test_what_breaks_inside_is_a_500_and_the_server_goes_on(at: Company, caplog: pytest.LogCaptureFixture) -> None:
    at.site.places["acme/shop"].labels = None  # type: ignore[assignment]
    assert at.get(f"{SHOP}/labels").status_code == 500
    assert "the sandbox failed at GET /repos/acme/shop/labels" in caplog.text
    assert at.get("/user").status_code == 200


# --- control -------------------------------------------------------------------------------------


def test_the_clock_is_driven_from_outside(at: Company, control: SandboxControl) -> None:
    assert control.now() == START
    assert control.advance(dt.timedelta(hours=2)) == START + dt.timedelta(hours=2)
    tomorrow = START + dt.timedelta(days=1)
    assert control.advance_to(tomorrow) == at.sandbox.clock.now() == tomorrow
    with pytest.raises(ValueError, match="does not go back"):
        control.advance_to(START)


def test_working_days_pass_as_whoever_made_the_sandbox_says() -> None:
    def later(at: dt.datetime, days: int) -> dt.datetime:
        return at + dt.timedelta(days=7 * days)

    with Sandbox(SandboxClock(START), working_days=later) as sandbox:
        url = sandbox.url("_sandbox/clock")
        told = requests.post(url, json={"working_days": 2}, timeout=5).json()["now"]
        assert dt.datetime.fromisoformat(told) == sandbox.clock.now() == START + dt.timedelta(days=14)
        for wanted in (0, -1, 261, True, "1", 1.5, None):
            refused = requests.post(url, json={"working_days": wanted}, timeout=5)
            assert (refused.status_code, "from 1 to 260" in refused.json()["message"]) == (400, True), wanted


def test_counts_are_told_by_site_account_and_route_and_begin_again(at: Company, control: SandboxControl) -> None:
    at.post(f"{SHOP}/issues", {"title": "Boom"}, who="ben")
    at.get(f"{SHOP}/issues/1", who="ben")
    at.get(f"{SHOP}/issues/2", who="tom")
    told = control.counts()["github"]
    assert (told["reads"], told["writes"]) == (2, 1)
    assert told["accounts"]["ben"] == {"reads": 1, "writes": 1, "unchanged": 0}
    assert told["routes"]["GET /repos/{owner}/{repo}/issues/{number}"] == 2
    control.reset_counts()
    assert control.counts() == {}


def test_faults_are_set_and_released_from_outside(at: Company, control: SandboxControl) -> None:
    control.add_faults(Fault("html", times=1), Fault("hang-late", only="writes", event="late"))
    assert at.get("/user").headers["Content-Type"].startswith("text/html")
    with pytest.raises(requests.ReadTimeout):
        at.post(f"{SHOP}/issues", {"title": "Boom"}, timeout=0.1)
    assert control.idle() == {"deliveries": 0, "hanging": 1, "lost": 0}
    assert control.faults()["fired"] == {"html": 1, "hang-late": 1}
    control.release("late")
    assert at.sandbox.wait_idle()
    assert control.state()["github"]["tickets"][0]["title"] == "Boom"
    control.clear_faults()
    assert control.faults()["rules"] == []


def test_chance_begins_again_with_a_seed(at: Company, control: SandboxControl) -> None:
    def drawn() -> list[int]:
        control.clear_faults()
        control.reseed(5)
        control.add_faults(Fault("error-500", probability=0.5))
        return [at.get("/user").status_code for _ in range(12)]

    assert drawn() == drawn()


def test_webhooks_are_subscribed_to_and_disturbed_from_outside(at: Company, control: SandboxControl) -> None:
    with receiver() as ear:
        assert control.subscribe("github", ear.url, secret="hush", events=["issues"]) > 0
        at.site.open_ticket("ada", "acme/vault", "Boom")
        assert at.sandbox.wait_idle()
        control.set_mischief(Mischief(lose=1.0))
        at.site.open_ticket("ada", "acme/vault", "Unheard")
        assert at.sandbox.wait_idle()
        assert ear.actions() == ["opened"]
        assert control.idle()["lost"] == 1


@pytest.mark.parametrize(
    ("method", "name", "body", "status"),
    [
        ("POST", "clock", {"now": "soon"}, 400),
        ("POST", "clock", {"now": "2027-01-01T00:00:00"}, 400),
        ("POST", "clock", {}, 400),
        ("POST", "clock", {"working_days": 1}, 400),
        ("POST", "faults", {"kind": "explode"}, 400),
        ("POST", "webhooks", {"site": "nowhere", "url": "http://127.0.0.1/"}, 400),
        ("POST", "mischief", {"lose": 3}, 400),
        ("PUT", "clock", {}, 404),
        ("GET", "secrets", None, 404),
    ],
)
def test_nonsense_is_refused_with_a_sentence(at: Company, method: str, name: str, body: object, status: int) -> None:
    answer = requests.request(method, at.sandbox.url(f"_sandbox/{name}"), json=body, timeout=5)
    assert (answer.status_code, bool(answer.json()["message"])) == (status, True)


def test_a_clock_asked_with_another_key_says_what_it_takes(at: Company) -> None:
    answer = requests.post(at.sandbox.url("_sandbox/clock"), json={"hours": 2}, timeout=5)
    taken = '{"advance_s": 3600}, {"working_days": 1} or {"now": "2026-03-02T09:00:00+00:00"}'
    assert answer.json()["message"] == f"this is not understood: the clock takes {taken}"


# --- the clock -----------------------------------------------------------------------------------


def test_a_clock_stands_still_until_it_is_driven() -> None:
    clock = SandboxClock(START)
    assert clock.now() == clock.now() == START
    clock.advance(dt.timedelta(seconds=1))
    assert clock.now() == START + dt.timedelta(seconds=1)


def test_a_clock_that_runs_runs_at_its_factor() -> None:
    real_s = 100.0
    clock = SandboxClock(START, factor=3600, real_s=lambda: real_s)
    real_s = 102.0
    assert clock.now() == START + dt.timedelta(hours=2)
    clock.advance_to(START + dt.timedelta(days=1))
    real_s = 103.0
    assert clock.now() == START + dt.timedelta(days=1, hours=1)


@pytest.mark.parametrize(
    ("start", "factor"),
    [(START.replace(tzinfo=None), 0.0), (START, -1.0), (START, 2.0)],
    ids=["no-time-zone", "backwards", "nothing-to-run-by"],
)
def test_an_impossible_clock_is_refused(start: dt.datetime, factor: float) -> None:
    with pytest.raises(ValueError, match=r"time zone|factor"):
        SandboxClock(start, factor=factor)


# --- pages ---------------------------------------------------------------------------------------


def test_the_index_leads_to_every_ticket_s_page(at: Company) -> None:
    at.post(f"{SHOP}/issues", {"title": "Boom", "labels": ["failure"]})
    index = requests.get(at.sandbox.url() + "/", timeout=5)
    assert "href='/github/acme/shop/issues/1'" in index.text
    html_url = at.get(f"{SHOP}/issues/1").json()["html_url"]
    page = requests.get(html_url, timeout=5)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Boom" in page.text
    assert "Failure" in page.text


def test_an_issue_on_github_is_open_or_closed_and_nothing_else(at: Company) -> None:
    """Jira's words for a status would be strange there."""
    page = at.sandbox.url("github") + "/acme/shop/issues/1"
    at.post(f"{SHOP}/issues", {"title": "Boom"})
    assert "<dt>State</dt><dd>Open</dd>" in requests.get(page, timeout=5).text
    at.site.close("ada", "acme/shop#1")
    assert "<dt>State</dt><dd>Closed (completed)</dd>" in requests.get(page, timeout=5).text


def test_what_people_wrote_cannot_break_a_page(at: Company) -> None:
    """P11: a ticket's text is data, in HTML too."""
    nasty = "<script>alert('x')</script>\"'&"
    at.post(f"{SHOP}/issues", {"title": nasty, "body": nasty, "labels": [nasty[:20]]})
    at.post(f"{SHOP}/issues/1/comments", {"body": nasty})
    for url in (at.sandbox.url() + "/", at.sandbox.url("github") + "/acme/shop/issues/1"):
        page = requests.get(url, timeout=5).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_a_text_is_read_as_it_was_meant_and_hidden_markers_stay_hidden(at: Company) -> None:
    at.post(f"{SHOP}/issues", {"title": "Boom", "body": "- [ ] **first**\n- [x] done\n\n<!-- aftermath: x -->"})
    page = requests.get(at.sandbox.url("github") + "/acme/shop/issues/1", timeout=5).text
    assert "☐ <strong>first</strong>" in page
    assert "☑ done" in page
    assert "aftermath: x" not in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_an_address_that_is_no_plain_link_is_not_followed(at: Company, address: str) -> None:
    """P11."""
    at.post(f"{SHOP}/issues", {"title": "Boom", "body": f"[click]({address})"})
    page = requests.get(at.sandbox.url("github") + "/acme/shop/issues/1", timeout=5).text
    assert "href='/'" in page
    assert '<a href="' not in page


def test_a_jira_ticket_has_a_page_at_its_own_address(at: Company) -> None:
    jira = at.sandbox.world.add_site("jira", "jira")
    jira.add_account("ada", "Ada Byron")
    jira.add_place("OPS")
    text = {"type": "text", "text": "It is down", "marks": [{"type": "strong"}]}
    body = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]}
    jira.open_ticket("ada", "OPS", "Down", body, due_on=dt.date(2026, 3, 9))
    page = requests.get(at.sandbox.url("jira") + "/browse/OPS-1", timeout=5)
    assert page.status_code == 200
    for words in ("2026-03-09", "<strong>It is down</strong>", "<b>Ada Byron</b> opened this"):
        assert words in page.text
    assert requests.get(at.sandbox.url("jira") + "/browse/OPS-2", timeout=5).status_code == 404


def test_what_is_no_document_is_shown_as_it_was_stored(at: Company) -> None:
    jira = at.sandbox.world.add_site("jira", "jira")
    jira.add_account("ada")
    jira.add_place("OPS")
    jira.open_ticket("ada", "OPS", "Down", {"type": "doc", "content": 7})
    assert requests.get(at.sandbox.url("jira") + "/browse/OPS-1", timeout=5).status_code == 200


def test_a_page_leads_to_what_its_ticket_is_linked_with_from_either_end(at: Company) -> None:
    jira = at.sandbox.world.add_site("jira", "jira")
    jira.add_account("ada")
    jira.add_place("OPS")
    one, two = (jira.open_ticket("ada", "OPS", title, "").key for title in ("Down", "Why it was down"))
    jira.add_link("ada", one, "issue", two, relation="Relates")
    jira.add_link("ada", one, "remote", "https://example.com/1", title="acme/shop#1")
    first, second = (requests.get(at.sandbox.url("jira") + f"/browse/{key}", timeout=5).text for key in (one, two))
    assert "Relates: <a href='/jira/browse/OPS-2'>OPS-2</a> Why it was down" in first
    assert "<a href='https://example.com/1'>acme/shop#1</a>" in first
    assert "Relates, from: <a href='/jira/browse/OPS-1'>OPS-1</a> Down" in second


# --- routes --------------------------------------------------------------------------------------


def test_a_route_hands_over_its_segments_and_remembers_its_template() -> None:
    router = Router()
    router.add("GET", "/a/{one}/b/{rest...}", lambda _, one, rest: Response(200, [one, rest]))
    request = Request("GET", "/a/x y/b/c/d", {}, {}, b"", None)
    assert router.dispatch(request) == Response(200, ["x y", "c/d"], template="/a/{one}/b/{rest...}")
    assert router.dispatch(Request("POST", "/a/x/b/c", {}, {}, b"", None)) is None
    assert router.allowed("/a/x/b/c") == ["GET"]


def test_a_body_that_is_no_json_is_a_400() -> None:
    with pytest.raises(ApiError) as caught:
        Request("POST", "/", {}, {}, b"{", None).json()
    assert caught.value.status == 400
    assert Request("POST", "/", {}, {}, b"", None).json() == {}


# --- where a real site has its settings ---------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "title"),
    [
        pytest.param("/shop/acme/shop/labels", "Labels of acme/shop", id="labels"),
        pytest.param("/shop/acme/shop/settings/hooks", "Webhooks of acme/shop", id="webhooks"),
        pytest.param("/shop/acme/shop/settings/hooks/7", "Webhooks of acme/shop", id="one-webhook"),
        pytest.param("/shop/acme/shop/settings/access", "Settings of a repository", id="access"),
        pytest.param("/shop/settings/tokens", "Tokens of an account", id="tokens"),
    ],
)
def test_a_page_stands_where_a_real_site_has_its_settings(at: Company, path: str, title: str) -> None:
    path = path.replace("/shop/", f"/{at.site.name}/", 1)
    answer = requests.get(at.sandbox.url() + path, timeout=10)
    assert (answer.status_code, f"<h1>{title}</h1>" in answer.text) == (200, True)


def test_there_is_no_page_of_settings_for_what_is_not_there(at: Company) -> None:
    for path in (f"/{at.site.name}/acme/nowhere/labels", "/nowhere/settings/tokens"):
        assert requests.get(at.sandbox.url() + path, timeout=10).status_code == 404

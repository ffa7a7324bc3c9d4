"""docs/connectors.md names every request that the connectors send, and none that they do not: it is what somebody
approves an account by."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.github.deliveries import EVENTS
from connectors.inspection import Wanted
from connectors.jira.edition import DATA_CENTER
from connectors.jira.levels import PERMISSION
from connectors.jira.rights import NEEDED
from connectors.jira.tracker import JiraTracker
from connectors.sandbox.faults import Fault
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import IssueFieldState, OrganisationState
from connectors.tracker import Draft, Link
from rules.refs import Place
from tests.connectors.github.app_company import SHOP as APP_SHOP
from tests.connectors.github.app_company import app_company
from tests.connectors.github.company import SHOP, Company, company
from tests.connectors.github.conftest import MARKER
from tests.connectors.github.test_contract import everything as everything_on_github
from tests.connectors.jira.jira_house import CODEC, OPS, SECRET, JiraHouse
from tests.connectors.jira.test_contract import everything as everything_in_jira
from tests.contracts.openapi import ContractChecker

PAGE = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text(encoding="utf-8")
HOOK = "/webhooks/github"
_SCOPE = re.compile(r"`((?:read|write|delete):[a-z.:-]+)`")
_ROW = re.compile(r"^\| `(?P<route>(?:GET|POST|PUT|PATCH|DELETE) [^`]+)`(?P<cells>.*)\|$", re.MULTILINE)

Routes = frozenset[str]
#: What no sandbox can show, and why it is asked all the same.
NOT_SHOWN = {
    "GET /rest/api/2/comment/{comment}/properties/{name}": "a Data Center that does not tell properties with comments",
    "GET /rest/api/3/status": "a status that a ticket brought along from another project",
    "GET /rest/api/2/status": "the same",
    "GET /app/hook/config": "the sandbox's Apps have no webhook of their own",
    "GET /app/hook/deliveries": "the same",
    "POST /app/hook/deliveries/{delivery_id}/attempts": "the same",
}


def section(heading: str) -> str:
    """What stands below a heading, up to the next one of its rank."""
    rank = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(rank)}}} |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/connectors.md has no heading {heading!r}"
    return found[1]


def rows_of_github() -> Routes:
    return frozenset(row["route"] for row in _ROW.finditer(section("### Every request to GitHub")))


def rows_of_jira(column: int, prefix: str) -> Routes:
    """Those that have a cross in that column."""
    rows = _ROW.finditer(section("### Every request to Jira"))
    crossed = (row["route"] for row in rows if row["cells"].split("|")[column].strip() == "×")
    return frozenset(route if " /" in route else route.replace(" ", f" {prefix}", 1) for route in crossed)


def asked(sandbox: Sandbox, site: str) -> Routes:
    return frozenset(sandbox.counts.as_json()[site]["routes"])


# --- what is asked ----------------------------------------------------------------------------------


def _hooks_and_what_they_lost(acme: Company) -> None:
    hooks, url = acme.tracker.hooks, f"http://127.0.0.1:9/ours{HOOK}"
    for _ in range(2):
        hooks.install_hook(SHOP, url)
    acme.open()
    assert acme.sandbox.wait_idle()
    since = acme.sandbox.clock.now() - dt.timedelta(days=3)
    for lost in acme.tracker.failed_deliveries(SHOP, HOOK, since):
        acme.tracker.redeliver(SHOP, lost)
    hooks.remove_hook(SHOP, HOOK, url)


def _what_is_wished(acme: Company) -> None:
    """Of an organisation that has types and fields."""
    fields = (IssueFieldState(31, "Due date", "date", is_due=True), IssueFieldState(32, "Team"))
    acme.site.organisations["acme"] = OrganisationState(("Incident",), fields)
    day, tracker = dt.date(2026, 12, 1), acme.tracker
    wished = Draft(SHOP, "Action", "Do it", ticket_type="Incident", due_on=day, fields={"Team": "Payments"})
    ref = tracker.open_ticket(wished, MARKER).ref
    tracker.set_due(ref, None)
    tracker.set_due(ref, day)
    tracker.fetch_ticket(ref)
    blocked = acme.open()
    for _ in range(2):
        tracker.link(ref, Link(acme.ref(blocked), str(blocked.uid), "", "", "blocks", "key"))


def of_github() -> Routes:
    with company() as acme:
        _what_is_wished(acme)
        everything_on_github(acme)
        _hooks_and_what_they_lost(acme)
        acme.tracker.find_file(SHOP, "lessons/x-1.md")
        acme.tracker.write_file(SHOP, "lessons/x-1.md", "---\ncase: x\n---\n", MARKER, "Keep the lesson")
        acme.tracker.account_now("ada", "")
        acme.tracker.account_now("nobody", "1")
        acme.break_with(Fault("refuse", path="/graphql"))
        acme.tracker.fetch_ticket(acme.ref(acme.open()))
        told = asked(acme.sandbox, "github")
    with app_company() as apps:
        apps.tracker.who_we_are()
        list(apps.tracker.inspect(Wanted((APP_SHOP,))))
        apps.connect().account_now("ada", "")
        return told | asked(apps.sandbox, "github")


class DataCenterHouse(JiraHouse):
    """The same site as a Data Center, entered with a personal access token."""

    def connect(self, token: str = "bot-token") -> JiraTracker:
        url = self.sandbox.url("jira")
        self.sandbox.mount(JiraServerApi(self.site, url, self.clock.now))
        access = Access(Secret(token), timeout_s=20)
        given = ("jira", url, "", access, CODEC, Secret(SECRET.decode()), self.clock.now)
        return JiraTracker(*given, wait=wait_none(), edition=DATA_CENTER)


def of_jira(house: JiraHouse) -> Routes:
    house.timeout_s = 20
    with house:
        everything_in_jira(house)
        tracker = house.connect()
        tracker.account_now("ana", "")
        opened = [tracker.open_ticket(Draft(OPS, f"Action {n}", "Do it"), MARKER).ref for n in range(2)]
        tracker.post_comment(opened[0], "Hello", MARKER)
        house.site.move_ticket("ana", opened[1].key, "DESK")
        tracker.fetch_tickets(opened)
        tracker.changed_in({OPS: house.clock.now().isoformat(), Place("jira", "DESK"): house.clock.now().isoformat()})
        return asked(house.sandbox, "jira")


STAGES: dict[str, tuple[Callable[[], Routes], Callable[[], Routes]]] = {
    "GitHub": (of_github, rows_of_github),
    "Jira Cloud": (lambda: of_jira(JiraHouse()), lambda: rows_of_jira(1, "/rest/api/3/")),
    "Jira Data Center": (lambda: of_jira(DataCenterHouse()), lambda: rows_of_jira(2, "/rest/api/2/")),
}


@pytest.mark.parametrize("name", STAGES)
def test_the_page_names_every_request_and_no_other(name: str) -> None:
    sent, told = (take() for take in STAGES[name])
    assert sorted(sent - told) == [], "sent, and not on the page"
    assert sorted(told - sent - NOT_SHOWN.keys()) == [], "on the page, and not sent"


# --- what has to be granted -------------------------------------------------------------------------


def test_the_page_names_the_permissions_that_are_looked_for_and_the_events_that_are_wanted() -> None:
    permissions = section("### Permissions in Jira")
    assert [key for key in (*NEEDED, PERMISSION) if f"| `{key}` |" not in permissions] == []
    assert [event for event in EVENTS if f"`{event}`" not in section("## Hearing of changes")] == []


@pytest.mark.parametrize(
    ("state", "is_classic"), [pytest.param("Current", True, id="classic"), pytest.param("Beta", False, id="granular")]
)
def test_the_scopes_on_the_page_are_those_that_jira_wants_for_the_requests_on_it(state: str, is_classic: bool) -> None:
    checker = ContractChecker("jira")
    wanted: set[str] = set()
    for route in rows_of_jira(1, "/rest/api/3/"):
        method, path = route.split(" ")
        template = checker.template(method, re.sub(r"\{\w+\}", "1", path))
        assert template, f"Jira's description does not know {route}"
        told = checker.spec["paths"][template][method.lower()]["x-atlassian-oauth2-scopes"]
        wanted |= {scope for one in told if one["state"] == state for scope in one["scopes"]}
    named = _SCOPE.findall(section("### Permissions in Jira"))
    assert sorted(scope for scope in named if scope.endswith(":jira") is not is_classic) == sorted(wanted)

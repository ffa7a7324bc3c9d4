"""A small company to try Aftermath on: a GitHub and a Jira site in one sandbox, people, and the files to match.

For `aftermath sandbox` and whoever wants a company in one line. Everything stays on this machine; its tokens
are no secrets (the token of `ada` is `ada-token`).
"""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Sequence
from typing import Literal, get_args

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.letters import LETTERS, Letters
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import World
from rules.calendar import Calendar
from rules.durations import Duration, Unit

OUR_ACCOUNT = "aftermath"
REPOSITORY = "acme/shop"
PROJECT = "OPS"
WEBHOOK_SECRET = "sandbox-webhook-secret"  # noqa: S105 - of a sandbox, on this machine only
MARKER_SECRET = "sandbox-marker-secret"  # noqa: S105 - likewise
#: Account and name. Grace leads Ada and Ben; Mel is everybody's manager.
PEOPLE = (("ada", "Ada Byron"), ("ben", "Ben Okri"), ("grace", "Grace Murray"), ("mel", "Mel Ray"))
LEAD, MANAGER = "grace", "mel"
#: How the company's Jira is run: by Atlassian, or by the company itself.
JiraEdition = Literal["cloud", "data-center"]
JIRA_EDITIONS: tuple[JiraEdition, ...] = get_args(JiraEdition)
#: When people work in the shipped packs: nobody is reminded by business time outside of it.
WORKING_TIME = Calendar()
WORKING_HOURS = "Monday to Friday, 9 to 17 UTC"
_SITES = ("github", "jira")
#: Where `init` has Aftermath listen, and how many ports from there on are looked at for a free one.
LISTEN_HOST, LISTEN_PORT = "127.0.0.1", 7744
_PORTS_MAX = 50


def build_company(
    clock: SandboxClock,
    *,
    port: int = 0,
    more_people: Sequence[str] = (),
    seed: int = 0,
    jira: JiraEdition = "cloud",
) -> Sandbox:
    """The company's sandbox, not yet started. `more_people` are further accounts. Raises OSError on a taken port."""
    world = World(clock.now)
    sandbox = Sandbox(clock, world, port=port, seed=seed, working_days=_working_days_later)
    for name in _SITES:
        site = world.add_site(name, name)
        for account, full_name in (*PEOPLE, *((account, account.title()) for account in more_people)):
            site.add_account(account, full_name)
        site.add_account(OUR_ACCOUNT, "Aftermath", is_bot=True)
    world.sites["github"].add_place(REPOSITORY)
    world.sites["jira"].add_place(PROJECT)
    sandbox.mount(GithubApi(world.sites["github"], sandbox.url("github"), sandbox.courier))
    jira_api = JiraServerApi if jira == "data-center" else JiraApi
    sandbox.mount(jira_api(world.sites["jira"], sandbox.url("jira"), clock.now))
    sandbox.mount(Letters(world))
    return sandbox


def _working_days_later(at: dt.datetime, days: int) -> dt.datetime:
    """As the shipped packs work: their rungs of so many business days, counted from `at` or before, are due then."""
    return WORKING_TIME.add(at, Duration(days, Unit.BUSINESS_DAYS))


def a_day_passes(sandbox_url: str) -> str:
    """What to call to let a working day pass; it answers with the time that it is then."""
    return f"curl -sS -w '\\n' -X POST {sandbox_url}/_sandbox/clock -d '{{\"working_days\": 1}}'"


def subscribe(sandbox: Sandbox, aftermath_url: str) -> None:
    """Let both sites deliver to an Aftermath. Raises ValueError for an address beyond this machine."""
    for name in _SITES:
        url = f"{aftermath_url}/webhooks/{name}"
        sandbox.courier.subscribe(name, name, url, secret=WEBHOOK_SECRET)


def free_address() -> str:
    """Where an Aftermath of this company can listen: where it would anyhow, or on the next port that is free.

    Whoever listens there already may be somebody else's Aftermath, and would be sent what is none of its business.
    """
    ports = range(LISTEN_PORT, LISTEN_PORT + _PORTS_MAX)
    return f"{LISTEN_HOST}:{next((port for port in ports if _is_free(port)), LISTEN_PORT)}"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LISTEN_HOST, port))
        except OSError:
            return False
    return True


def configuration(sandbox: Sandbox, *, listen: str = "127.0.0.1:7744", data: str = ".aftermath") -> str:
    """An `aftermath.yaml` for the company."""
    login = "edition: data-center" if is_data_center(sandbox) else f"user: {OUR_ACCOUNT}@example.com"
    return f"""\
aftermath: 1
installation: sandbox
secret: {MARKER_SECRET}   # a sandbox's: choose your own, and keep it, for real trackers
data: {data}
trackers:
  github:
    kind: github
    url: {sandbox.url("github")}
    token: {OUR_ACCOUNT}-token
    webhook_secret: {WEBHOOK_SECRET}
  jira:
    kind: jira
    url: {sandbox.url("jira")}
    {login}
    token: {OUR_ACCOUNT}-token
    webhook_secret: {WEBHOOK_SECRET}
watch: ["github:{REPOSITORY}"]
post_mortems: {{place: "jira:{PROJECT}", type: Task}}
actions: {{place: "github:{REPOSITORY}"}}
policy: accountability
people: people.yaml
listen: {listen}
poll_every: 30 s
clock: {sandbox.url()}/_sandbox/clock
"""


def beginning(sandbox: Sandbox, listen: str) -> tuple[str, ...]:
    """What to type to begin with the company: one command in several lines, so that nobody pastes half of it.

    `init` keeps tokens and webhook secrets in `.env`. With other secrets each delivery would be refused.
    """
    tokens = [f"{name}_TOKEN={OUR_ACCOUNT}-token" for name in ("GITHUB", "JIRA")]
    secrets = [f"{name}_WEBHOOK_SECRET={WEBHOOK_SECRET}" for name in ("GITHUB", "JIRA")]
    login = "--jira-kind data-center" if is_data_center(sandbox) else f"--jira-user {OUR_ACCOUNT}@example.com"
    elsewhere = "" if listen == f"{LISTEN_HOST}:{LISTEN_PORT}" else f" --listen {listen}"
    return (
        f"{' '.join(tokens)} \\",
        f"  {' '.join(secrets)} \\",
        f"  aftermath init --folder company --github {REPOSITORY} --github-url {sandbox.url('github')} \\",
        f"    --jira-url {sandbox.url('jira')} --jira-project {PROJECT} {login} \\",
        f"    --clock {sandbox.url()}/_sandbox/clock --webhooks{elsewhere} --lead {LEAD} --manager {MANAGER} --yes",
    )


def is_data_center(sandbox: Sandbox) -> bool:
    """Whether the company runs its Jira itself: our account shows a personal access token there, and names no user."""
    return sandbox.world.sites["jira"].edition == "data-center"


def people_file(more_people: Sequence[str] = (), *, sandbox: Sandbox | None = None) -> str:
    """A `people.yaml` for the company. With its sandbox everybody has a private box there."""
    boxes = sandbox.url(LETTERS).replace("http://", "json://") if sandbox else ""
    lines = [f"default_lead: {LEAD}", "people:"]
    for account, name in (*PEOPLE, *((account, account.title()) for account in more_people)):
        above = "" if account == MANAGER else f"lead: {MANAGER if account == LEAD else LEAD}, manager: {MANAGER}, "
        notify = f', notify: "{boxes}/{account}"' if boxes else ""
        lines.append(f"  {account}: {{name: {name}, {above}accounts: {{github: {account}, jira: {account}}}{notify}}}")
    return "\n".join(lines) + "\n"

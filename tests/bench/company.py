"""The sandbox's small company as the benchmarks use it: every request of ours is noted with its moment."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.counts import Counts, is_read
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.server import Sandbox
from worker.clock import stopwatch_s
from worker.config import Config, load_config
from worker.sandbox import OUR_ACCOUNT, JiraEdition, build_company, configuration, people_file

#: A Monday morning in working hours.
START = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
PATIENCE_S = 60.0
#: Written into the configuration by `worker.sandbox`; without it everything stays in one repository.
_ROUTING = ("post_mortems:", "actions:")


@dataclass(frozen=True)
class Sent:
    """One request of ours that was answered. `at_s` is the stopwatch's."""

    at_s: float
    site: str
    method: str
    template: str
    status: int

    @property
    def route(self) -> str:
        return f"{self.site} {self.method} {self.template}"

    @property
    def is_write(self) -> bool:
        """Whether something was to be changed: Jira has reads that are sent by POST."""
        return not is_read(self.method) and not self.template.endswith(_POSTED_READS)


_POSTED_READS = ("/comment/list", "/issue/bulkfetch", "/changelog/bulkfetch", "/permissions/check", "/graphql")


class Noted(Counts):
    """Counts that also keep each request of our account, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []

    def add(self, site: str, account: str | None, method: str, template: str, status: int) -> None:
        super().add(site, account, method, template, status)
        if account == OUR_ACCOUNT:
            self.sent.append(Sent(stopwatch_s(), site, method, template, status))

    def take(self) -> list[Sent]:
        """What was sent since the last time this was asked."""
        taken, self.sent = self.sent, []
        return taken


@contextmanager
def running_company(
    *, is_real_time: bool = False, jira: JiraEdition = "cloud", more_people: Sequence[str] = ()
) -> Iterator[tuple[Sandbox, Noted]]:
    """The company, its clock standing still unless `is_real_time`."""
    clock = SandboxClock(START, factor=1, real_s=stopwatch_s) if is_real_time else SandboxClock(START)
    company = build_company(clock, jira=jira, more_people=more_people)
    # Who may administer a project may edit without mail to its watchers: then an edit is one request.
    company.world.sites["jira"].accounts[OUR_ACCOUNT].default_rights = "admin"
    noted = company.counts = Noted()
    with company:
        yield company, noted


def written_config(
    company: Sandbox,
    folder: Path,
    *,
    is_routed: bool = True,
    change: Callable[[str], str] = lambda text: text,
    more_people: Sequence[str] = (),
) -> Path:
    """An `aftermath.yaml` for the company; with `is_routed` post-mortems go to Jira, else everything stays together.

    The clock is left out: who runs the program hands one in, and asking the sandbox for it would be measured too.
    """
    text = configuration(company, listen="127.0.0.1:0").replace("poll_every: 30 s", "poll_every: 5 m")
    left_out = ("clock:",) if is_routed else ("clock:", *_ROUTING)
    lines = [line for line in text.splitlines() if not line.startswith(left_out)]
    path = folder / "aftermath.yaml"
    path.write_text(change("\n".join(lines) + "\n"), encoding="utf-8")
    (folder / "people.yaml").write_text(people_file(more_people), encoding="utf-8")
    return path


def config_for(company: Sandbox, folder: Path, *, is_routed: bool = True) -> Config:
    """The same, read."""
    return load_config(written_config(company, folder, is_routed=is_routed), os.environ)


def by_route(sent: list[Sent]) -> Counter[str]:
    """How many of each route, the order of first use kept."""
    return Counter(one.route for one in sent)


def github_api(company: Sandbox) -> GithubApi:
    """The company's GitHub, for its limits."""
    api, _ = company.locate("/github/")
    assert isinstance(api, GithubApi)
    return api

"""The people of a simulated company: they label, answer, forget, edit, close and reopen, by chance of one seed.

They work through the trackers as people do, knowing nothing of Aftermath but what stands on tickets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import MappingProxyType

from connectors.markers import NAME
from connectors.sandbox.world import Site, TicketState, World, WorldError
from connectors.tracker import TWIN_LABEL
from rules.keys import case_root
from rules.policy import People, Person
from worker.simulation.kernel import Kernel

OURS = "aftermath-bot"
REPOSITORY = "acme/shop"
PROJECT = "OPS"
TEAM = ("ada", "ben", "cleo")
LEAD, MANAGER, PASSER_BY, BOT = "grace", "mel", "pat", "dependabot"

#: Improvements that nobody would take for one another, however they are compared.
ITEMS = (
    "Alert when the payment queue grows beyond one minute",
    "Write a runbook for restoring the catalogue database",
    "Remove the shared administrator password",
    "Rehearse failover of the search cluster each quarter",
    "Limit retries in the mobile checkout client",
    "Give support a page that shows known outages",
    "Pin versions of container base images",
    "Move nightly exports away from the primary replica",
    "Teach newcomers how feature flags are retired",
    "Check certificates thirty days before they expire",
    "Split the monolithic deployment pipeline by service",
    "Record who is on call over public holidays",
)


def company(now: Callable[[], dt.datetime]) -> World:
    """A repository, a project and the people who work there."""
    world = World(now)
    for name, kind, place in (("github", "github", REPOSITORY), ("jira", "jira", PROJECT)):
        site = world.add_site(name, kind)
        site.add_place(place)
        for account in (*TEAM, LEAD, MANAGER, OURS):
            site.add_account(account)
        site.add_account(PASSER_BY, default_rights="read")
        site.add_account(BOT, is_bot=True)
    return world


def people_file() -> People:
    """The people file of that company."""
    everybody = (*TEAM, LEAD, MANAGER)
    people = {
        account: Person(
            id=account,
            name=account.capitalize(),
            accounts=MappingProxyType({"github": account, "jira": account}),
            lead=LEAD if account in TEAM else "",
            manager=MANAGER if account != MANAGER else "",
        )
        for account in everybody
    }
    return People(people=people, default_lead=LEAD)


class Crowd:
    """Acts on one failure over some weeks. Every act is one that the tracker allows at that moment, or nothing."""

    def __init__(self, kernel: Kernel, world: World, tell: Callable[[str], None]) -> None:
        self._kernel = kernel
        self._github: Site = world.sites["github"]
        self._jira: Site = world.sites["jira"]
        self._tell = tell
        self._items = 0
        self.is_at_work = True

    def live_through(self, number: int, weeks: int) -> None:
        """Report a failure and schedule what people do about it."""
        random = self._kernel.random
        started = random.uniform(0, 5 * 86_400)
        self._kernel.after(started, lambda: self._report(number, weeks))

    def _report(self, number: int, weeks: int) -> None:
        random = self._kernel.random
        severity = random.choice(("sev1", "sev2", "sev2", "sev3", ""))
        labels = tuple(label for label in ("failure", severity) if label)
        if random.random() < 0.05:
            labels = (*labels, "experiment")
        assignees = (random.choice(TEAM),) if random.random() < 0.6 else ()
        failure = self._github.open_ticket(
            random.choice((*TEAM, LEAD)), REPOSITORY, f"Failure {number}: the shop is down", "It broke.",
            labels=labels if random.random() < 0.5 else (), assignees=assignees,
        )  # fmt: skip
        self._tell(f"reports {failure.key} ({', '.join(labels)})")
        self._kernel.after(random.uniform(1, 3 * 3600), lambda: self._label(failure, labels))
        for _ in range(random.randint(8, 40)):
            act = random.choice(self._acts())
            when = random.expovariate(1 / 12) * 86_400
            if when < weeks * 7 * 86_400:
                self._kernel.after(when, lambda act=act: self._try(act, failure))  # type: ignore[misc]
        if random.random() < 0.6:
            self._kernel.after(random.uniform(10, weeks * 7) * 86_400, lambda: self._try(self._finish, failure))

    def _label(self, failure: TicketState, labels: tuple[str, ...]) -> None:
        for label in labels:
            self._github.add_label(LEAD, failure.key, label)

    def _try(self, act: Callable[[TicketState], None], failure: TicketState) -> None:
        if not self.is_at_work:
            return
        try:
            act(failure)
        except (WorldError, IndexError):
            return  # a person who meets a closed door goes away
        self._tell(f"{act.__name__.strip('_').replace('_', ' ')} on {failure.key}")

    def _acts(self) -> tuple[Callable[[TicketState], None], ...]:
        return (
            self._acknowledge, self._acknowledge, self._bump, self._bump, self._assign_failure,
            self._write_items, self._write_items, self._write_items, self._mend_wording, self._command_action,
            self._quote_command, self._close_post_mortem, self._answer_action, self._answer_action,
            self._answer_action, self._commit, self._commit, self._reassign, self._set_due, self._move_due,
            self._snooze, self._close_action, self._close_action, self._reopen_action, self._robot_talks,
            self._robot_labels, self._unlabel, self._relabel, self._close_failure, self._reopen_failure,
            self._take_label_off, self._talk_in_post_mortem,
        )  # fmt: skip

    # --- looking around -------------------------------------------------------------------------

    def _ours_about(self, site: Site, place: str, label: str, failure: TicketState) -> list[TicketState]:
        """Tickets that Aftermath opened for this failure and that are no neutralised twins."""
        about = f" c={case_root('github', str(failure.uid))}."
        return [
            ticket
            for ticket in site.in_place(place)
            if label in ticket.labels and TWIN_LABEL not in ticket.labels and about in ticket.properties.get(NAME, "")
        ]

    def _mortem(self, failure: TicketState) -> TicketState:
        return self._ours_about(self._jira, PROJECT, "post-mortem", failure)[-1]

    def _action(self, failure: TicketState) -> TicketState:
        return self._kernel.random.choice(self._ours_about(self._github, REPOSITORY, "action", failure))

    def _someone(self) -> str:
        return self._kernel.random.choice((*TEAM, LEAD))

    # --- acts -----------------------------------------------------------------------------------

    def _acknowledge(self, failure: TicketState) -> None:
        self._github.comment_on(self._someone(), failure.key, "/ack we are on it, next update at noon")

    def _bump(self, failure: TicketState) -> None:
        self._github.comment_on(PASSER_BY, failure.key, self._kernel.random.choice(("bump", "/ack", "same here")))

    def _assign_failure(self, failure: TicketState) -> None:
        self._github.assign(LEAD, failure.key, (self._kernel.random.choice(TEAM),))

    def _write_items(self, failure: TicketState) -> None:
        mortem = self._mortem(failure)
        text = f"- [ ] {ITEMS[self._items]}"
        self._items += 1
        self._jira.set_body(self._someone(), mortem.key, f"{str(mortem.body).rstrip()}\n{text}\n")

    def _mend_wording(self, failure: TicketState) -> None:
        mortem = self._mortem(failure)
        self._jira.set_body(self._someone(), mortem.key, str(mortem.body).replace("the ", "our "))

    def _talk_in_post_mortem(self, failure: TicketState) -> None:
        self._jira.comment_on(self._someone(), self._mortem(failure).key, "I added what I saw at the time.")

    def _command_action(self, failure: TicketState) -> None:
        text = ITEMS[self._items]
        self._items += 1
        self._github.comment_on(self._someone(), failure.key, f"One more thing.\n\n/action {text}")

    def _quote_command(self, failure: TicketState) -> None:
        body = "> /action order pizza\n\n```\n/action order more\n```\nNot that."
        self._github.comment_on(self._someone(), failure.key, body)

    def _close_post_mortem(self, failure: TicketState) -> None:
        self._jira.close(self._someone(), self._mortem(failure).key)

    def _answer_action(self, failure: TicketState) -> None:
        action = self._action(failure)
        who = action.assignees[0] if action.assignees else self._someone()
        self._github.comment_on(who, action.key, "Still waiting for the vendor, will know more next week.")

    def _commit(self, failure: TicketState) -> None:
        self._github.reference(self._someone(), self._action(failure).key, "commit 4f5e6d")

    def _reassign(self, failure: TicketState) -> None:
        self._github.assign(LEAD, self._action(failure).key, (self._kernel.random.choice(TEAM),))

    def _set_due(self, failure: TicketState) -> None:
        day = self._kernel.time.date() + dt.timedelta(days=self._kernel.random.randint(1, 20))
        self._github.comment_on(self._someone(), self._action(failure).key, f"/due {day.isoformat()}")

    def _move_due(self, failure: TicketState) -> None:
        day = self._kernel.time.date() + dt.timedelta(days=self._kernel.random.randint(1, 20))
        self._jira.set_due(self._someone(), self._mortem(failure).key, day)

    def _snooze(self, failure: TicketState) -> None:
        days = self._kernel.random.randint(2, 15)
        self._github.comment_on(self._someone(), self._action(failure).key, f"/snooze {days} days because of the fair")

    def _close_action(self, failure: TicketState) -> None:
        self._github.close(self._someone(), self._action(failure).key)

    def _reopen_action(self, failure: TicketState) -> None:
        self._github.reopen(self._someone(), self._action(failure).key)

    def _robot_talks(self, failure: TicketState) -> None:
        self._github.comment_on(BOT, self._action(failure).key, "/ack A new version is out.")

    def _robot_labels(self, failure: TicketState) -> None:
        self._github.add_label(BOT, self._action(failure).key, "dependencies")

    def _unlabel(self, failure: TicketState) -> None:
        self._github.remove_label(LEAD, failure.key, "failure")

    def _relabel(self, failure: TicketState) -> None:
        self._github.add_label(LEAD, failure.key, "failure")

    def _take_label_off(self, failure: TicketState) -> None:
        self._github.remove_label(LEAD, self._action(failure).key, "escalated")

    def _close_failure(self, failure: TicketState) -> None:
        self._github.close(self._someone(), failure.key)

    def _reopen_failure(self, failure: TicketState) -> None:
        self._github.reopen(self._someone(), failure.key)

    def _finish(self, failure: TicketState) -> None:
        """Everything is brought to an end."""
        for site, place, label in ((self._jira, PROJECT, "post-mortem"), (self._github, REPOSITORY, "action")):
            for ticket in self._ours_about(site, place, label, failure):
                site.close(self._someone(), ticket.key, "completed")
        self._github.close(self._someone(), failure.key)

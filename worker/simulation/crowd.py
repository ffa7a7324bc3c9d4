"""What people do in a simulated company: they label, answer, forget, edit, close and reopen, by chance of one seed.

They work through the trackers as people do, knowing nothing of Aftermath but what stands on tickets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from connectors.markers import NAME
from connectors.sandbox.world import Site, TicketState, World, WorldError
from connectors.tracker import TWIN_LABEL
from rules.keys import case_root
from worker.simulation.expected_replies import APPROVAL, QUESTIONS
from worker.simulation.expected_reviews import BLAMING
from worker.simulation.kernel import Kernel
from worker.simulation.layout import Layout
from worker.simulation.people import BOT, LEAD, PASSER_BY, TEAM

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


class Crowd:
    """Acts on one failure over some weeks. Every act is one that the tracker allows at that moment, or nothing."""

    def __init__(self, kernel: Kernel, world: World, layout: Layout, tell: Callable[[str], None]) -> None:
        self._kernel = kernel
        self._layout = layout
        self._failures: Site = world.sites[layout.failures.tracker]
        self._mortems: Site = world.sites[layout.post_mortems_in.tracker]
        self._actions: Site = world.sites[layout.actions_in.tracker]
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
        container = self._layout.failures.container
        failure = self._failures.open_ticket(
            random.choice((*TEAM, LEAD)), container, f"Failure {number}: the shop is down", "It broke.",
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
            self._failures.add_label(LEAD, failure.key, label)

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
            self._answer_action, self._move_on, self._move_on, self._reassign, self._set_due, self._move_due,
            self._snooze, self._close_action, self._close_action, self._reopen_action, self._robot_talks,
            self._robot_labels, self._unlabel, self._relabel, self._close_failure, self._reopen_failure,
            self._take_label_off, self._talk_in_post_mortem, self._blame_somebody, self._answer_questions,
            self._approve,
        )  # fmt: skip

    # --- looking around -------------------------------------------------------------------------

    def _ours_about(self, site: Site, place: str, label: str, failure: TicketState) -> list[TicketState]:
        """Tickets that Aftermath opened for this failure and that are no neutralised twins."""
        about = f" c={case_root(self._failures.name, str(failure.uid))}."
        return [
            ticket
            for ticket in site.in_place(place)
            if label in ticket.labels and TWIN_LABEL not in ticket.labels and about in ticket.properties.get(NAME, "")
        ]

    def _mortem(self, failure: TicketState) -> TicketState:
        return self._ours_about(self._mortems, self._layout.post_mortems_in.container, "post-mortem", failure)[-1]

    def _action(self, failure: TicketState) -> TicketState:
        container = self._layout.actions_in.container
        return self._kernel.random.choice(self._ours_about(self._actions, container, "action", failure))

    def _someone(self) -> str:
        return self._kernel.random.choice((*TEAM, LEAD))

    # --- acts -----------------------------------------------------------------------------------

    def _acknowledge(self, failure: TicketState) -> None:
        self._failures.comment_on(self._someone(), failure.key, "/ack we are on it, next update at noon")

    def _bump(self, failure: TicketState) -> None:
        self._failures.comment_on(PASSER_BY, failure.key, self._kernel.random.choice(("bump", "/ack", "same here")))

    def _assign_failure(self, failure: TicketState) -> None:
        self._failures.assign(LEAD, failure.key, (self._kernel.random.choice(TEAM),))

    def _write_items(self, failure: TicketState) -> None:
        mortem = self._mortem(failure)
        text = f"- [ ] {ITEMS[self._items]}"
        self._items += 1
        self._mortems.set_body(self._someone(), mortem.key, f"{str(mortem.body).rstrip()}\n{text}\n")

    def _mend_wording(self, failure: TicketState) -> None:
        mortem = self._mortem(failure)
        self._mortems.set_body(self._someone(), mortem.key, str(mortem.body).replace("the ", "our "))

    def _talk_in_post_mortem(self, failure: TicketState) -> None:
        self._mortems.comment_on(self._someone(), self._mortem(failure).key, "I added what I saw at the time.")

    def _blame_somebody(self, failure: TicketState) -> None:
        mortem = self._mortem(failure)
        self._mortems.set_body(self._someone(), mortem.key, f"{str(mortem.body).rstrip()}\n\n{BLAMING}\n")

    def _answer_questions(self, failure: TicketState) -> None:
        mortem, body = self._mortem(failure), ""
        for line in str(mortem.body).splitlines():
            body += f"{line}\n\nMore than we knew.\n" if line.startswith(QUESTIONS) else f"{line}\n"
        self._mortems.set_body(self._someone(), mortem.key, body)

    def _approve(self, failure: TicketState) -> None:
        """Each of them once: whoever has said it does not say it again."""
        mortem, who = self._mortem(failure), self._someone()
        if not any(comment.author == who and comment.body == APPROVAL for comment in mortem.comments):
            self._mortems.comment_on(who, mortem.key, APPROVAL)

    def _command_action(self, failure: TicketState) -> None:
        text = ITEMS[self._items]
        self._items += 1
        self._failures.comment_on(self._someone(), failure.key, f"One more thing.\n\n/action {text}")

    def _quote_command(self, failure: TicketState) -> None:
        body = "> /action order pizza\n\n```\n/action order more\n```\nNot that."
        self._failures.comment_on(self._someone(), failure.key, body)

    def _close_post_mortem(self, failure: TicketState) -> None:
        self._mortems.close(self._someone(), self._mortem(failure).key)

    def _answer_action(self, failure: TicketState) -> None:
        action = self._action(failure)
        who = action.assignees[0] if action.assignees else self._someone()
        self._actions.comment_on(who, action.key, "Still waiting for the vendor, will know more next week.")

    def _move_on(self, failure: TicketState) -> None:
        """A commit names the ticket; Jira hears of none, so it is moved along there."""
        action = self._action(failure)
        if self._actions.kind == "github":
            self._actions.reference(self._someone(), action.key, "commit 4f5e6d")
        else:
            self._actions.set_status(self._someone(), action.key, "In Progress")

    def _reassign(self, failure: TicketState) -> None:
        self._actions.assign(LEAD, self._action(failure).key, (self._kernel.random.choice(TEAM),))

    def _set_due(self, failure: TicketState) -> None:
        """By command, and where the tracker has a field of its own every third time there."""
        day = self._kernel.time.date() + dt.timedelta(days=self._kernel.random.randint(1, 20))
        who, action = self._someone(), self._action(failure)
        if self._actions.kind == "jira" and day.toordinal() % 3 == 0:
            self._actions.set_due(who, action.key, day)
        else:
            self._actions.comment_on(who, action.key, f"/due {day.isoformat()}")

    def _move_due(self, failure: TicketState) -> None:
        day = self._kernel.time.date() + dt.timedelta(days=self._kernel.random.randint(1, 20))
        mortem = self._mortem(failure)
        if self._mortems.kind == "jira":
            self._mortems.set_due(self._someone(), mortem.key, day)
        else:
            self._mortems.comment_on(self._someone(), mortem.key, f"/due {day.isoformat()}")

    def _snooze(self, failure: TicketState) -> None:
        days = self._kernel.random.randint(2, 15)
        self._actions.comment_on(self._someone(), self._action(failure).key, f"/snooze {days} days because of the fair")

    def _close_action(self, failure: TicketState) -> None:
        self._actions.close(self._someone(), self._action(failure).key)

    def _reopen_action(self, failure: TicketState) -> None:
        self._actions.reopen(self._someone(), self._action(failure).key)

    def _robot_talks(self, failure: TicketState) -> None:
        self._actions.comment_on(BOT, self._action(failure).key, "/ack A new version is out.")

    def _robot_labels(self, failure: TicketState) -> None:
        self._actions.add_label(BOT, self._action(failure).key, "dependencies")

    def _unlabel(self, failure: TicketState) -> None:
        self._failures.remove_label(LEAD, failure.key, "failure")

    def _relabel(self, failure: TicketState) -> None:
        self._failures.add_label(LEAD, failure.key, "failure")

    def _take_label_off(self, failure: TicketState) -> None:
        self._actions.remove_label(LEAD, self._action(failure).key, "escalated")

    def _close_failure(self, failure: TicketState) -> None:
        self._failures.close(self._someone(), failure.key)

    def _reopen_failure(self, failure: TicketState) -> None:
        self._failures.reopen(self._someone(), failure.key)

    def _finish(self, failure: TicketState) -> None:
        """Everything is brought to an end."""
        layout = self._layout
        mortems = (self._mortems, layout.post_mortems_in.container, "post-mortem")
        actions = (self._actions, layout.actions_in.container, "action")
        for site, container, label in (mortems, actions):
            for ticket in self._ours_about(site, container, label, failure):
                site.close(self._someone(), ticket.key, "completed")
        self._failures.close(self._someone(), failure.key)

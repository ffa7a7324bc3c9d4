"""Stories that several tests of a look begin with: a failure lived through to its lesson, an action that is overdue."""

from __future__ import annotations

from connectors.sandbox.world import TicketState
from tests.worker.company import ANN, Company

FAILURE, MORTEM, ACTION = "acme/shop#1", "acme/shop#2", "acme/shop#3"
ITEMS = "## What we learned\n\nBackups were never tried.\n\n## Action items\n\n- [ ] Rehearse restoring every quarter\n"


def through_to_the_lesson(company: Company) -> None:
    """A failure from the label to the lesson, everybody doing their part."""
    company.a_failure("sev2")
    company.settle()
    company.pass_time("03-02 10:00")
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.pass_time("03-03 10:00")
    company.site.set_body(ANN, MORTEM, ITEMS)
    company.pass_time("03-03 12:00")
    company.site.close(ANN, MORTEM)
    company.site.close(ANN, ACTION)
    company.site.close(ANN, FAILURE)
    company.pass_time("03-03 14:00")


def an_overdue_action(company: Company) -> TicketState:
    """An action due on the first of April, of a small failure that was acknowledged and closed."""
    company.a_failure("sev2")
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.says(ANN, FAILURE, "/action Rehearse restoring every quarter")
    company.settle()
    (action,) = company.opened("action")
    return action

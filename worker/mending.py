"""What a person has to mend so that a case goes on as it should, in sentences for `status` (P7).

The case itself goes on meanwhile with whatever it has. Nothing here asks a tracker.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.asking import NOBODY_TO_ASK
from rules.decision import Decision
from rules.policy import Phase
from rules.refs import place_of
from worker.gather import Gathered
from worker.withheld import withheld_sentences


def to_mend(gathered: Gathered, decision: Decision) -> tuple[str, ...]:
    """Tickets that are gone, owners who left, tickets of which nobody can be asked, places that cannot be seen,
    people's rights that may not be asked for, and tickets that would be read by too many where they are routed.

    Only of an active case: in all others nothing waits for it, and nobody looks again to see that it was mended."""
    if decision.phase is not Phase.ACTIVE:
        return ()
    readable = (one for one in decision.withheld if one.place not in gathered.unseen)
    return (
        *_lost(gathered, decision),
        *_gone(gathered),
        *_left(gathered),
        *_unheard(decision),
        *gathered.notes,
        *withheld_sentences(readable),
    )


def _lost(gathered: Gathered, decision: Decision) -> Iterator[str]:
    """The failure's label was renamed or deleted for the whole place, which nobody may have meant for this case."""
    if decision.lost_label:
        failure, label = gathered.case.failure.ref, decision.lost_label
        yield (
            f"{failure} has lost the label “{label}”, and nobody took it off: it is no longer in {place_of(failure)}, "
            f"or the ticket was moved. Was it renamed? Put the new name beside it, under `failure_labels:` in the "
            f"policy, or name it back; if the case is to end, `/cancel` on the failure does that. Its clocks go on "
            f"meanwhile, and new failures are not seen there"
        )


def _gone(gathered: Gathered) -> Iterator[str]:
    """Of this time's tickets: for what an earlier time left behind nothing waits."""
    for gone in gathered.case.gone:
        yield (
            f"the {gone.role} {gone.ref} is no longer there, or hidden from our account: let our account read it, and "
            f"the case takes it up again; where it was deleted, the case goes on without it, and ends when everything "
            f"else is closed, or at once by `/cancel` on the failure"
        )


def _left(gathered: Gathered) -> Iterator[str]:
    for ticket in gathered.case.tickets:
        if ticket.is_open and ticket.assignees and all(actor.has_left for actor in ticket.assignees):
            yield (
                f"the owner of {ticket.ref} has left, by the tracker's word: assign it to somebody who is there; until "
                f"then whoever stands above is asked"
            )


def _unheard(decision: Decision) -> Iterator[str]:
    """Tickets on which a ladder has come to a rung that reaches nobody."""
    for ref in dict.fromkeys(reason.ticket for reason in decision.reasons if reason.note == NOBODY_TO_ASK):
        yield (
            f"nobody can be asked about {ref}: it has no owner, and nobody above or around it is known on that "
            f"tracker; assign it to somebody, or name a `default_lead` in the people file"
        )

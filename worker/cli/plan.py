"""`aftermath plan`: every write that would be made now, and none made (P13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rules.refs import TicketRef
from worker.checking import Checked
from worker.cli.plan_ahead import Shows, tell_looked_ahead
from worker.cli.plan_diff import in_a_line, tell_changes
from worker.cli.policy.which import people_beside, policy_named
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    as_json,
    counted,
    fail,
    note,
    read_config,
    told_errors,
    told_moment,
)
from worker.config import Config
from worker.explaining import why_no_case
from worker.logs import Mask
from worker.phrases import moment
from worker.planned import PlannedCase, PlannedEffect
from worker.planning import WholePlan, compose_as_it_stands
from worker.plans.drawing_up import DrawnUp, drawn_up
from worker.plans.looking_ahead import looked_ahead
from worker.plans.other_policy import with_policy
from worker.program import Program
from worker.referring import NotOneTicket, ticket_meant
from worker.rehearsal.horizon import horizon
from worker.shown_paths import shown_path


def command(
    ref: Annotated[
        str, typer.Argument(metavar="REF", help="A ticket, as `explain` takes it: look at its case alone.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="60d", help="Look ahead so far, or to that day: nobody moves meanwhile.")
    ] = "",
    with_texts: Annotated[bool, typer.Option("--texts", help="With --until: each text as it would stand.")] = False,
    policy: Annotated[
        str, typer.Option("--policy", metavar="POLICY", help="Plan with another policy than the configured one.")
    ] = "",
    is_diff: Annotated[
        bool,
        typer.Option(
            "--diff", help="Show only what differs from the last plan, or look ahead, or from the configured policy."
        ),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Show every write that Aftermath would make now, as it would stand, with its reason and its cost.

    Reads the trackers and writes nothing. Exits with 1 where a case could not be planned.
    """
    settings = read_config(config)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings), _programs(settings, policy) as (program, other):
        _refuse_bad_start(program.check(), Mask(settings.secrets))
        only = _only(ref, program)
        if until:
            shows = Shows(texts=with_texts, diff=is_diff, data=as_data)
            is_good = _ahead(teller, program, other, until, only, shows)
        else:
            shown = drawn_up(program, other, only)
            if only and not shown.plan.cases:
                fail(why_no_case(program, only), NOT_GOOD)
            is_good = shown.plan.is_good
            _tell(teller, shown, is_diff=is_diff, as_data=as_data)
    if not is_good:
        raise typer.Exit(NOT_GOOD)


@contextmanager
def _programs(settings: Config, policy: str) -> Iterator[tuple[Program, Program | None]]:
    """The program, and the same under the other policy that is named."""
    with closing(compose_as_it_stands(settings)) as program:
        if not policy:
            yield program, None
            return
        _tell_people(settings, policy_named(policy))
        other = with_policy(program, policy_named(policy).resolve())
        try:
            yield program, other
        finally:
            other.ledger.close()


def _tell_people(settings: Config, policy: Path) -> None:
    """A plan is made for the people who are configured, where `policy check` and `policy test` take those beside it."""
    beside = people_beside(policy)
    if beside is None or (settings.people and beside.resolve() == settings.people.resolve()):
        return
    known = f"It asks the people of {shown_path(settings.people)}" if settings.people else "It knows no people file"
    note(f"{known}, as configured: {shown_path(beside)}, which lies beside this policy, is not read.")


def _only(ref: str, program: Program) -> TicketRef | None:
    try:
        return ticket_meant(ref, program.config, program.ledger.cases.roots_of) if ref else None
    except NotOneTicket as error:
        fail(str(error))


def _ahead(
    teller: Teller,
    program: Program,
    other: Program | None,
    until: str,
    only: TicketRef | None,
    shows: Shows,
) -> bool:
    """What would come if nobody moved; whether every case could be looked ahead for."""
    policy = (other or program).policy()
    try:
        ends = horizon(until, program.clock.now(), policy.calendar)
    except ValueError as error:
        fail(str(error))
    looked = looked_ahead(program, other, ends, only)
    tell_looked_ahead(teller, looked, policy, shows)
    return looked.is_good


def _tell(teller: Teller, shown: DrawnUp, *, is_diff: bool, as_data: bool) -> None:
    plan, zone = shown.plan, shown.zone
    if as_data:
        writes = sum(effect.writes for effect in plan.now)
        changes = {"changes": shown.compared.changes}
        whole = as_json(plan) | {"writes": writes, "costs": as_json(plan.costs)}
        teller.json(changes if is_diff else whole | changes)
        return
    if is_diff:
        tell_changes(teller, shown.compared, zone, shown.now)
    else:
        _show(teller, plan, zone)
    if not is_diff and (told := in_a_line(shown.compared, zone, shown.now)):
        teller.line(told)
    if shown.why_not_kept:
        teller.line(shown.why_not_kept, "yellow")
    teller.line("Nothing was written.", "bold")


def _refuse_bad_start(checked: Checked, mask: Mask) -> None:
    """What would keep `run` from starting is told here too, in the same sentences."""
    if checked.wrong:
        fail(mask.text("\n".join(checked.wrong)))
    if checked.away:
        fail(mask.text("\n".join(checked.away)), NOT_GOOD)


def _show(teller: Teller, plan: WholePlan, zone: dt.tzinfo) -> None:
    for case in plan.cases:
        if case.effects or case.problem:
            _show_case(teller, case, zone)
    for warning in plan.warnings:
        teller.line(warning, "bold")
    for sentence in (_in_all(plan), _costs(plan), _brakes(plan, zone)):
        teller.line(sentence)


def _in_all(plan: WholePlan) -> str:
    if not plan.cases:
        labels = " or ".join(f"“{label}”" for label in plan.labels)
        return f"No issue is labelled {labels}, so there is nothing to do."
    held = f", {len(plan.held)} held back" if plan.held else ""
    return f"{counted(len(plan.cases), 'case')}: {counted(len(plan.now), 'write')} to make now{held}."


def _costs(plan: WholePlan) -> str:
    read = counted(plan.reads_spent, "request")
    costs = [
        f"{name} {counted(cost.writes, 'write')}" + (f" and {counted(cost.reads, 'read')}" if cost.reads else "")
        for name, cost in plan.costs.items()
    ]
    return f"In requests: {', '.join(costs) or 'none'}. Reading all this took {read}."


def _brakes(plan: WholePlan, zone: dt.tzinfo) -> str:
    brakes = plan.brakes
    if brakes.start_at:
        alone = f"; {len(plan.left_alone)} older left alone" if plan.left_alone else ""
        start = f"Failures labelled from {moment(brakes.start_at, zone)} on are taken up{alone}."
    else:
        start = "No start date is set: every failure is taken up, however old."
    new = sum(effect.is_new for effect in plan.now)
    return f"{start}\nThe brake: {new} of at most {brakes.sweep_max} new comments and tickets an hour."


def _show_case(teller: Teller, case: PlannedCase, zone: dt.tzinfo) -> None:
    teller.line(f"{case.failure}  {case.title}  ({case.phase})", "bold")
    if case.problem:
        teller.line(f"  cannot be planned: {case.problem}", "red")
    for effect in case.effects:
        _show_effect(teller, effect, zone)
    teller.line()


def _show_effect(teller: Teller, effect: PlannedEffect, zone: dt.tzinfo) -> None:
    title = f': "{effect.title}"' if effect.title else ""
    teller.line(
        f"  {effect.what} on {effect.ticket}{title}"
        if not effect.what.startswith("open")
        else f"  {effect.what} in {effect.ticket}{title}"
    )
    cost = ", ".join(
        counted(number, noun) for number, noun in ((effect.writes, "write"), (effect.reads, "read")) if number
    )
    teller.line(f"    because {effect.why} (rule {effect.rule}; {cost or 'no request'})")
    if effect.held:
        until = f", until {told_moment(effect.until, zone)}" if effect.until else ""
        teller.line(f"    held back: {effect.held}{until}", "yellow")
    teller.block(effect.text)

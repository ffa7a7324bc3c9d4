"""`aftermath explain REF`: what a case waits for, what comes next, why it is quiet; with `--all` or `--why RULE` each
rule's tree of verdicts.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from connectors.errors import Gone
from rules.language.off_rules import where_off
from rules.policy import Policy
from rules.texts import names_in_a_row
from rules.verdicts.sentences import Mark
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    fail,
    look_words,
    read_config,
    told_errors,
)
from worker.explaining import Explained, RuleTold, explain, why_no_case
from worker.logs import Mask
from worker.phrases import counted
from worker.planning import compose_as_it_stands
from worker.referring import NotOneTicket, ticket_meant
from worker.shown_paths import shown_policy

MARKS = {Mark.YES: "✓", Mark.NO: "✗", Mark.NOW: "→", Mark.WAITS: "…", Mark.PLAIN: "·"}
#: Where a terminal knows no such signs.
PLAIN_MARKS = {Mark.YES: "+", Mark.NO: "-", Mark.NOW: ">", Mark.WAITS: "~", Mark.PLAIN: "."}
STYLES = {Mark.YES: "green", Mark.NO: "red", Mark.NOW: "bold yellow", Mark.WAITS: "cyan"}


def command(
    ref: Annotated[
        str, typer.Argument(metavar="REF", help="A ticket: its address in the browser, github:acme/shop#7, OPS-12, #7.")
    ],
    every_rule: Annotated[bool, typer.Option("--all", help="Every rule, with what it asked and saw.")] = False,
    why: Annotated[str, typer.Option("--why", metavar="RULE", help="One rule alone: why it speaks, or does not.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Say what a ticket's case waits for, what Aftermath does next and when, and why it is quiet until then.

    Exits with 1 when the ticket belongs to no case.
    """
    settings = read_config(config)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose_as_it_stands(settings)
        try:
            ticket = ticket_meant(ref, settings, program.ledger.cases.roots_of)
            explained = explain(program, ticket)
            why_none = "" if explained else why_no_case(program, ticket)
        except NotOneTicket as error:
            fail(str(error))
        except Gone as error:
            fail(f"{ticket} is not there, or our account may not read it: {error}", NOT_GOOD)
        finally:
            program.close()
        policy = program.policy()
    if why and why not in (known := list(dict.fromkeys(rule.id for rule in policy.every_rule))):
        off = where_off(settings.policy, why, shown_policy(settings.policy))
        fail(f"{why} is turned off in {off}: no ticket is looked at by it." if off else _unknown_rule(why, known))
    if as_data:
        teller.json(explained)
    for one in () if as_data else explained:
        if why:
            _show_why(teller, one, why, policy)
        else:
            _show(teller, one, policy.calendar.zone, every_rule=every_rule)
    if not explained:
        fail(why_none, NOT_GOOD)


def _unknown_rule(named: str, known: Sequence[str]) -> str:
    meant = difflib.get_close_matches(named, known, n=1)
    return f'The policy has no rule "{named}".' + (
        f" Did you mean {meant[0]}?" if meant else f" It has {', '.join(known)}."
    )


def _show(teller: Teller, explained: Explained, zone: dt.tzinfo, *, every_rule: bool) -> None:
    case = explained.case
    look = f"; {look_words(explained.next_look, zone)}" if explained.next_look else ""
    teller.line(f"{case.failure}  {case.title}  ({case.phase}{look})", "bold")
    if explained.override:
        teller.line(f"  override: {explained.override}")
    to_do = [f"{effect.what} on {effect.ticket}: {effect.why}" for effect in case.effects if not effect.held]
    _list(teller, "It waits for", explained.waits)
    _list(teller, "To do now", to_do)
    _list(teller, "Next, if nothing happens", [f"{one.when}  {one.what}" for one in explained.coming])
    _list(teller, "Quiet, because", explained.quiet)
    _list(teller, "Looked at next", [explained.next_why] if not to_do else [])
    if every_rule:
        marks = _marks(teller)
        teller.line(f"  {marks[Mark.YES]} as the rule asks, {marks[Mark.NO]} otherwise than it asks", "dim")
        _show_rules(teller, "Rules that apply", [one for one in explained.rules if one.speaks])
        _show_rules(teller, "Rules that do not apply", [one for one in explained.rules if not one.speaks])
    else:
        silent = sum(not rule.speaks for rule in explained.rules)
        told = f"{counted(silent, 'rule')} had nothing to say. " if silent else ""
        teller.line(f"  {told}--all shows every rule, --why RULE one: what it asked and saw.", "dim")


def _list(teller: Teller, heading: str, entries: Sequence[str]) -> None:
    if entries:
        teller.line(f"  {heading}")
        for entry in entries:
            teller.item("-", [entry], indent=4)


def _show_rules(teller: Teller, heading: str, rules: Sequence[RuleTold]) -> None:
    if rules:
        teller.line(f"  {heading}", "bold")
    for rule in rules:
        _show_lines(teller, rule, indent=4)


def _show_why(teller: Teller, explained: Explained, rule: str, policy: Policy) -> None:
    """One rule on every ticket that it looks at, its reason first."""
    teller.line(f"{explained.case.failure}  {explained.case.title}  ({explained.case.phase})", "bold")
    found = [one for one in explained.rules if one.rule == rule]
    if not found:
        rests = explained.case.phase != "active" or explained.case.is_left_alone
        why = explained.quiet[0] if rests and explained.quiet else "no ticket of its kind is in the case"
        why = _left_out(policy, explained.override, rule) or why
        teller.item("-", [f"{rule} looks at nothing here: {why}"], indent=2)
    for one in found:
        if not one.speaks:
            teller.item("-", [f"{rule} does not apply on {one.ticket}, since {one.why}"], indent=2)
        _show_lines(teller, one, indent=4)


def _left_out(policy: Policy, override: str, rule: str) -> str:
    """Why the rule is none of those that hold for the case; empty where it is one."""
    if any(one.id == rule for one in policy.rules_under(override)):
        return ""
    if override and any(one.id == rule for one in policy.rules):
        return f"the override “{override}”, which holds for it, leaves it out"
    there = [one.name for one in policy.overrides if any(known.id == rule for known in one.rules)]
    return f"it is a rule under the override {names_in_a_row([f'“{one}”' for one in there])} alone"


def _show_lines(teller: Teller, rule: RuleTold, indent: int) -> None:
    marks = _marks(teller)
    for line in rule.lines:
        style = STYLES.get(line.mark, "") if line.depth else "bold"
        teller.item(marks[line.mark], [line.text], style, indent=indent + 2 * line.depth)


def _marks(teller: Teller) -> Mapping[Mark, str]:
    return MARKS if teller.takes("".join(MARKS.values())) else PLAIN_MARKS

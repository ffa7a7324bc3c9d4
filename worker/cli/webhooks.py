"""`aftermath webhooks`: what is installed, installing what is missing, taking ours away."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors.webhooks import HookState
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    as_json,
    fail,
    read_config,
    told_errors,
)
from worker.clock import SystemClock
from worker.logs import Mask
from worker.trackers import build_hook_keepers
from worker.webhooks import PublicUrlError, WebhookReport, Webhooks, checked_public_url

_STYLES = {
    HookState.MISSING: "red",
    HookState.DIFFERENT: "yellow",
    HookState.HIDDEN: "yellow",
    HookState.UNCLEAR: "yellow",
}


def command(
    config: ConfigOption = DEFAULT_CONFIG,
    public_url: Annotated[
        str, typer.Option("--public-url", metavar="URL", help="Where trackers reach us: installs what is missing.")
    ] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take our webhooks to that address away again.")] = False,
    as_data: JsonOption = False,
) -> None:
    """Show the webhooks that bring us the news. With --public-url install or mend them, with --remove as well
    take those to that address away: others may be another installation's.

    Exits with 1 when something is missing, or is a person's to do.
    """
    settings = read_config(config)
    teller = Teller(Mask(settings.secrets))
    try:
        url = checked_public_url(public_url) if public_url else ""
    except PublicUrlError as error:
        fail(str(error))
    with told_errors(settings):
        webhooks = Webhooks(settings, build_hook_keepers(settings, SystemClock()), url)
        report = webhooks.remove() if remove else webhooks.install() if url else webhooks.look()
    if as_data:
        teller.json(as_json(report) | {"is_good": report.is_good})
    else:
        show(teller, report, is_removing=remove)
        if any(hook.state is HookState.UNCLEAR for hook in report.hooks):
            teller.line("Which one is ours? aftermath webhooks --remove --public-url https://your-host takes it away.")
        elif not (url or remove or report.is_good):
            teller.line("aftermath webhooks --public-url https://your-host installs what is missing.")
    if not report.is_good:
        raise typer.Exit(NOT_GOOD)


def show(teller: Teller, report: WebhookReport, *, is_removing: bool = False) -> None:
    """What was found or done, then what is left for a person."""
    for hook in report.hooks:
        teller.line(hook.found, _STYLES.get(hook.state, "green"))
    for one in report.by_hand:
        teller.line()
        teller.line(f"{one.tracker}: {one.why}", "bold")
        if is_removing:
            teller.line("  There the webhook to us is removed by hand: its page is the one where it was made.")
            continue
        for number, step in enumerate(one.steps, start=1):
            teller.line(f"  {number}. {step}")

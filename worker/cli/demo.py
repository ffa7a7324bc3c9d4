"""`aftermath demo`: twelve weeks of a small company in seconds, told as a story, on this machine alone."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import requests
import typer
from rich.console import Console

from worker.cli.signals import StopAsked, stop_on_signals
from worker.cli.telling import NOT_GOOD, JsonOption, Teller, as_json, fail
from worker.clock import stopwatch_s
from worker.demo.story import COLUMNS_MAX, Story
from worker.logs import set_up_logs

if TYPE_CHECKING:
    from worker.demo.stage import Stage

#: What a shell gives a process that was stopped by Ctrl-C.
_INTERRUPTED = 130


def command(
    as_data: JsonOption = False,
    is_polling: Annotated[bool, typer.Option("--polling", help="Lose every webhook: polling alone.")] = False,
    jira: Annotated[
        Literal["cloud", "data-center"], typer.Option("--jira", help="Which Jira the company has.")
    ] = "cloud",
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running afterwards, to look at.")] = False,
) -> None:
    """Play a failure at a small company from its label to its lesson, weeks in seconds, and tell the story.

    GitHub and Jira are a sandbox on this machine; everything else is real. Nothing leaves the machine, and
    nothing stays on it. Exits with 1 when the case did not end as it should.
    """
    began_s = stopwatch_s()
    set_up_logs((), level="ERROR")
    _keep_proxies_out()
    stop = stop_on_signals()
    # Into a file or a pipe it is as wide as it may be; on a terminal as wide as that is.
    width = None if sys.stdout.isatty() else COLUMNS_MAX
    console = Console(highlight=False, markup=False, emoji=False, quiet=as_data, width=width)
    story = Story(console)
    story.opened(is_polling=is_polling)
    # The trackers' libraries take a second to load; by now there is something to read.
    from worker.demo.stage import Interrupted, StageError, set_stage  # noqa: PLC0415
    from worker.running import StartError  # noqa: PLC0415

    try:
        with (
            tempfile.TemporaryDirectory(prefix="aftermath-demo-") as folder,
            set_stage(Path(folder), story, is_polling=is_polling, is_stopped=stop.is_set, jira=jira) as stage,
        ):
            stage.play()
            is_good = _tell_end(console, stage, began_s, as_data=as_data, keep=keep)
            if keep:
                _keep(console, stop)
    except Interrupted:
        raise typer.Exit(_INTERRUPTED) from None
    except (StageError, StartError, OSError, requests.RequestException) as error:
        fail(f"The demo cannot go on. {error}", NOT_GOOD)
    if not is_good:
        fail("The case did not end as it should; the summary says in what.", NOT_GOOD)


def _tell_end(console: Console, stage: Stage, began_s: float, *, as_data: bool, keep: bool) -> bool:
    """Show the summary, in words or as data; whether all is well."""
    from worker.demo.closing import tell_addresses, tell_how_to_go_on, tell_summary  # noqa: PLC0415 - see above
    from worker.demo.ending import problems  # noqa: PLC0415 - see above
    from worker.demo.summary import summarise  # noqa: PLC0415 - see above

    summary = summarise(stage, stopwatch_s() - began_s)
    wrong = problems(summary)
    if as_data:
        Teller().json(as_json(summary) | {"problems": wrong})
    tell_summary(console, summary, wrong)
    if keep:
        tell_addresses(console, summary, stage.sandbox.url(), stage.running.web_url, str(stage.config_path))
    else:
        tell_how_to_go_on(console)
    return not wrong


def _keep(console: Console, stop: StopAsked) -> None:
    stop.wait()
    console.print("\nAll of it is gone, with everything that was in it.")


def _keep_proxies_out() -> None:
    """No proxy of this machine's has a part between the demo and its sandbox; nothing else is spoken to."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

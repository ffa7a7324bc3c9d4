"""What stands at the end of the story: the summary as a table, and how to go on from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from textwrap import shorten

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from worker.demo.company import START, first_name
from worker.demo.script import ALERT, FAILURE
from worker.demo.story import COLUMNS_MAX, day_and_time, names, short
from worker.demo.summary import Summary, TicketTold
from worker.sandbox import PEOPLE, REPOSITORY, a_day_passes

#: A title is cut so that a ticket is one line.
_TITLE_MAX = 40


def tell_summary(console: Console, summary: Summary, problems: Sequence[str]) -> None:
    """The table, whether all is well, and what to try next."""
    _rule(console, "What came of it")
    _table(console, _rows(summary))
    console.print()
    if problems:
        console.print(Text("The story did not end as it should:", "bold red"))
        for problem in problems:
            console.print(Text(f"  - {problem}", "red"))
    else:
        console.print(Text("Nothing was forgotten, and nothing was said twice.", "bold green"))


def tell_how_to_go_on(console: Console) -> None:
    """What else there is to try."""
    console.print()
    _table(
        console,
        (
            ("make demo", "plays it again"),
            ("aftermath demo --polling", "… with every webhook lost"),
            ("aftermath demo --keep", "… and leaves it running, to look at and to play with"),
            ("aftermath sandbox", "is the company alone, to run an Aftermath of your own against"),
            ("README.md", "says how to begin with your own trackers"),
        ),
    )


def tell_addresses(console: Console, summary: Summary, sandbox_url: str, web_url: str, config_path: str) -> None:
    """Where everything can be looked at while it stays, and how to play on."""
    _rule(console, "It goes on, until Ctrl-C")
    tickets = [ticket for ticket in (summary.failure, summary.post_mortem, *summary.actions) if ticket]
    _table(console, [(short(ticket.key), ticket.url) for ticket in tickets])
    console.print()
    _table(
        console,
        (
            ("all tickets", f"{sandbox_url}/"),
            ("Aftermath", f"{web_url}/healthz   {web_url}/readyz   {web_url}/metrics"),
            ("tokens", ", ".join(f"{account}-token" for account, _ in PEOPLE)),
        ),
    )
    issues = f"{sandbox_url}/github/repos/{REPOSITORY}/issues"
    as_ada = "-H 'Authorization: Bearer ada-token'"
    commands = (
        ("It comes back", f'curl -X POST {issues}/{FAILURE}/labels {as_ada} -d \'{{"labels": ["failure"]}}\''),
        (
            "Something else fails",
            f'curl -X POST {issues} {as_ada} -d \'{{"title": "Search is slow", "labels": ["failure", "sev2"]}}\'',
        ),
        ("A working day passes", a_day_passes(sandbox_url)),
        ("Why is it so?", f"aftermath explain 'github:{REPOSITORY}#{ALERT}' --config {config_path}"),
    )
    for what, line in commands:
        console.print()
        console.print(Text(what, "bold"))
        # Not wrapped by us: a command has to be copied as it is.
        console.print(Text(f"  {line}"), soft_wrap=True)


def _rows(summary: Summary) -> Iterator[tuple[str, str]]:
    if summary.failure:
        yield "failure", f"{short(summary.failure.key)}  {_state(summary.failure)}"
    if summary.post_mortem:
        yield "post-mortem", f"{summary.post_mortem.key}  {_state(summary.post_mortem)}"
    for number, action in enumerate(summary.actions):
        yield "" if number else "actions", f"{short(action.key)}  {_state(action)}"
    if summary.closed_at:
        after = f"{summary.said_afterwards} comments" if summary.said_afterwards else "not a word"
        yield "let go", f"{day_and_time(summary.closed_at)}, {_weeks(summary.closed_at)} in; {after} since"
    missing = len(summary.links_missing)
    yield "links", f"{len(summary.links)}, {f'{missing} missing' if missing else 'each of them both ways'}"
    for number, rung in enumerate(summary.rungs):
        said = f"{day_and_time(rung.at)}  {rung.kind:<10} {short(rung.ticket)}  {names(rung.asked)}"
        yield "" if number else "asked", said
    mentions = summary.mentions
    yield "mentions", f"{mentions['total']}, at most {mentions['most_a_day']} a day for anybody"
    yield "letters", f"{summary.letters}, each to one person alone"
    yield "comments", ", ".join(f"{number} {kind}" for kind, number in summary.comments.items())
    cut = summary.cut
    yield "duplicates", f"{summary.duplicates}; {cut['connections']} connection cut in the middle of a write"
    for number, (tracker, counted) in enumerate(summary.requests.items()):
        free = f", {counted['unchanged']} of them unchanged and free" if counted["unchanged"] else ""
        label = {"github": "GitHub", "jira": "Jira"}.get(tracker, tracker)
        yield "" if number else "requests", f"{label}: {counted['writes']} writes, {counted['reads']} reads{free}"
    news = "no webhook at all, by polling alone"
    yield "news", f"{summary.deliveries} deliveries by webhook, no polling" if summary.news == "webhooks" else news
    yield "time", f"{_weeks(summary.ended_at)} in {summary.wall_s:.1f} s"


def _weeks(until: dt.datetime) -> str:
    return f"{round((until - START) / dt.timedelta(weeks=1))} weeks"


def _state(ticket: TicketTold) -> str:
    done = f"done {ticket.closed_at:%a} {ticket.closed_at.day:>2} {ticket.closed_at:%b}" if ticket.closed_at else "open"
    due = f" (due {ticket.due})" if ticket.due else ""
    owner = first_name(ticket.owner) if ticket.owner else "nobody"
    return f"{done}{due}, {owner}: {shorten(ticket.title, _TITLE_MAX, placeholder=' …')}"


def _table(console: Console, rows: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> None:
    """Two columns, the second wrapped, and nothing behind a line's last word."""
    listed = list(rows)
    names_width = max(len(name) for name, _ in listed) + 2
    width = min(COLUMNS_MAX, console.width) - names_width
    for name, value in listed:
        for number, line in enumerate(Text(value).wrap(console, max(width, 1))):
            line.rstrip()
            told = "" if number else name
            console.print(Text.assemble((f"{told:<{names_width}}", "cyan"), line))


def _rule(console: Console, heading: str) -> None:
    console.print()
    console.print(Rule(Text(heading, "bold cyan"), style="cyan", align="left"), width=min(COLUMNS_MAX, console.width))
    console.print()

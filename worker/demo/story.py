"""Tells the story while it happens: who did what and when, what Aftermath wrote, and what is worth noticing.

Quotes are what really stands on the tickets. Nothing here knows how the story goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from rules.texts import names_in_a_row
from worker.cli.telling import printable
from worker.demo.company import first_name
from worker.demo.quoting import excerpt, quoted
from worker.demo.script import Act
from worker.demo.witness import Kind, Written
from worker.sandbox import REPOSITORY

COLUMNS_MAX = 100
#: So many days without a line are told in one.
QUIET_DAYS = 5
#: Columns of the stamp, `Tue  8 Sep 09:12`, and of everything before the text.
_STAMP, _MARGIN = 16, 20
#: How many paragraphs of a text of that kind are quoted the first time, all where it is 0; later it is one.
_QUOTED = {"status": 4, "plan": 2, "ask": 1, "ask-again": 1, "reminder": 3, "overdue": 3, "thanks": 0, "lesson": 0}
#: Of a private letter, so many paragraphs are read aloud: as far as its questions.
_LETTER_BLOCKS = 4
#: How the line of a status comment begins that a look back leaves.
_LOOKED = "Looked back on"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Story:
    """Speaks to a console; to a quiet one where nobody listens."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(COLUMNS_MAX, console.width)
        self._told_at: dt.datetime | None = None
        self._stamp = ""
        self._is_below_rule = False
        self._chapters = 0
        self._quoted: set[str] = set()
        self._cuts = 0

    # --- what happens ---------------------------------------------------------------------------

    def opened(self, *, is_polling: bool) -> None:
        """What the reader is about to see."""
        news = (
            "Every webhook is lost here, and polling alone brings the news."
            if is_polling
            else ("The news travels by webhook.")
        )
        self._console.print()
        self._console.print(Text("Twelve weeks at Acme, in fast-forward", "bold"))
        self._paragraph(
            "Ada and Ben build the shop, Grace leads them, Mel is the manager. GitHub and Jira are a sandbox on this "
            "machine, and its clock is driven; Aftermath, its queue, its ledger and both vendors' clients are real. "
            f"{news} Times are UTC."
        )

    def acted(self, act: Act) -> None:
        """A person does something."""
        self._silence(act.at)
        if act.chapter:
            self._chapter(act.chapter)
        self._moment(act.at)
        self._line(act.says, "bold")
        if act.words:
            self._quote(act.words, "yellow")

    def wrote(self, at: dt.datetime, news: Sequence[Written], cuts: int) -> None:
        """What Aftermath wrote; `cuts` is how many connections were cut so far."""
        if news:
            self._silence(at)
            self._moment(at)
        self._tickets([one for one in news if one.kind is Kind.TICKET])
        for one in news:
            if one.kind is Kind.COMMENT:
                self._comment(one)
        for one in news:
            if one.kind is Kind.LABEL:
                self._ours(f"labels {short(one.ticket)} “{one.what}”.")
        self._letters([one for one in news if one.kind is Kind.LETTER])
        self._small_things(news)
        if cuts > self._cuts:
            self._cuts = cuts
            self.remarked(
                "The line went dead just after GitHub had stored that. Aftermath cannot know, so it looks before it "
                "would try again: one comment, not two."
            )

    def remarked(self, sentence: str) -> None:
        """Something to notice."""
        self._line(sentence, "dim italic")

    # --- Aftermath's part -----------------------------------------------------------------------

    def _tickets(self, opened: Sequence[Written]) -> None:
        for one in opened:
            if one.what == "post-mortem":
                self._ours(f"opens the post-mortem {one.ticket} in Jira, for {_for(one)}, and links it both ways.")
        actions = [one for one in opened if one.what == "action"]
        if actions:
            count = "a ticket" if len(actions) == 1 else f"{_NUMBERS[len(actions)]} tickets"
            self._ours(f"opens {count} on GitHub, linked to the failure and the post-mortem:")
            for one in actions:
                self._quote(f"**{short(one.ticket)}** {one.title} · {_for(one)}")

    def _comment(self, said: Written) -> None:
        where = short(said.ticket)
        if said.what == "status" and said.ticket.startswith(REPOSITORY):
            self._ours(f"keeps one comment on {where} up to date from now on:")
        elif said.what == "status":
            return
        elif said.what == "plan":
            self._ours(f"publishes the plan on {where}, in a comment that it keeps true:")
        elif said.what == "thanks":
            self._chapter("Celebrate")
            self._ours(f"writes on {where}:")
        elif said.what == "lesson":
            self._chapter("Learn, and let go")
            self._ours(f"writes on {where}:")
        else:
            verb = {"ask-again": "asks again, this time", "reminder": "reminds"}.get(said.what, "asks")
            self._ours(f"{verb} {names(said.asked)} on {where}:")
        blocks = 1 if said.what in self._quoted else _QUOTED.get(said.what, 1)
        self._quoted.add(said.what)
        self._quote(excerpt(said.text, blocks))

    def _letters(self, letters: Sequence[Written]) -> None:
        """Told here for once: in earnest only their readers ever see them."""
        if not letters:
            return
        self._ours(f"writes to {names(one.owner for one in letters)}, to each of them alone:")
        self._quote(excerpt(letters[0].text, _LETTER_BLOCKS))
        self.remarked("Through a channel of their own, once, and nowhere else. Nobody waits for an answer.")

    def _small_things(self, news: Iterable[Written]) -> None:
        """Edits in place, in one line: they reach nobody."""
        edited = [one for one in news if one.kind is Kind.EDIT]
        plan = next((one for one in edited if one.what == "plan"), None)
        if plan:
            done = plan.text.partition("·")[2].partition("\n")[0].strip()
            self._ours(f"brings plan and status up to date, without a new comment: {done}.", "dim")
        elif any(_LOOKED in one.text for one in edited):
            self._ours("looks back, quietly, and notes in its status comment:")
            looked = next(one for one in edited if _LOOKED in one.text)
            self._quote(next(line for line in reversed(looked.text.splitlines()) if _LOOKED in line))
        elif edited:
            self._ours("brings its status comment up to date, without a new one.", "dim")

    # --- lines ----------------------------------------------------------------------------------

    def _chapter(self, heading: str) -> None:
        self._chapters += 1
        title = Text(f"{self._chapters} · {heading}", "bold cyan")
        self._console.print()
        self._console.print(Rule(title, style="cyan", align="left"), width=self._width)
        self._console.print()
        self._is_below_rule = True

    def _silence(self, at: dt.datetime) -> None:
        """A week that passes is said in one line."""
        days = (at.date() - self._told_at.date()).days if self._told_at else 0
        if days >= QUIET_DAYS:
            self._console.print()
            self._console.print(Text(f"{' ' * _MARGIN}⋯ {days} quiet days ⋯", "dim"))

    def _moment(self, at: dt.datetime) -> None:
        """The next line begins with the date where it is another, with the time where that is."""
        before, self._told_at = self._told_at, at
        if before is None or before.date() != at.date():
            self._stamp = day_and_time(at)
            if before is not None and not self._is_below_rule:
                self._console.print()
        elif before.replace(second=0) != at.replace(second=0):
            self._stamp = f"{at:%H:%M}"

    def _line(self, text: str, style: str = "") -> None:
        self._told(Text(printable(text), style), "  ", style)

    def _ours(self, text: str, style: str = "") -> None:
        self._told(Text.assemble(("Aftermath ", style or "cyan"), (printable(text), style)), "▸ ", "cyan")

    def _told(self, text: Text, sign: str, sign_style: str) -> None:
        for line in text.wrap(self._console, self._width - _MARGIN):
            line.rstrip()
            self._console.print(Text.assemble((f"{self._stamp:>{_STAMP}}", "blue"), "  ", (sign, sign_style), line))
            self._stamp, sign, self._is_below_rule = "", "  ", False

    def _quote(self, markdown: str, style: str = "cyan") -> None:
        for line in quoted(markdown, self._console, self._width - _MARGIN - 2):
            line.rstrip()
            self._console.print(Text.assemble(" " * _MARGIN, ("│ " if line.plain else "│", style), line))

    def _paragraph(self, text: str) -> None:
        for line in Text(text, "dim").wrap(self._console, self._width):
            line.rstrip()
            self._console.print(line)


def day_and_time(at: dt.datetime) -> str:
    """`Tue  8 Sep 09:12`."""
    return f"{at:%a} {at.day:>2} {at:%b} {at:%H:%M}"


def short(key: str) -> str:
    """A ticket's key as people say it: `#2` in the one repository there is."""
    return key.removeprefix(REPOSITORY)


def names(accounts: Iterable[str]) -> str:
    """`Ada and Grace`, `Ada, Ben and Grace`."""
    return names_in_a_row([first_name(account) for account in accounts])


def _for(ticket: Written) -> str:
    due = dt.date.fromisoformat(ticket.due)
    return f"{first_name(ticket.owner)}, due {due:%a} {due.day} {due:%b}"

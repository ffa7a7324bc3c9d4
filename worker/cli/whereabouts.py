"""Looks whether the places are there that somebody named to `init`, and asks again where one is not.

A name that was typed may be typed anew; one that was given as an option is refused, unless `--anyway` says that the
files are wanted all the same. Without a token nobody can be asked, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from worker.cli.asking import Asking
from worker.cli.telling import Teller, fail
from worker.clock import Clock
from worker.getting_started.answers import AnswerError, Answers, checked
from worker.getting_started.looking import Looked, Unanswered, look_around


class Whereabouts:
    """`typed` are the trackers whose place was typed at a question; with `anyway` no place has to be there."""

    def __init__(self, asking: Asking, teller: Teller, *, typed: frozenset[str], anyway: bool) -> None:
        self._asking = asking
        self._teller = teller
        self._typed = typed
        self._anyway = anyway

    def look(self, answers: Answers, environ: Mapping[str, str], clock: Clock) -> tuple[Answers, Looked]:
        """The answers, as they stand after the last question, and who works there. Ends with 2 where a place that an
        option named is not there."""
        kept: set[str] = set()
        while True:
            looked = look_around(answers, environ, clock)
            missing = [one for one in looked.unanswered if one.is_missing and one.place.tracker not in kept]
            for one in looked.unanswered:
                if one.place.tracker not in kept:
                    self._tell(one, answers)
            if self._anyway or not missing:
                return answers, looked
            if any(one.place.tracker not in self._typed for one in missing):
                fail("Nothing was written. Name the right place, or say --anyway if this one is yet to come.")
            for one in missing:
                again = self._ask_again(answers, one.place.tracker)
                if again == answers:
                    kept.add(one.place.tracker)
                answers = again
            if kept.issuperset(one.place.tracker for one in missing):
                return answers, looked

    def _tell(self, one: Unanswered, answers: Answers) -> None:
        named = (name for name, tracker in answers.variables.items() if tracker == one.place.tracker)
        variable = next(named, "")
        if one.is_refused and not variable:
            self._teller.line(f"The GitHub App is not let in yet. {one.said}", "bold red")
            return
        if one.is_refused:
            self._teller.line(f"The token in {variable} is not taken, and not kept. {one.said}", "bold red")
            return
        if not one.is_missing:
            self._teller.line(f"Who works in {one.place} could not be asked: {one.said.rstrip('.')}.")
            self._teller.line("  Once it can be, the same call with --force looks again.")
            return
        self._teller.line(f"{one.place} was not found. {one.said}", "bold red")
        who = f"the account whose token is in {variable}" if variable else "the App"
        self._teller.line(
            f"  Either the name is misspelt, or {who} may not see it: trackers say 404 to both, so as not to give away "
            f"what there is."
        )

    def _ask_again(self, answers: Answers, tracker: str) -> Answers:
        """With the place typed anew. The same again means that it is to stay."""
        text = self._asking.text
        if tracker == "github" and answers.github:
            github = answers.github
            repository = text("GitHub repository, as OWNER/NAME (Enter: leave it so)", github.repository)
            again = replace(answers, github=replace(github, repository=repository))
        else:
            assert answers.jira
            url = text("Jira site (Enter: leave it so)", answers.jira.url)
            project = text("Its project (Enter: leave it so)", answers.jira.project)
            again = replace(answers, jira=replace(answers.jira, url=url.rstrip("/"), project=project))
        try:
            return checked(again)
        except AnswerError as error:
            fail(str(error))

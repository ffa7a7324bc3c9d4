"""Asks questions on the terminal, or takes each default in silence (`--yes`). What is typed as a token is not shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import typer


@dataclass
class Asking:
    """Asks, unless `is_silent`. `given` are the tokens that were typed in, by variable."""

    is_silent: bool
    given: dict[str, str] = field(default_factory=dict, repr=False)

    def text(self, question: str, default: str = "") -> str:
        if self.is_silent:
            return default
        return str(typer.prompt(question, default=default, show_default=bool(default))).strip()

    def whether(self, question: str) -> bool:
        return self.is_silent or typer.confirm(question, default=True)

    def token(self, variable: str, tracker: str) -> None:
        question = f"Token of Aftermath's account on {tracker} (kept in .env; Enter: later)"
        if not self.is_silent and (
            typed := str(typer.prompt(question, default="", hide_input=True, show_default=False)).strip()
        ):
            self.given[variable] = typed

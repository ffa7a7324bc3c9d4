"""What a rung of a ladder does, and what a stage is called, as people say it."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rules.policy import Do, LabelDo, Named, NotifyDo, Part, Recipient, Rung, SayDo
from rules.texts import names_in_a_row
from rules.verdicts.moments import ordinal


def rung_words(rung: Rung) -> str:
    """What a rung does, such as `the owner and the lead are asked`."""
    words = [found for do in rung.do if (found := reached_words(do) or _done_words(do))]
    return names_in_a_row(words) or "something is done"


def reached_words(do: Do, teams: Container[str] = ()) -> str:
    """Whom a comment or a private message reaches, and how: `the owner and the lead are asked`; empty for nobody.
    `teams` are those of the people file, by their ids."""
    if isinstance(do, SayDo) and do.mention:
        return f"{_are(do.mention, teams)} {'reminded' if do.kind == 'reminder' else 'asked'}"
    return f"{_are(do.to, teams)} told privately" if isinstance(do, NotifyDo) else ""


def called(part: Part | Recipient) -> str:
    """Somebody by their part, else by their id."""
    if part == Recipient.PARTICIPANTS:
        return "everybody who took part"
    return part.value if isinstance(part, Named) or part == Recipient.LEADERSHIP else f"the {part.value}"


def stage_words(stage: str) -> str:
    """`0 seconds#0` as `at once`, `-2 business days#0` as `2 business days before`, `7 business days#2` as
    `after 7 business days, for the 3rd time`."""
    span, _, occurrence = stage.rpartition("#")
    repeated = f", for the {ordinal(int(occurrence) + 1)} time" if occurrence not in ("", "0") else ""
    if span.startswith("0 "):
        words = "on the day" if "day" in span else "at once"
    else:
        words = f"{span.removeprefix('-')} before" if span.startswith("-") else f"after {span}"
    return words + repeated


def _are(parts: Sequence[Part | Recipient], teams: Container[str]) -> str:
    is_one = len(parts) == 1 and not (isinstance(parts[0], Named) and parts[0].value in teams)
    return f"{names_in_a_row([called(one) for one in parts])} {'is' if is_one else 'are'}"


def _done_words(do: Do) -> str:
    match do:
        case SayDo():
            return f"something is said ({do.kind})"
        case LabelDo():
            return f"the label {do.label} is added"
        case _:
            return ""

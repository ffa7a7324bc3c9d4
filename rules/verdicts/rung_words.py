"""What a rung of a ladder does, and what a stage is called, as people say it."""

from __future__ import annotations

from rules.policy import Do, LabelDo, NotifyDo, Recipient, Rung, SayDo
from rules.texts import names_in_a_row
from rules.verdicts.moments import ordinal


def rung_words(rung: Rung) -> str:
    """What a rung does, such as `owner and lead are asked`."""
    words = [found for do in rung.do if (found := _do_words(do))]
    return names_in_a_row(words) or "something is done"


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


def _do_words(do: Do) -> str:
    match do:
        case SayDo():
            asked = names_in_a_row([role.value for role in do.mention])
            verb = "are asked" if len(do.mention) > 1 else "is asked"
            if do.kind == "reminder":
                verb = verb.replace("asked", "reminded")
            return f"{asked} {verb}" if asked else f"something is said ({do.kind})"
        case LabelDo():
            return f"the label {do.label} is added"
        case NotifyDo():
            is_up = do.to == (Recipient.LEADERSHIP,)
            return "leadership is told privately" if is_up else "a private message is sent"
        case _:
            return ""

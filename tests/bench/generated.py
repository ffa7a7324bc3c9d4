"""Cases as they come, all of one seed: they differ in severity, owners, comments, commands, actions, what is closed,
and in every word that people wrote, so that nothing that was read for one case is known for the next.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from rules.facts import ActionTicket, Case, ChangeKind, Comment
from rules.keys import item_id
from tests.rules.cases import (
    ANN,
    BOB,
    LEA,
    MO,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    change,
    closed,
    labelled,
    says,
    we_say,
)

NOW = dt.datetime(2026, 4, 20, 11, 0, tzinfo=dt.UTC)
_VOCABULARY = """
alert backup batch broker build cache certificate checkout cluster config consumer cron dashboard deadline deploy disk
driver export failover feed flag gateway import index invoice job key lock log mail mirror monitor node order pager
payment pipeline pool price proxy query queue quota release replica report retry route schema search session shard shop
stock storage switch timeout token topic upload vendor worker zone
"""
_WORDS = tuple(_VOCABULARY.split())
_COMMANDS = ("/ack We are on it: ", "/due 2026-05-04 ", "/snooze 3 days ", "/help ")


def stream_of_cases(seed: int) -> Iterator[tuple[Case, dt.datetime]]:
    """Cases and the moments at which they are looked at, without an end."""
    chance = random.Random(seed)
    while True:
        yield _case(chance), NOW + dt.timedelta(hours=chance.randrange(2_000))


def generated_cases(count: int, seed: int = 1) -> list[tuple[Case, dt.datetime]]:
    """The first of them."""
    return list(islice(stream_of_cases(seed), count))


def _case(chance: random.Random) -> Case:
    owners = chance.choice(((), (ANN,), (BOB,), (ANN, LEA)))
    marks = [label for label in (chance.choice(("sev1", "sev2", "sev3", "")),) if label]
    marks += ["experiment"] * (chance.random() < 0.05)
    failure = a_failure(
        *marks,
        title=f"The {_words(chance, 3)} is down",
        assignees=owners,
        comments=_comments(chance),
        changes=(labelled("03-02 09:00"), change("a1", "03-02 09:30", ChangeKind.ASSIGNED, new="ann")),
        **(closed("03-20 12:00") if chance.random() < 0.3 else {}),
    )
    items = [f"Improve the {_words(chance, 4)}" for _ in range(chance.randrange(6))]
    mortem = a_post_mortem(
        body=_post_mortem(chance, items),
        comments=_comments(chance),
        **(closed("03-30 12:00") if chance.random() < 0.5 else {}),
    )
    opened = items[: chance.randrange(len(items) + 1)]
    actions = [_action(chance, number, item) for number, item in enumerate(opened)]
    case = a_case(failure, mortem if chance.random() < 0.8 else None, *actions)
    return replace(case, root=f"{chance.getrandbits(80):020x}")


def _post_mortem(chance: random.Random, items: list[str]) -> str:
    """Its text, half of the time with the systemic questions answered, and now and then an item that was reworded."""
    written = "".join(f"- [ ] {item}{' by half' * (chance.random() < 0.1)}\n" for item in items)
    learned = f"That the {_words(chance, 8)}.\n" if chance.random() < 0.5 else ""
    return (
        f"## What happened\n\nThe {_words(chance, 12)}.\n\n## What we learned\n\n{learned}\n"
        f"## What made it possible\n\n{learned}\n## Action items\n\n{written}"
    )


def _action(chance: random.Random, number: int, item: str) -> ActionTicket:
    """The ticket that was opened for that line."""
    fields: dict[str, Any] = {"comments": _comments(chance), "assignees": chance.choice(((), (ANN,), (MO,)))}
    if chance.random() < 0.4:
        fields |= closed("04-10 10:00")
    due = f"2026-04-{1 + chance.randrange(28):02}"
    return an_action(3 + number, item_id(item), due, title=item, **fields)


def _comments(chance: random.Random) -> tuple[Comment, ...]:
    ours = [we_say("o1", "03-02 09:05", "status"), we_say("o2", "03-02 09:06", "ask")]
    theirs = [
        says(f"c{number}", f"03-{3 + number:02} 10:00", _said(chance), by=chance.choice((ANN, BOB, LEA)))
        for number in range(chance.randrange(12))
    ]
    return (*ours, *theirs)


def _said(chance: random.Random) -> str:
    """What one comment says: every third one commands."""
    return (chance.choice(_COMMANDS) if chance.random() < 1 / 3 else "") + _words(chance, 6)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))

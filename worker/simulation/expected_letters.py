"""The independent model's part on private letters: each at most once, never early, never to a stranger.

A letter that got lost is no error where something went wrong on its way: it cannot be read back, so it is not sent
again. In a history in which nothing went wrong every letter has to be there. Which case a letter belongs to is read
from the post-mortem that it names, as its reader would.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from connectors.memory.letterbox import Letter
from connectors.sandbox.world import TicketState, World
from worker.simulation.expected_setting import Setting, Violation

_NAMED = re.compile(r"post-mortem is done: \[(?P<key>[^\]]+)\]")
_ADDRESS = "letter://"


def letter_violations(world: World, setting: Setting, letters: Sequence[Letter], must_arrive: bool) -> list[Violation]:
    """What is twice, early or wrong about the letters; with `must_arrive` what is missing too."""
    mortems = {ticket.key: ticket for ticket in world.sites[setting.mortem_site].tickets.values()}
    found: list[Violation] = []
    sent: Counter[tuple[str, str]] = Counter()
    for letter in letters:
        named = _NAMED.search(letter.body)
        mortem = mortems.get(named["key"]) if named else None
        if mortem is None:
            found.append(Violation("", "wrong", f"a letter of {letter.at:%F %H:%M} is about no post-mortem"))
            continue
        sent.update((mortem.key, address) for address in letter.addresses)
        if not any(entry.kind == "closed" and entry.at <= letter.at for entry in mortem.history):
            found.append(Violation(mortem.key, "early", f"the letter of {letter.at:%F %H:%M} came before the end"))
    for (key, address), times in sent.items():
        if times > 1:
            found.append(Violation(key, "twice", f"{times} letters about it reached {address}"))
        if address not in _known(setting):
            found.append(Violation(key, "wrong", f"a letter went to a stranger at {address}"))
    return found + (_missing(setting, mortems.values(), set(sent)) if must_arrive else [])


def _known(setting: Setting) -> set[str]:
    return {f"{_ADDRESS}{account}" for account in setting.people_with_rights}


def _missing(setting: Setting, mortems: Iterable[TicketState], sent: set[tuple[str, str]]) -> list[Violation]:
    """Whoever closed a post-mortem first had a part in it: where letters are due, one went to them."""
    missing: list[Violation] = []
    for mortem in mortems:
        if not any(key == mortem.key for key, _ in sent):
            continue  # whether letters are due at all (an experiment, a pause) is told by the others about it
        closer = next(entry.actor for entry in mortem.history if entry.kind == "closed")
        address = f"{_ADDRESS}{closer}"
        if address in _known(setting) and (mortem.key, address) not in sent:
            missing.append(Violation(mortem.key, "missing", f"no letter reached {address}, who closed it"))
    return missing

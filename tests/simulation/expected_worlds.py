"""Small hand-made worlds for the independent model: steps with a name and a time, played on the sandbox's world.

A test leaves steps out, moves them or adds some, so that it shows what it changes and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from connectors.markers import NAME, MarkerCodec
from connectors.sandbox.world import TicketState, World
from connectors.tracker import TWIN_LABEL
from rules.facts import Marker
from rules.keys import case_id, case_root, event_key, item_id, opening_key, state_key
from worker.simulation.expected import Setting, Trouble, Violation, verify

OURS, ANN, LEA, MO, BOB, ROBOT = "aftermath-bot", "ann", "lea", "mo", "bob", "robot"
FAILURE, MORTEM, ACTION = "acme/shop#1", "OPS-1", "acme/shop#2"
ITEM = "Alert when the queue of payments grows"
CODEC = MarkerCodec("test", b"a secret of the tests")
SETTING = Setting(
    ours=OURS,
    codec=CODEC,
    people_with_rights=frozenset({ANN, LEA, MO}),
    owner_lead={ANN: LEA},
    owner_manager={ANN: MO},
)


def at(text: str) -> dt.datetime:
    """`01-26 09:02` of 2026, UTC."""
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)


class Stage:
    """The two sites, and what people and Aftermath do on them."""

    def __init__(self) -> None:
        self.time = at("01-01 00:00")
        self.world = World(lambda: self.time)
        self.github = self.world.add_site("github", "github")
        self.jira = self.world.add_site("jira", "jira")
        self.github.add_place("acme/shop")
        self.jira.add_place("OPS")
        for site in (self.github, self.jira):
            for account in (OURS, ANN, LEA, MO):
                site.add_account(account)
            site.add_account(BOB, default_rights="triage")
            site.add_account(ROBOT, is_bot=True)
        self._said = 0

    def ticket(self, key: str) -> TicketState:
        return (self.jira if key.startswith("OPS") else self.github).ticket(key)

    def case(self, generation: int = 1, failure: str = FAILURE) -> str:
        return case_id(case_root("github", str(self.ticket(failure).uid)), generation)

    def say(self, key: str, kind: str, *mentions: str, generation: int = 1, same_key: str = "") -> None:
        """A comment of ours. Each has a key of its own unless `same_key` names one."""
        self._said += 1
        site = self.jira if key.startswith("OPS") else self.github
        case = self.case(generation)
        slot = kind in ("status", "plan")
        own = state_key(case, key, kind) if slot else event_key(case, key, kind, same_key or str(self._said), "")
        body = " ".join([kind, *(f"[{who}](mention:{who})" for who in mentions)])
        marker = Marker(case, own, kind, "")
        site.comment_on(OURS, key, body, properties={NAME: CODEC.write(marker)})

    def open_mortem(self, due_on: str = "2026-01-12", generation: int = 1) -> TicketState:
        case = self.case(generation)
        marker = Marker(case, opening_key(case, "post-mortem", ""), "post-mortem", ":")
        return self.jira.open_ticket(
            OURS, "OPS", "Post-mortem", "Write here.", assignees=(ANN,), due_on=dt.date.fromisoformat(due_on),
            properties={NAME: CODEC.write(marker)},
        )  # fmt: skip

    def open_action(self, text: str = ITEM, due_on: str = "2026-01-23", salt: str = "") -> TicketState:
        case = self.case()
        marker = Marker(case, opening_key(case, "action", item_id(text) + salt), "action", f"{item_id(text)}:{due_on}")
        return self.github.open_ticket(
            OURS, "acme/shop", text, text, labels=("aftermath",), assignees=(ANN,),
            properties={NAME: CODEC.write(marker)},
        )  # fmt: skip

    def neutralise(self, key: str) -> None:
        self.github.add_label(OURS, key, TWIN_LABEL)
        self.github.close(OURS, key, "duplicate")

    def fail(self, *labels: str, assignee: str = ANN) -> TicketState:
        return self.github.open_ticket(
            BOB, "acme/shop", "The shop is down", "It broke.",
            labels=("failure", *labels), assignees=(assignee,) if assignee else (),
        )  # fmt: skip

    def comment(self, who: str, key: str, text: str) -> None:
        (self.jira if key.startswith("OPS") else self.github).comment_on(who, key, text)


@dataclass(frozen=True)
class Step:
    when: str
    name: str
    do: Callable[[Stage], object]


Steps = Sequence[Step]


def step(when: str, name: str, do: Callable[[Stage], object]) -> Step:
    return Step(when, name, do)


def says(when: str, name: str, key: str, kind: str, *mentions: str) -> Step:
    """A step in which Aftermath comments."""
    return Step(when, name, lambda s: s.say(key, kind, *mentions))


def without(steps: Steps, *names: str) -> list[Step]:
    """The same steps but those; every name must be there, so that no test passes by a slip of the pen."""
    missing = set(names) - {one.name for one in steps}
    assert not missing, f"no step is named {missing}"
    return [one for one in steps if one.name not in names]


def moved(steps: Steps, name: str, when: str) -> list[Step]:
    """The same steps, one at another time."""
    assert name in {one.name for one in steps}, f"no step is named {name}"
    return [replace(one, when=when) if one.name == name else one for one in steps]


def until(steps: Steps, name: str) -> list[Step]:
    """The steps up to that one, without it."""
    names = [one.name for one in steps]
    return list(steps[: names.index(name)])


def play(
    steps: Steps, ended_at: str = "03-10 12:00", troubles: Sequence[Trouble] = (), setting: Setting = SETTING
) -> list[Violation]:
    """Play the steps in order of time, and verify what stands at the end."""
    stage = Stage()
    for one in sorted(steps, key=lambda one: at(one.when)):
        stage.time = at(one.when)
        one.do(stage)
    return verify(stage.world, setting, troubles, at(ended_at))


def found(violations: Sequence[Violation]) -> set[tuple[str, str]]:
    """What was found on which ticket."""
    return {(violation.what, violation.ticket) for violation in violations}


#: One failure from the label to the lesson, with everything that Aftermath should say, and two passes of a ladder.
GOOD: list[Step] = [
    step("01-05 09:00", "failure", lambda s: s.fail("sev2")),
    says("01-05 09:03", "status", FAILURE, "status"),
    says("01-05 09:03", "ask", FAILURE, "ask", ANN),
    step("01-05 09:04", "post-mortem", lambda s: s.open_mortem()),
    says("01-05 09:04", "post-mortem status", MORTEM, "status"),
    step("01-05 10:00", "ack", lambda s: s.comment(ANN, FAILURE, "/ack rolling back, more at noon")),
    step("01-06 11:00", "write item", lambda s: s.jira.set_body(ANN, MORTEM, f"What we change\n\n- [ ] {ITEM}\n")),
    step("01-06 11:20", "action", lambda s: s.open_action()),
    says("01-06 11:21", "plan", FAILURE, "plan"),
    step("01-08 10:00", "close post-mortem", lambda s: s.jira.close(ANN, MORTEM)),
    # Due on Friday 23 January at 17:00, which is Monday at 09:00 in working time.
    says("01-22 09:02", "reminder", ACTION, "reminder", ANN),
    says("01-26 09:02", "overdue", ACTION, "overdue", ANN),
    step("01-26 15:00", "answer", lambda s: s.comment(ANN, ACTION, "Waiting for the vendor.")),
    step("01-27 11:00", "answer again", lambda s: s.comment(LEA, ACTION, "Any news from them?")),
    says("01-29 15:02", "overdue after answer", ACTION, "overdue", ANN),
    says("02-03 15:02", "to lead after answer", ACTION, "overdue", ANN, LEA),
    step("02-04 10:00", "commit", lambda s: s.github.reference(ANN, ACTION, "commit 4f5e6d")),
    step("02-05 12:00", "robot", lambda s: s.comment(ROBOT, ACTION, "A new version is out.")),
    says("02-09 10:02", "second pass", ACTION, "overdue", ANN),
    says("02-12 10:02", "second pass to lead", ACTION, "overdue", ANN, LEA),
    says("02-18 10:02", "second pass to manager", ACTION, "overdue", MO),
    says("03-04 10:02", "repeat", ACTION, "overdue", MO),
    step("03-05 10:00", "close action", lambda s: s.github.close(ANN, ACTION)),
    step("03-05 11:00", "close failure", lambda s: s.github.close(ANN, FAILURE)),
    says("03-05 11:03", "thanks", FAILURE, "thanks", ANN),
    says("03-05 11:05", "lesson", FAILURE, "lesson"),
]

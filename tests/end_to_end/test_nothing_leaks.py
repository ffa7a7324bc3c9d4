"""A whole case with everything that Aftermath writes, and every byte of it that everybody may read (P14).

The internal tickets of the case are full of words that stand nowhere else: in their titles, bodies, comments, labels
and keys, in commands, and in the names of people who have to do with nothing else. No such word may stand on a public
ticket, in a lesson's file in a public repository, or in a letter about a public failure.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from connectors.sandbox.letters import LETTERS, Letters
from connectors.sandbox.pages import ticket_path
from rules.refs import Place, TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, SHOP, Direction
from tests.end_to_end.office import PEOPLE
from tests.end_to_end.story import ALARM, RUNBOOK
from worker.config import Config

VAULT, PLANS, HANDBOOK = Place("github", "acme/vault"), Place("github", "acme/plans"), Place("github", "acme/handbook")
WORLD = frozenset({SHOP, PLANS, HANDBOOK})
#: People who have to do with internal tickets alone. Of the first the people file knows, of the second it does not.
INSIDERS = {"nadia": "Nadia Quist", "otto": "Otto Falk"}
INSIDE_WORDS = frozenset({"nadia", "quist", "otto", "falk"})

FROM_PUBLIC = (
    Direction(SHOP, OPS, public=WORLD),
    Direction(SHOP, OPS, OPS, public=WORLD),
    Direction(SHOP, VAULT, VAULT, public=WORLD),
    Direction(SHOP, VAULT, PLANS, public=WORLD),
    Direction(SHOP, SHOP, OPS, public=WORLD),
    Direction(SHOP, PLANS, VAULT, public=WORLD),
)
FROM_INTERNAL = (
    Direction(OPS, PLANS, PLANS, public=WORLD),
    Direction(VAULT, PLANS, SHOP, public=WORLD),
)


class Vault(Desk):
    """An office whose internal side has people and words of its own. `secrets` are the words, `inside` is what stood
    on its tickets, as of each time that it was looked at."""

    secrets: set[str]
    inside: str

    def __init__(self, direction: Direction, folder: Path) -> None:
        super().__init__(direction, folder, is_polling=True)
        self.secrets, self.inside = set(), ""
        if HANDBOOK not in direction.places:
            self._add_place(HANDBOOK)
        self.sandbox.mount(Letters(self.world))
        for tracker, site in self.world.sites.items():
            for person, name in INSIDERS.items():
                site.add_account(self.account(person, tracker), name)

    def write_config(self, *more: str) -> Config:
        return super().write_config(f"lessons: {{repository: '{HANDBOOK.container}', folder: lessons}}", *more)

    def _write_people(self) -> None:
        super()._write_people()
        path = self.folder / "people.yaml"
        boxes = self.sandbox.url(LETTERS).replace("http://", "json://")
        lines = path.read_text(encoding="utf-8").splitlines()
        # Mel and Ben are written to privately, the others are not: both ways of asking are met.
        lines = [
            line.replace(", accounts:", f", notify: '{boxes}/{person}', accounts:")
            if any(line.startswith(f"  {(person := one)}:") for one in ("mel", "ben"))
            else line
            for line in lines
        ]
        accounts = ", ".join(f'{tracker}: "{self.account("nadia", tracker)}"' for tracker in self.world.sites)
        lines.append(f"  nadia: {{name: Nadia Quist, lead: grace, manager: mel, accounts: {{{accounts}}}}}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # --- what is where --------------------------------------------------------------------------

    def is_public(self, ref: TicketRef) -> bool:
        return Place(ref.tracker, self.ticket(ref).container) in self.direction.public

    def internal(self) -> list[TicketRef]:
        return [ref for ref, _ in self.tickets() if not self.is_public(ref)]

    def look_inside(self) -> None:
        states = [dataclasses.asdict(self.ticket(ref)) for ref in self.internal()]
        self.inside += json.dumps(states, default=str).casefold()

    def public_bytes(self) -> dict[str, str]:
        """Everything that everybody may read, by where it stands."""
        found = {
            str(ref): json.dumps(dataclasses.asdict(ticket), default=str)
            for ref, ticket in self.tickets()
            if self.is_public(ref)
        }
        for name, site in self.world.sites.items():
            for container, place in site.places.items():
                if Place(name, container) in self.direction.public:
                    found[f"{name}:{container}"] = json.dumps(dataclasses.asdict(place), default=str)
        letters = self.world.letters if Place("github", self.direction.failure.container) in WORLD else []
        found |= {f"letter {number}": repr(letter) for number, letter in enumerate(letters)}
        return found

    def traces(self, refs: Iterable[TicketRef]) -> set[str]:
        """Keys and addresses of tickets, in the spelling in which they could stand somewhere."""
        pages = {ticket_path(self.site(ref.tracker), self.ticket(ref)).strip("/") for ref in refs}
        return {ref.key.casefold() for ref in refs} | {page.casefold() for page in pages}

    # --- what people do inside ------------------------------------------------------------------

    def secret(self, word: str) -> str:
        self.secrets.add(word)
        return word

    def fill(self, ref: TicketRef, name: str) -> None:
        """Put words of their own into an internal ticket, wherever a person can put one."""
        site, nadia = self.site(ref.tracker), self.account("nadia", ref.tracker)
        site.set_title(nadia, ref.key, f"{self.secret(f'zephyr{name}')} of the {self.secret(f'obsidian{name}')}")
        self.label("nadia", ref, self.secret(f"krypton{name}"))
        self.assign("nadia", ref, "nadia")
        self.comment(
            "otto", ref, f"We met {self.secret(f'amaranth{name}')} here.\n\n/ack {self.secret(f'lapis{name}')}"
        )
        self.comment("otto", ref, f"/thanks @nadia for {self.secret(f'beryl{name}')}")
        self.comment("nadia", ref, f"/accept\n\n/cas {self.secret(f'onyx{name}')}")

    def analyse(self, ref: TicketRef, name: str) -> None:
        """Fill in the post-mortem's parts, and plan two things there."""
        site, body = self.site(ref.tracker), self.ticket(ref).body
        text = str(body) if site.kind == "github" else self.text(ref, body)
        for heading, words in (
            ("What happened", f"The {self.secret(f'carnelian{name}')} failed."),
            ("What we learned", f"Never trust {self.secret(f'jasper{name}')}."),
        ):
            assert f"## {heading}\n" in text
            text = text.replace(f"## {heading}\n", f"## {heading}\n\n{words}\n", 1)
        site.set_body(self.account("nadia", ref.tracker), ref.key, self._body(site, text))
        self.write(
            "nadia",
            ref,
            f"## Action items\n\n- [ ] Rotate the {self.secret(f'garnet{name}')} (Nadia Quist)\n"
            f"- [ ] Retire the {self.secret(f'topaz{name}')} by 2026-10-30\n",
        )
        self.comment("otto", ref, f"/action Write down {self.secret(f'peridot{name}')}\n\n/approve")


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    with Vault(request.param, tmp_path).open() as office:
        assert isinstance(office, Vault)
        yield office


def leaks(desk: Vault, words: Iterable[str]) -> list[tuple[str, str, str]]:
    """Where a word stands that everybody may read: the word, where, and what stands around it."""
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(words)), re.IGNORECASE)
    return [
        (found[0], where, text[max(0, found.start() - 60) : found.end() + 30])
        for where, text in desk.public_bytes().items()
        for found in pattern.finditer(text)
    ]


def live(desk: Vault, failure: TicketRef, time: str) -> None:
    """One time that it fails, from the label to a look back, with everything that people can do inside."""
    (mortem, *_) = [*reversed(desk.opened("post-mortem")), None]
    if mortem and not desk.is_public(mortem):
        desk.fill(mortem, f"pm{time}")
        desk.analyse(mortem, f"pm{time}")
    elif mortem:
        desk.write("ada", mortem, f"## Action items\n\n- [ ] {ALARM} {time}\n")
    desk.comment("ada", failure, "/help\n\n/case\n\n/bless this")
    desk.comment("ben", failure, f"/action {RUNBOOK} {time}")
    desk.hear()
    desk.pass_until(desk.clock.now() + dt.timedelta(hours=1))
    actions = open_actions(desk)
    for number, action in enumerate(actions):
        if not desk.is_public(action):
            desk.fill(action, f"act{time}{number}")
        desk.comment("ada", action, f"/case\n\n/due {desk.clock.now() + dt.timedelta(days=3):%Y-%m-%d}")
    # Late enough for the manager to be asked about everything, inside and outside.
    desk.pass_until(desk.clock.now() + dt.timedelta(days=18))
    for action in actions[1:2]:
        why = "it is done elsewhere" if desk.is_public(action) else desk.secret(f"agate{time}")
        desk.comment("nadia" if not desk.is_public(action) else "ada", action, f"/decline {why} has it")
        desk.comment("grace", action, "/approve")
    desk.look_inside()
    finish(desk, failure, mortem)
    desk.pass_until(desk.clock.now() + dt.timedelta(days=20))
    for action in actions[:1]:
        desk.site(action.tracker).reopen(desk.account("grace", action.tracker), action.key)
    desk.hear()
    desk.pass_until(desk.clock.now() + dt.timedelta(days=15))


def finish(desk: Vault, failure: TicketRef, mortem: TicketRef | None) -> None:
    """Close everything; what got no ticket, since it would be read by too many, is let go by hand."""
    if mortem and not desk.is_public(mortem):
        site, otto = desk.site(mortem.tracker), desk.account("otto", mortem.tracker)
        for comment in [one for one in desk.ticket(mortem).comments if one.author == otto]:
            if "/action" in desk.text(mortem, comment.body):
                site.delete_comment(otto, comment.id)
        kept = desk.text(mortem, desk.ticket(mortem).body).partition("## Action items")[0]
        site.set_body(otto, mortem.key, desk._body(site, kept))
    for ref in [*open_actions(desk), *([mortem] if mortem else []), failure]:
        desk.close("ada" if desk.is_public(ref) else "nadia", ref)
    desk.hear()


def open_actions(desk: Vault) -> list[TicketRef]:
    return [ref for ref in desk.opened("action") if desk.ticket(ref).closed_at is None]


def cells() -> Iterator[object]:
    """One direction once in every run; all of them, and a second time that it fails, in the long one."""
    yield pytest.param(FROM_PUBLIC[1], ("one",), id=f"{FROM_PUBLIC[1]}, once")
    for direction in FROM_PUBLIC:
        yield pytest.param(direction, ("one", "two"), id=f"{direction}, twice", marks=pytest.mark.soak)


@pytest.mark.parametrize(("desk", "times"), cells(), indirect=["desk"])
def test_a_public_failure_shows_no_word_of_its_internal_tickets(desk: Vault, times: tuple[str, ...]) -> None:
    """P14: in no title, body, comment, label, link, history, file or letter; nor who works on them."""
    failure = desk.report("ben", SHOP, "Checkout is down", "502", "failure", "sev2")
    desk.assign("grace", failure, "ada")
    desk.hear()
    desk.comment("ada", failure, "/ack We are rolling back.")
    for time in times:
        live(desk, failure, time)
        desk.site("github").reopen(desk.account("ben", "github"), failure.key)
        desk.site("github").remove_label(desk.account("ben", "github"), failure.key, "failure")
        desk.label("ben", failure, "failure")
        desk.hear()
    said = {marker.kind for _, marker in desk.ours(failure)}
    assert said >= {"status", "plan", "thanks", "lesson", "reply", "ask"}
    assert any("Looked back on" in desk.text(failure, comment.body) for comment, _ in desk.ours(failure))
    assert desk.world.letters, "and people were written to"
    assert [word for word in desk.secrets | {"quist"} if word.casefold() not in desk.inside] == []
    assert leaks(desk, desk.secrets | INSIDE_WORDS | desk.traces(desk.internal())) == []


@pytest.mark.parametrize(
    "desk",
    [
        pytest.param(direction, id=str(direction), marks=() if number == 0 else pytest.mark.soak)
        for number, direction in enumerate(FROM_INTERNAL)
    ],
    indirect=True,
)
def test_an_internal_failure_shows_nothing_in_public_places(desk: Vault) -> None:
    """P14: wherever its tickets and its lesson are routed to."""
    failure = desk.report("ben", desk.direction.failure, desk.secret("Zephyr") + " leaked", desk.secret("obsidian"))
    desk.label("ben", failure, "failure", "sev2")
    desk.hear()
    desk.fill(failure, "one")
    live(desk, failure, "one")
    assert desk.ours(failure)
    assert [ref for ref, _ in desk.tickets() if desk.is_public(ref)] == []
    names = {word.casefold() for name in (*PEOPLE.values(), *INSIDERS.values()) for word in name.split()}
    assert leaks(desk, desk.secrets | names | desk.traces(desk.internal())) == []

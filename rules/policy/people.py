"""The people file: who is who on which tracker, and who leads whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rules.accounts import folded_account
from rules.digest_plan import DigestPlan
from rules.own_calendar import OwnCalendar
from rules.policy.absences import Away
from rules.refs import Place


@dataclass(frozen=True, slots=True)
class Person:
    """One person: `accounts` maps a tracker's name to the account there; `lead`, `manager` are people's ids.

    `notify` holds the addresses of their private channel, which are secrets: they are never shown. `calendar` is what
    they have of their own; `away` are the days on which they are not there, earliest first.
    """

    id: str
    name: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    lead: str = ""
    manager: str = ""
    notify: tuple[str, ...] = field(default=(), repr=False)
    calendar: OwnCalendar | None = None
    away: tuple[Away, ...] = ()

    @property
    def meant(self) -> str:
        """The id of who is meant by them: their own, but for somebody who stands in."""
        return self.id


@dataclass(frozen=True, slots=True)
class StandIn(Person):
    """A person in place of one who is away, until the day `until`, which is the last. What the one is told, the other
    was told: it is remembered under the id of whoever is `absent`."""

    absent: Person = Person("", "")
    until: dt.date = dt.date.min

    @property
    def meant(self) -> str:
        return self.absent.id


@dataclass(frozen=True, slots=True)
class Team:
    """People who look after something together: `lead` and `members` are people's ids, `labels` and `places` say which
    tickets are theirs (`rules.teams`)."""

    id: str
    name: str = ""
    lead: str = ""
    members: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    calendar: OwnCalendar | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The people file. Without one everybody is known by account alone and nobody has a lead.

    `leadership` are people of the file, and one of no name for the channels that leadership has of its own.
    `left` are accounts behind which a tracker has nobody any more, by tracker and folded account. `teams` are in the
    order of the file; a person in two of them belongs to the first.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    default_lead: str = ""
    leadership: tuple[Person, ...] = ()
    digest: DigestPlan = DigestPlan()
    left: frozenset[tuple[str, str]] = frozenset()
    teams: Mapping[str, Team] = field(default_factory=dict)
    _by_account: Mapping[tuple[str, str], Person] = field(init=False, repr=False, compare=False)
    team_by_member: Mapping[str, Team] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Of two with one account the first is meant. Looked up for every actor of every ticket.
        everybody = reversed([*self.people.values()])
        found = {(t, folded_account(a)): person for person in everybody for t, a in person.accounts.items()}
        object.__setattr__(self, "_by_account", found)
        teams = {member: team for team in reversed([*self.teams.values()]) for member in team.members}
        object.__setattr__(self, "team_by_member", teams)

    def by_account(self, tracker: str, account: str, name: str = "") -> Person:
        """The person behind an account, whatever its capitals; somebody unknown is a person of that one account, and of
        the `name` that the tracker shows."""
        known = self._by_account.get((tracker, folded_account(account)))
        return known or Person(id=f"{tracker}/{account}", name=name or account, accounts={tracker: account})

    def has_left(self, tracker: str, account: str) -> bool:
        """Whether a tracker has nobody behind that account any more."""
        return bool(self.left) and (tracker, folded_account(account)) in self.left

    @property
    def left_people(self) -> frozenset[str]:
        """The ids of those who left by one tracker's word."""
        everybody = self.people.values() if self.left else ()
        return frozenset(p.id for p in everybody if any(self.has_left(t, a) for t, a in p.accounts.items()))

    def following(self, called: Mapping[tuple[str, str], str], left: Iterable[tuple[str, str]]) -> People:
        """The same people by what their accounts are called now: `called` by tracker and folded account. A name that
        somebody else has in the file stays theirs."""
        taken = self._by_account.keys()
        new = {name: now for name, now in called.items() if (name[0], folded_account(now)) not in taken}

        def present(person: Person) -> Person:
            accounts = {t: new.get((t, folded_account(a)), a) for t, a in person.accounts.items()}
            return replace(person, accounts=accounts) if accounts != person.accounts else person

        people = {one: present(person) for one, person in self.people.items()}
        leadership = tuple(map(present, self.leadership))
        return replace(self, people=people, leadership=leadership, left=frozenset(left))

    def get(self, person_id: str) -> Person | None:
        return self.people.get(person_id) or next((one for one in self.leadership if one.id == person_id), None)

"""The table of what changes under a case's feet: what is done to a ticket, its place or somebody's account, and what a
person does about it where the case cannot follow by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from connectors.sandbox.jira_server_api import JiraServerApi
from rules.refs import Place, TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import Direction
from tests.end_to_end.office import OURS
from tests.end_to_end.tables import Database, Table, in_turn

#: Each role's tickets stand in a place of their own, and there is one more that tickets are moved to.
ON_GITHUB = Direction(
    Place("github", "acme/shop"),
    Place("github", "acme/mortems"),
    Place("github", "acme/plans"),
    also_watched=(Place("github", "acme/annex"),),
)
IN_JIRA = Direction(
    Place("jira", "OPS"), Place("jira", "PM"), Place("jira", "ACT"), also_watched=(Place("jira", "NEW"),)
)
IN_DATA_CENTER = replace(IN_JIRA, edition="data-center")
ROLES = ("failure", "post-mortem", "action")
#: Somewhere that the configuration does not name.
ASIDE = {"github": "acme/elsewhere", "jira": "ELSE"}
JIRAS = ("jira", "data-center")
Act = Callable[[Desk, TicketRef], None]


@dataclass(frozen=True)
class Change:
    """One thing that happens. Without `said` the case follows by itself; else `status` holds one of those, and `mend`
    is what a person does about it (None: nothing can be done, and the rest of the case goes on). With `is_followed` all
    is said in time meanwhile. It is mended after `lasts_days`, or when the role's next word has been due (0)."""

    name: str
    happens: Act
    said: tuple[str, ...] = ()
    mend: Act | None = None
    is_followed: bool = False
    lasts_days: float = 0.0
    on: tuple[str, ...] = ("github", "jira", "data-center")
    roles: tuple[str, ...] = ROLES

    @property
    def is_final(self) -> bool:
        return bool(self.said) and self.mend is None


@dataclass(frozen=True)
class Where:
    """A role of a ticket on a kind of tracker."""

    direction: Direction
    role: str

    @property
    def kind(self) -> str:
        """`github`, `jira` for the Cloud, or `data-center`."""
        is_cloud = self.direction.edition == "cloud"
        return self.direction.failure.tracker if is_cloud else self.direction.edition

    @property
    def name(self) -> str:
        return f"{self.role} on {self.kind}"

    def days(self, lasts_days: float = 0.0) -> tuple[float, float, float]:
        """When the change comes, when it is mended and when all must be well again: something is due in between."""
        begins = 27 if self.role == "action" else 0.5
        mended = begins + (lasts_days or (9 if self.role == "action" else 8.5))
        return begins, mended, mended + 1.5


def rights(desk: Desk, container: str, granted: str) -> None:
    for site in desk.world.sites.values():
        site.accounts[OURS].rights = {container: granted} if granted else {}


def _container(desk: Desk, ref: TicketRef) -> str:
    return desk.ticket(ref).container


def _move(to: Callable[[Desk, TicketRef], str]) -> Act:
    def move(desk: Desk, ref: TicketRef) -> None:
        site = desk.site(ref.tracker)
        target = to(desk, ref)
        if target not in site.places:
            site.add_place(target)
        site.places[target].labels.update(site.places[_container(desk, ref)].labels)
        site.move_ticket(desk.account("grace", ref.tracker), desk.ticket(ref).key, target)

    return move


def _annex(desk: Desk, ref: TicketRef) -> str:
    return desk.direction.also_watched[0].container


def _aside(desk: Desk, ref: TicketRef) -> str:
    return ASIDE[ref.tracker]


def _home(desk: Desk, ref: TicketRef) -> str:
    return ref.key.rpartition("#" if "#" in ref.key else "-")[0]


def _there_and_back(desk: Desk, ref: TicketRef) -> None:
    _move(_annex)(desk, ref)
    desk.hear()
    _move(_home)(desk, ref)


def _twice(desk: Desk, ref: TicketRef) -> None:
    """Before anybody looked once."""
    _move(_aside)(desk, ref)
    _move(_annex)(desk, ref)


def _to_where_we_may_not(desk: Desk, ref: TicketRef) -> None:
    rights(desk, ASIDE[ref.tracker], "none")
    _move(_aside)(desk, ref)


def _let_us_in_and_move_home(desk: Desk, ref: TicketRef) -> None:
    rights(desk, "", "")
    _move(_home)(desk, ref)


def _rename(pattern: dict[str, str]) -> Act:
    def rename(desk: Desk, ref: TicketRef) -> None:
        container = _home(desk, ref)
        owner, _, name = container.rpartition("/")
        new = pattern[ref.tracker].format(owner=owner, name=name)
        desk.site(ref.tracker).rename_place(container, new)

    return rename


def _write_the_name(desk: Desk, ref: TicketRef) -> None:
    desk.rewrite(Place(ref.tracker, _home(desk, ref)), Place(ref.tracker, _container(desk, ref)))


def _delete(desk: Desk, ref: TicketRef) -> None:
    desk.site(ref.tracker).delete_ticket(ref.key)


def _pull(is_pull: bool) -> Act:
    def convert(desk: Desk, ref: TicketRef) -> None:
        desk.ticket(ref).is_pull_request = is_pull

    return convert


def _lock(desk: Desk, ref: TicketRef) -> None:
    desk.site(ref.tracker).lock_ticket(desk.account("grace", ref.tracker), ref.key, True)


def _lock_before_triage(desk: Desk, ref: TicketRef) -> None:
    _lock(desk, ref)
    rights(desk, _container(desk, ref), "triage")


def _unlock(desk: Desk, ref: TicketRef) -> None:
    rights(desk, "", "")
    desk.site(ref.tracker).lock_ticket(desk.account("grace", ref.tracker), ref.key, False)


def _convert(ticket_type: str, *, is_below: bool = False) -> Act:
    def convert(desk: Desk, ref: TicketRef) -> None:
        site, grace = desk.site(ref.tracker), desk.account("grace", ref.tracker)
        parent = site.open_ticket(grace, _container(desk, ref), "The epic").key if is_below else ""
        site.convert_ticket(grace, ref.key, ticket_type, parent)

    return convert


def _archive(is_archived: bool) -> Act:
    def archive(desk: Desk, ref: TicketRef) -> None:
        desk.site(ref.tracker).archive_ticket(ref.key, is_archived)

    return archive


def _archive_place(is_archived: bool) -> Act:
    def archive(desk: Desk, ref: TicketRef) -> None:
        desk.site(ref.tracker).places[_container(desk, ref)].is_archived = is_archived

    return archive


def _rights_there(granted: str) -> Act:
    def grant(desk: Desk, ref: TicketRef) -> None:
        rights(desk, _container(desk, ref), granted)

    return grant


def _rights_back(desk: Desk, ref: TicketRef) -> None:
    rights(desk, "", "")


def _level(level: str) -> Act:
    def restrict(desk: Desk, ref: TicketRef) -> None:
        site = desk.site(ref.tracker)
        site.places[_container(desk, ref)].levels = {"10500": (desk.account("grace", ref.tracker),)}
        site.set_level(desk.account("grace", ref.tracker), ref.key, level)

    return restrict


def _silent(is_silent: bool) -> Act:
    def silence(desk: Desk, ref: TicketRef) -> None:
        us = desk.site(ref.tracker).accounts[OURS]
        us.silent_in = (_container(desk, ref),) if is_silent else ()

    return silence


def _token(is_revoked: bool) -> Act:
    def revoke(desk: Desk, ref: TicketRef) -> None:
        jira = desk.jiras[ref.tracker]
        assert isinstance(jira, JiraServerApi)
        jira.revoke_token(f"{OURS}-token", is_revoked=is_revoked)

    return revoke


_renamed = _rename({"github": "{owner}/{name}-two", "jira": "{name}TWO"})
_given_away = _rename({"github": "initech/{name}"})
_GONE = ("no longer there, or hidden from our account", "ticket is gone, or our account may no longer read it")

CHANGES = (
    Change("moved to a watched place", _move(_annex)),
    Change("moved there and back", _there_and_back),
    Change("moved twice before a look", _twice),
    Change(
        "moved to a place that nobody named",
        _move(_aside),
        ("which the configuration does not name",),
        _move(_home),
        True,
    ),
    Change("moved out of our sight", _to_where_we_may_not, _GONE, _let_us_in_and_move_home),
    Change("deleted", _delete, _GONE),
    Change("made a pull request", _pull(True), _GONE, _pull(False), on=("github",)),
    Change("locked", _lock, on=("github",)),
    Change("locked, and we may only triage", _lock_before_triage, ("issue is locked",), _unlock, on=("github",)),
    Change("made a sub-task", _convert("Sub-task", is_below=True), on=JIRAS),
    Change("made another type", _convert("Incident"), on=JIRAS),
    Change("archived", _archive(True), ("archived",), _archive(False), on=JIRAS),
    Change("its place archived", _archive_place(True), ("archived",), _archive_place(False)),
    Change("its place renamed", _renamed, ("it is called",), _write_the_name, True),
    Change("its place given to another owner", _given_away, ("it is called",), _write_the_name, True, on=("github",)),
    Change("its place hidden from us", _rights_there("none"), _GONE, _rights_back),
    Change("hidden from us by a level", _level("10500"), _GONE, _level(""), on=JIRAS),
    Change(
        "we may only read and comment, where commands are",
        _rights_there("read"),
        ("new commands",),
        _rights_back,
        on=("github",),
        roles=("failure",),
    ),
    Change(
        "we may only read and comment",
        _rights_there("read"),
        mend=_rights_back,
        on=("github",),
        roles=("post-mortem", "action"),
    ),
    Change("we may only read and comment", _rights_there("read"), mend=_rights_back, on=JIRAS),
    Change(
        "our token revoked",
        _token(True),
        ("expired or revoked",),
        _token(False),
        lasts_days=2,
        on=("data-center",),
        roles=("failure",),
    ),
    Change("we may no longer comment", _silent(True), ("not accessible", "permission to comment"), _silent(False)),
)

WHERES = tuple(Where(direction, role) for direction in (ON_GITHUB, IN_JIRA, IN_DATA_CENTER) for role in ROLES)


def left_out(change: Change, where: Where) -> str:
    if where.kind not in change.on:
        return "the other tracker has no such thing"
    if where.role not in change.roles:
        return "makes no difference there, or has a row of its own"
    return ""


def _is_always(change: Change, where: Where, database: Database) -> bool:
    """In every run each change meets one role on each kind of tracker, the next one from row to row; the ledger makes
    no difference here, and the other tables try the one that is not in memory."""
    beside = [one for one in WHERES if one.direction == where.direction]
    return database is Database.SQLITE and where == in_turn(change, CHANGES, beside, left_out)


FEET_TABLE = Table("changes under our feet", ("changes", CHANGES), ("roles", WHERES), left_out, _is_always)


def cells() -> list[Any]:
    """Those that make sense, as parameters change, role and database of a test."""
    return [cell for cell in FEET_TABLE.cells() if cell.values[2] is Database.SQLITE]

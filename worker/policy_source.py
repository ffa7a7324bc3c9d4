"""The policy in force, and what becomes of it when somebody edits its files while Aftermath runs.

A policy that can be read replaces the one before, between two looks. One that cannot is left alone: the last
good one stays in force and the problem is told (DESIGN 4). What it includes is looked at as it is itself. Files are
only read.

Commands that look at the ledger alone work meanwhile, by what of the files can be read: that is when one wants to look.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from rules.accounts import folded_account
from rules.language.people_file import load_people
from rules.language.policy_file import POLICY_FILE, TEMPLATE_FOLDER, PolicyError, load_calendar, load_policy
from rules.language.problems import DocumentError
from rules.policy import Limits, People, Policy, Routing
from rules.templates import Templates
from worker.config import Config, LimitOverrides
from worker.ledger.accounts import AccountRow
from worker.shown_paths import shown_path, shown_policy

Stamp = tuple[tuple[str, int, int], ...]

#: So often the files are read at once where what they include changes meanwhile; the next look goes on.
_ROUNDS_MAX = 3


class PolicySource:
    """Call it for the policy in force. Raises PolicyError or PeopleError when made from files with problems; where
    none `is_needed`, `problem` says so instead, and what cannot be read is left out: nothing is decided by that."""

    def __init__(self, config: Config, *, is_needed: bool = True) -> None:
        self._config = config
        self._lock = threading.Lock()
        source = config.policy
        self._files: tuple[Path, ...] = (source / POLICY_FILE if source.is_dir() else source,)
        self.problem = ""
        self._accounts: tuple[AccountRow, ...] = ()
        loaded = self._load()
        self._digest = loaded.digest
        if isinstance(loaded.policy, DocumentError):
            if is_needed:
                raise loaded.policy
            self.problem = str(loaded.policy)
        as_read = loaded.policy if isinstance(loaded.policy, Policy) else _as_far_as_it_can_be_read(config)
        self._policy = as_read
        self._people = as_read.people

    def __call__(self) -> Policy:
        return self._policy

    @property
    def people_file(self) -> People:
        """The people as the file has them."""
        return self._people

    def follow(self, rows: Iterable[AccountRow]) -> None:
        """Have people by what their accounts are called now, until the file is mended."""
        found = tuple(row for row in rows if row.is_renamed or row.is_away)
        with self._lock:
            if [_meaning(row) for row in found] != [_meaning(row) for row in self._accounts]:
                self._accounts = found
                self._put_in_force(replace(self._policy, people=self._people))

    def _put_in_force(self, policy: Policy) -> None:
        self._people = policy.people
        called = {row.name: row.called for row in self._accounts if row.is_renamed}
        left = [(row.tracker, folded_account(row.called or row.account)) for row in self._accounts if row.is_away]
        self._policy = replace(policy, people=policy.people.following(called, left)) if self._accounts else policy

    @property
    def digest(self) -> str:
        """Identity of the policy in force, by what its files and our settings say, and by what their people are called
        now: touching a file changes nothing."""
        followed = repr([_meaning(row) for row in self._accounts]) if self._accounts else ""
        return hashlib.sha256(f"{self._digest}{followed}".encode()).hexdigest() if followed else self._digest

    def refresh(self) -> bool:
        """Read the files again where they changed; whether a new policy is in force. Never raises for a bad file:
        `problem` then says what is wrong with it."""
        with self._lock:
            if self._stamp_files() == self._stamp:
                return False
            loaded = self._load()
            if isinstance(loaded.policy, DocumentError):
                self.problem = str(loaded.policy)
                return False
            self._put_in_force(loaded.policy)
            self._digest = loaded.digest
            self.problem = ""
            return True

    def _load(self) -> _Loaded:
        """The files as they are now. Stamps and digest are taken before the policy is read: what is written in between
        has another stamp, and is read again. Where it turns out to include other files, all is read once more with
        these in sight."""
        for _ in range(_ROUNDS_MAX):
            self._stamp, digest = self._stamp_files(), self._digest_files()
            try:
                policy = _load(self._config)
                loaded, files = _Loaded(policy, digest), policy.files
            except PolicyError as error:
                loaded, files = _Loaded(error, digest), error.files
            except DocumentError as error:
                return _Loaded(error, digest)
            if files == self._files:
                break
            self._files = files
            self._stamp = ()  # of other files
        return loaded

    def _digest_files(self) -> str:
        config = self._config
        found = hashlib.sha256(repr((config.post_mortems, config.actions, config.lessons, config.limits)).encode())
        for path in self._paths():
            try:
                content = path.read_bytes()
            except OSError:
                continue
            found.update(f"\n{path.name} {len(content)}\n".encode() + content)
        return found.hexdigest()

    def _stamp_files(self) -> Stamp:
        return tuple(_stamp(path) for path in self._paths())

    def _paths(self) -> list[Path]:
        paths = list(self._files)
        for folder in dict.fromkeys(path.parent for path in self._files):
            paths += (folder / TEMPLATE_FOLDER).glob("*.md")
        if self._config.people:
            paths.append(self._config.people)
        return sorted(paths)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What came of reading the files, and the digest of what they said."""

    policy: Policy | DocumentError
    digest: str


def _meaning(row: AccountRow) -> tuple[str, ...]:
    """What makes a difference of it."""
    return row.tracker, row.account, row.called, row.standing.value


def _load(config: Config) -> Policy:
    return _with_people(config, _people(config))


def _people(config: Config) -> People | None:
    path = config.people
    return load_people(path, config.environ, shown_as=shown_path(path)) if path else None


def _with_people(config: Config, people: People | None) -> Policy:
    routing = Routing(config.post_mortems, config.actions, config.lessons, tuple(config.watch))
    policy = load_policy(config.policy, people=people, routing=routing, shown_as=shown_policy(config.policy))
    return replace(policy, limits=_limits(policy, config.limits), salt=_salt(config))


def _as_far_as_it_can_be_read(config: Config) -> Policy:
    """Of files with problems. One without rules decides nothing."""
    try:
        people = _people(config) or People()
    except DocumentError:
        people = People()
    try:
        return _with_people(config, people)
    except DocumentError:
        return Policy("", (), Templates({}), load_calendar(config.policy), people=people)


def _salt(config: Config) -> str:
    """Of the installation's secret, and nothing that gives it away."""
    return hmac.new(config.secret.encode(), b"private messages", hashlib.sha256).hexdigest()


def _limits(policy: Policy, overrides: LimitOverrides) -> Limits:
    limits = policy.limits
    start_at = overrides.start_at
    if start_at is not None and not isinstance(start_at, dt.datetime):
        start_at = dt.datetime.combine(start_at, dt.time(), policy.calendar.zone).astimezone(dt.UTC)
    return replace(
        limits,
        mentions_per_day=overrides.mentions_per_day or limits.mentions_per_day,
        sweep_effects_max=overrides.sweep_effects_max or limits.sweep_effects_max,
        start_at=start_at or limits.start_at,
    )


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size

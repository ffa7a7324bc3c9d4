"""Secrets and other values from outside the file: `${NAME}` from the environment, `*_file:` from a file.

A value that came from outside is never shown in an error; the error names the variable or the file. A secret
that stands in the file in plain text is refused, except towards this machine itself, where it gets a warning.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from connectors.access import Secret
from rules.language.reading import Reading
from worker.config.environment_file import Environment
from worker.config.rotation import RotatedSecret

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HALF_VARIABLE = re.compile(r"\$\{[^}]*\}?|\$[A-Za-z_]")
_SECRET_BYTES_MAX = 10_000
#: Names that are less alike are other names, and no slip of the fingers (difflib's ratio).
_ALL_BUT_THE_SAME = 0.85

Path_ = Sequence[str | int]


def is_loopback(url_or_host: str) -> bool:
    """Whether an address cannot leave this machine."""
    host = urlsplit(url_or_host).hostname if "//" in url_or_host else url_or_host.strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


class Secrets:
    """Resolves values while a file is read; notes what is wrong on the reading, and what deserves a warning."""

    def __init__(
        self, reading: Reading, environ: Mapping[str, str], folder: Path, *, asks_trackers: bool = True
    ) -> None:
        self._reading = reading
        self._environ = environ
        self._folder = folder
        self._asks_trackers = asks_trackers
        self._in_plain_text: list[str] = []

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence on all secrets that stand in the file itself."""
        if not self._in_plain_text:
            return ()
        return (f"in plain text, which is fine for a sandbox only: {', '.join(self._in_plain_text)}",)

    def expand(self, path: Path_, written: str) -> str:
        """`written` with every `${NAME}` replaced. A variable that is not set, or empty, is a problem."""
        missing = [name for name in _VARIABLE.findall(written) if not self._environ.get(name)]
        if missing and self._is_for_trackers(path):
            return ""
        for name in missing:
            state = "is empty" if name in self._environ else "is not set"
            near = "" if name in self._environ else self._meant(name)
            self._reading.note(path, f"the environment variable {name} {state}", "", near)
        if missing:
            return ""
        if _HALF_VARIABLE.search(_VARIABLE.sub("", written)):
            self._reading.note(path, "a half-written variable", "${NAME}, in letters, figures and _")
            return ""
        return _expanded(written, self._environ)

    def resolve(self, owner: Path_, name: str, value: str, file: str, *, stays_here: bool) -> str:
        """The secret called `name` below `owner`, from its value or its file; empty where neither is given.

        `stays_here` says that it is only ever used towards this machine, so that plain text will do.
        """
        place = (*owner, name)
        if value and file:
            self._reading.note(
                (*owner, f"{name}_file"), f'"{name}" and "{name}_file" are both given: one of them is enough'
            )
            return ""
        if file:
            return self._from_file((*owner, f"{name}_file"), file)
        if value and not _HALF_VARIABLE.search(value):
            self._plain(place, name, stays_here)
        return self.expand(place, value) if value else ""

    def secret(
        self,
        owner: Path_,
        name: str,
        value: str,
        file: str,
        *,
        stays_here: bool,
        mend: Callable[[str], str] = str,
    ) -> Secret:
        """As `resolve`; what came out of a file follows it when it is changed. `mend` puts right what is read."""
        found = mend(self.resolve(owner, name, value, file, stays_here=stays_here))
        if found and file:
            path = self._path(file)
            return RotatedSecret(found, path, lambda: mend(_read_file(path)))
        environ, names = self._environ, _VARIABLE.findall(value)
        if found and isinstance(environ, Environment) and any(map(environ.is_from_file, names)):
            return RotatedSecret(found, environ.file, lambda: mend(_expanded(value, environ.again())))
        return Secret(found)

    def _is_for_trackers(self, path: Path_) -> bool:
        """Whether a value is for speaking with trackers only, which nobody is going to do. The secret is: it signs; and
        the pages' password, since nobody is served."""
        keys = ("trackers", "secret", "secret_file", "page_password", "page_password_file")
        return not self._asks_trackers and path[0] in keys

    def _meant(self, name: str) -> str:
        """The variable that was probably meant: many have `_TOKEN` or `_SECRET` in common, and mean something else."""
        return next(iter(difflib.get_close_matches(name, self._environ, n=1, cutoff=_ALL_BUT_THE_SAME)), "")

    def _plain(self, place: Path_, name: str, stays_here: bool) -> None:
        if stays_here:
            where = ".".join(str(part) for part in place)
            self._in_plain_text.append(where)
        else:
            self._reading.note(
                place, "a secret in plain text", f"${{NAME}} for an environment variable, or {name}_file: with a path"
            )

    def _path(self, written: str) -> Path:
        return self._folder / Path(written).expanduser()

    def _from_file(self, place: Path_, written: str) -> str:
        try:
            with self._path(written).open("rb") as stream:
                text = stream.read(_SECRET_BYTES_MAX + 1).decode().strip()
        except OSError as error:
            if not self._is_for_trackers(place):
                self._reading.note(place, f"the file cannot be read: {error.strerror}")
            return ""
        except UnicodeDecodeError:
            self._reading.note(place, "the file is no text")
            return ""
        if not text or len(text) > _SECRET_BYTES_MAX:
            self._reading.note(place, "the file is empty" if not text else "the file is too long for a secret")
            return ""
        return text


def _read_file(path: Path) -> str:
    """The secret that stands in a file now; empty where no good one does."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_SECRET_BYTES_MAX + 1).decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if len(text) <= _SECRET_BYTES_MAX else ""


def _expanded(written: str, environ: Mapping[str, str]) -> str:
    """`written` with its variables filled in; empty where one of them is missing."""
    is_whole = all(environ.get(name) for name in _VARIABLE.findall(written))
    return _VARIABLE.sub(lambda found: environ[found[1]], written) if is_whole else ""

"""People's private addresses in the people file: written as `${NAME}`, since an address is a secret.

Whoever has the address can write to the person, or read along. So it stands in an environment variable; only an
address on this machine itself, as a sandbox has, may stand in the file. What was found is never shown in an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from rules.language.problems import closest
from rules.language.reading import Reading

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}\Z")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+\Z", re.IGNORECASE)
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_WANTED = "${NAME} for an environment variable that holds the address"


def read_channels(
    reading: Reading, written: Mapping[str, Sequence[str] | str], environ: Mapping[str, str] | None
) -> dict[str, tuple[str, ...]]:
    """Each person's addresses; nobody's without `environ`. Problems are noted on the reading."""
    found: dict[str, tuple[str, ...]] = {}
    for person_id, notify in written.items():
        place = ("people", person_id, "notify")
        lines = [notify] if isinstance(notify, str) else list(notify)
        places = [place] if isinstance(notify, str) else [(*place, index) for index in range(len(lines))]
        addresses = [read_address(reading, at, line, environ) for at, line in zip(places, lines, strict=True)]
        found[person_id] = tuple(address for address in addresses if address)
    return found


def is_address(written: str) -> bool:
    """Whether that is meant for an address, rather than for somebody's id."""
    return "${" in written or "://" in written


def read_address(reading: Reading, place: Sequence[str | int], written: str, environ: Mapping[str, str] | None) -> str:
    """One address; empty without `environ`, and where there is a problem, which is noted."""
    variable = _VARIABLE.match(written.strip())
    if variable is None:
        if not _stays_here(written):
            reading.note(place, "no private address that may stand in a file", _WANTED)
            reading.problems[-1] = replace(reading.problems[-1], source="")  # what stands there may be one
        return written.strip() if environ is not None else ""
    if environ is None:
        return ""
    name = variable[1]
    value = environ.get(name, "").strip()
    if not value:
        state = "is empty" if name in environ else "is not set"
        near = "" if name in environ else closest(name, environ)
        reading.note(place, f"the environment variable {name} {state}", "", near)
    elif not _ADDRESS.match(value):
        reading.note(place, f"the environment variable {name} holds no address", "such as ntfys://ntfy.sh/a-topic")
    return value


def _stays_here(address: str) -> bool:
    """Whether an address cannot leave this machine."""
    try:
        return bool(_ADDRESS.match(address.strip())) and urlsplit(address.strip()).hostname in _HERE
    except ValueError:
        return False

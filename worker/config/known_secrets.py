"""Everything that must never be seen in a log, an error or a page: as it is now, and as it was before a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from connectors.access import Secret


class KnownSecrets(Collection[str]):
    """Those that stay, and those that may be changed: looked at anew each time. `repr` shows none."""

    def __init__(self, fixed: Iterable[str], changing: Iterable[Secret]) -> None:
        self._fixed = tuple(secret for secret in fixed if secret)
        self._changing = tuple(changing)

    def __iter__(self) -> Iterator[str]:
        yield from self._fixed
        for secret in self._changing:
            yield from secret.known()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, secret: object) -> bool:
        return any(secret == known for known in self)

    def __repr__(self) -> str:
        return f"KnownSecrets({len(self)})"

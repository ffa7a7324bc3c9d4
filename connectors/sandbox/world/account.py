"""Somebody with an account on a site, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Account:
    """Somebody on a site. `rights` per place: "none" | "read" | "triage" | "write" | "admin". In the places
    of `silent_in` no comment may be written, and everything else that they say."""

    account: str
    name: str
    is_bot: bool = False
    number: int = 0
    rights: dict[str, str] = field(default_factory=dict)
    default_rights: str = "write"
    is_active: bool = True
    silent_in: tuple[str, ...] = ()

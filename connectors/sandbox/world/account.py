"""Somebody with an account on a site, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Account:
    """Somebody on a site. `rights` per place: "none" | "read" | "triage" | "write" | "admin". Without `may_comment`
    everything else is allowed that they say."""

    account: str
    name: str
    is_bot: bool = False
    number: int = 0
    rights: dict[str, str] = field(default_factory=dict)
    default_rights: str = "write"
    is_active: bool = True
    may_comment: bool = True

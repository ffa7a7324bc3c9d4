"""Deterministic identities: of cases, of effects, of what was said.

These live in our users' trackers for years (docs/adr/0002-keys-and-markers.md). Nothing about how
something is worded, rendered or addressed may enter them; the tests hold literal values for ever.

A *subject* names a ticket by its part in the case (`failure`, `post-mortem`, `action:<item>`), since
keys, ids and repositories of tickets change and their part does not.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache

#: Bits kept of a digest, in letters of base32 (RFC 4648). Two keys of one case meet with odds below 1 in 10^24.
_BITS = 100
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
#: A decision makes a dozen of them, so two letters are written at a time: `base64` takes three times as long.
_PAIRS = tuple(one + other for one in _ALPHABET for other in _ALPHABET)
_SHIFTS = range(_BITS - 10, -1, -10)


def _digest(*parts: str) -> str:
    # Lengths are written before the parts, so that no two lists of parts read the same.
    framed = "".join([f"{len(part)}:{part}" for part in parts])
    return _letters(hashlib.sha256(framed.encode()).digest())


def _letters(raw: bytes) -> str:
    """The first bits of 32 bytes, as letters."""
    bits = int.from_bytes(raw) >> (256 - _BITS)
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])


#: What is made of short parts alone: a case asks for the same keys at every look.
_key = lru_cache(maxsize=8192)(_digest)


def case_root(tracker: str, uid: str) -> str:
    """The part of a case's id that all its generations share, from the failure's id when first seen."""
    return _digest("case", tracker, uid)


def case_id(root: str, generation: int) -> str:
    return f"{root}.{generation}"


def split_case_id(case: str) -> tuple[str, int]:
    """Root and generation of a case's id. Raises ValueError for anything else."""
    root, _, generation = case.rpartition(".")
    if not root or not generation.isdigit():
        raise ValueError(f"{case!r} is no case id")
    return root, int(generation)


def event_key(case: str, subject: str, rule: str, stage: str, anchor: str) -> str:
    """Key of something said once. `stage` is the rung and its occurrence; `anchor` the anchor event's id."""
    return _key("event", case, subject, rule, stage, anchor)


def opening_key(case: str, role: str, item: str) -> str:
    """Key of a ticket that we open. The rule is left out: renaming it must not open a second one."""
    return _key("open", case, role, item)


def state_key(case: str, subject: str, slot: str) -> str:
    """Key of something that converges: same slot, new content."""
    return _key("state", case, subject, slot)


def private_key(salt: str, case: str, subject: str, kind: str, stage: str, anchor: str, person: str) -> str:
    """Key of a private message: a salted hash, the only trace that it leaves (P10).

    Without the salt nobody can try out which person it stands for. The rule is left out: renaming it must not write
    to anybody again.
    """
    message = _digest("notify", case, subject, kind, stage, anchor, person)
    return _letters(hmac.new(salt.encode(), message.encode(), hashlib.sha256).digest())


def said_token(subject: str, anchor: str, audience: tuple[str, ...], stage: str) -> str:
    """What was said, whichever rule said it: a renamed rule does not say everything again."""
    return _key("said", subject, anchor, ",".join(sorted(audience)), stage)


def content_digest(text: str) -> str:
    """Digest of a rendered text, to see whether a standing comment is up to date."""
    return _digest("content", text)


def item_id(text: str, occurrence: int = 0) -> str:
    """Identity of an action item by its wording, blind to case, spacing and punctuation at the ends."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"\s+", " ", plain).strip(" .:;,-–—")
    return _digest("item", plain, str(occurrence))

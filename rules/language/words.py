"""The words that the language gives a meaning, by what they are called: one list for schema and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rules.language.forms import STEP_MEANINGS
from rules.policy.term_meanings import (
    ANCHOR_MEANINGS,
    PHASE_MEANINGS,
    RECIPIENT_MEANINGS,
    RESET_MEANINGS,
    ROLE_MEANINGS,
    SUBJECT_MEANINGS,
)

#: Of each kind the words with what they mean, in the order of the language.
WORDS: Mapping[str, Mapping[Any, str]] = MappingProxyType(
    {
        "steps": STEP_MEANINGS,
        "subjects": SUBJECT_MEANINGS,
        "phases": PHASE_MEANINGS,
        "anchors": ANCHOR_MEANINGS,
        "resets": RESET_MEANINGS,
        "roles": ROLE_MEANINGS,
        "recipients": RECIPIENT_MEANINGS,
    }
)

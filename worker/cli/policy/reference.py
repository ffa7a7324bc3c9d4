"""`aftermath policy reference`: the page about the policy language."""

from __future__ import annotations

import sys

from rules.language.reference import policy_page


def command() -> None:
    """Print the page about the policy language, as Markdown: all that may stand in a policy, and what it is for."""
    sys.stdout.write(policy_page())

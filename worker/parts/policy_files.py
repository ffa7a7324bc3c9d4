"""Reads the policy's files again where they changed, and says aloud when they cannot be used.

Whoever saved a mistake while Aftermath runs looks at that terminal or its log, and would otherwise believe that the
new policy is in force. Each process reads the files by itself, so each says it; that a new policy came into force is
told by worker/policy_watch.py, once.
"""

from __future__ import annotations

import structlog

from worker.parts.part import Tell
from worker.policy_source import PolicySource

_log = structlog.get_logger(__name__)


class PolicyFiles:
    """`warn` is heard even where everything else is quiet."""

    def __init__(self, policy: PolicySource, warn: Tell, tell: Tell) -> None:
        self._policy = policy
        self._warn = warn
        self._tell = tell
        self._told = ""

    def look(self) -> None:
        """Read what changed, and say what became of it since the last look. Never raises for a bad file."""
        if self._policy.refresh():
            _log.debug("the policy's files changed; the new policy is in force", policy=self._policy().name)
        problem = self._policy.problem
        if problem and problem != self._told:
            self._warn(
                f"The policy as it was stays in force, since its files cannot be used as they are now:\n{problem}"
            )
        elif self._told and not problem:
            self._tell("The policy's files can be used again.")
        self._told = problem

"""`aftermath policy describe`: a page about a policy, made from the policy itself."""

from __future__ import annotations

import sys

from rules.language.people_file import load_people
from rules.language.problems import DocumentError
from rules.language.reference.pack_page import policy_description
from worker.cli.policy.which import PolicyArgument, policy_asked
from worker.cli.telling import DEFAULT_CONFIG, NOT_GOOD, ConfigOption, fail
from worker.shown_paths import shown_path, shown_policy


def command(named: PolicyArgument = "", config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Tell in plain words what a policy does: who is asked and when, how that is made to stop, and what else happens;
    then its settings and templates. As Markdown.

    The sentences are the names of its rules, the comments directly above them in the file, and their conditions in
    words; a condition that has none is shown as it is written. Exits with 1 when the policy is not good.
    """
    try:
        policy, people = policy_asked(named, config)
        known = load_people(people, shown_as=shown_path(people)) if people else None
        sys.stdout.write(policy_description(policy, known, shown_as=shown_policy(policy)))
    except DocumentError as error:
        fail(str(error), NOT_GOOD)

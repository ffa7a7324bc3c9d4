"""The texts of the first files: `aftermath.yaml`, `people.yaml`, `.env.example`, and what `.env` has to hold.

They are commented, since they are read by somebody who has never seen one. A secret stands in `.env` alone; the
others name its variable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from worker.getting_started.answers import CLOUD, Answers, GitHub, Jira
from worker.getting_started.looking import Colleague

MARKER_SECRET = "AFTERMATH_SECRET"  # noqa: S105 - a variable's name
WEBHOOK_SECRETS = {"github": "GITHUB_WEBHOOK_SECRET", "jira": "JIRA_WEBHOOK_SECRET"}


def configuration_text(answers: Answers, *, has_people: bool) -> str:
    """`aftermath.yaml`."""
    parts = [_HEAD.format(installation=_key(answers.installation), secret=_variable(MARKER_SECRET)), "trackers:\n"]
    if answers.github:
        parts.append(_github(answers.github, answers))
    if answers.jira:
        parts.append(_jira(answers.jira, answers))
    parts += ["\n", _places(answers), _POLICY.format(policy=json.dumps(answers.policy))]
    parts.append("people: people.yaml\n" if has_people else "# people: people.yaml\n")
    parts.append(_limits(answers))
    parts.append(_NEWS.format(listen=json.dumps(answers.listen) if "[" in answers.listen else answers.listen))
    if answers.clock_url:
        parts.append(f"\n# A sandbox's clock, so that days can be made to pass.\nclock: {answers.clock_url}\n")
    return "".join(parts)


def people_text(people: Sequence[Colleague], lead: str, manager: str = "") -> str:
    """`people.yaml` for these people. `lead` and `manager` are ids of theirs, or empty: to begin with the lead is
    everybody's, and the manager stands above the lead."""
    lines = [_PEOPLE, f"default_lead: {_key(lead)}" if lead else f"# default_lead: {_key(people[0].id)}", "", "people:"]
    for one in people:
        accounts = ", ".join(f"{tracker}: {json.dumps(account)}" for tracker, account in one.accounts.items())
        lines += [
            f"  {_key(one.id)}:",
            f"    name: {json.dumps(one.name, ensure_ascii=False)}",
            *_above(one.id, lead, manager),
            f"    accounts: {{{accounts}}}",
        ]
    return "\n".join(lines) + "\n"


def _above(person_id: str, lead: str, manager: str) -> tuple[str, ...]:
    """Who is asked above a person. An owner without a manager has the lead's, so one line at the lead is enough."""
    if person_id == manager:
        return ("    # lead:",)
    if lead and person_id != lead:
        return (f"    lead: {_key(lead)}",)
    return (f"    manager: {_key(manager)}",) if manager else ("    # lead:",)


def secret_names(answers: Answers) -> tuple[str, ...]:
    """The variables whose values are made here, by chance, and not given by a tracker."""
    webhooks = [WEBHOOK_SECRETS[name] for name in answers.trackers] if answers.has_webhooks else []
    return (MARKER_SECRET, *webhooks)


def example_text(answers: Answers) -> str:
    """`.env.example`: the names alone, for whoever sets this up next."""
    lines = [_EXAMPLE, f"{MARKER_SECRET}="]
    for variable, tracker in answers.variables.items():
        lines += ["", f"# The token of Aftermath's own account on {tracker}.", f"{variable}="]
    for name in secret_names(answers)[1:]:
        lines += ["", "# The same as in the webhook's own settings.", f"{name}="]
    return "\n".join(lines) + "\n"


def _github(github: GitHub, answers: Answers) -> str:
    lines = ["  github:", "    kind: github"]
    lines.append(f"    url: {github.url}" if github.url else "    # url: https://HOST/api/v3   # a server of your own")
    lines += _secrets("github", _app(github) if github.app else _token(github.token_name), answers)
    return "\n".join(lines) + "\n"


def _jira(jira: Jira, answers: Answers) -> str:
    lines = ["  jira:", "    kind: jira", f"    url: {jira.url}"]
    lines += [f"    site: {jira.site}"] if jira.site else []
    lines += [f"    edition: {jira.edition}"] if jira.edition != CLOUD else []
    lines += [f"    user: {json.dumps(jira.user, ensure_ascii=False)}"] if jira.user else []
    lines += _secrets("jira", _token(jira.token_name), answers)
    return "\n".join(lines) + "\n"


def _token(name: str) -> list[str]:
    return [
        "    # Of an account that is Aftermath's alone: all that it does counts as Aftermath's doing.",
        f"    token: {_variable(name)}",
    ]


def _app(github: GitHub) -> list[str]:
    return [
        "    # A GitHub App: the file is the private key that its page made. Keep it to yourself.",
        f"    app: {{id: {json.dumps(github.app)}, private_key_file: {json.dumps(github.app_key)}}}",
    ]


def _secrets(name: str, lines: list[str], answers: Answers) -> list[str]:
    webhook = f"webhook_secret: {_variable(WEBHOOK_SECRETS[name])}"
    if answers.owns_account:
        lines.append("    own_account: yes")
    lines.append(f"    {webhook}" if answers.has_webhooks else f"    # {webhook}   # without it: polling alone")
    return lines


def _places(answers: Answers) -> str:
    github = f'"github:{answers.github.repository}"' if answers.github else ""
    jira = f'"jira:{answers.jira.project}"' if answers.jira else ""
    kind = f", type: {json.dumps(answers.jira.ticket_type)}" if answers.jira else ""
    lines = ["# Where failures are labelled.", f"watch: [{github or jira}]"]
    if github and jira:
        lines += [
            "# Where post-mortems and actions are opened. Left out: beside the failure.",
            f"post_mortems: {{place: {jira}{kind}}}",
            f"actions: {{place: {github}}}",
        ]
    elif jira:
        lines += [f"post_mortems: {{place: {jira}{kind}}}", f"actions: {{place: {jira}{kind}}}"]
    else:
        lines.append("# Post-mortems and actions are opened beside the failure.")
    return "\n".join(lines) + "\n"


def _limits(answers: Answers) -> str:
    if answers.start_on is None:
        return _NO_START
    return (
        "\n# Failures labelled before this day are left alone. Without it every one is taken up, however old.\n"
        f'limits: {{start_at: "{answers.start_on.isoformat()}"}}\n'
    )


def _key(name: str) -> str:
    """A name as YAML takes it: plain where nothing else could be meant, and no number either."""
    is_plain = re.match(r"[a-z][a-z0-9_-]*\Z", name) and name not in _NO_KEYS
    return name if is_plain else json.dumps(name)


def _variable(name: str) -> str:
    return f"${{{name}}}"


#: Words that YAML takes for something else.
_NO_KEYS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
_HEAD = """\
# An installation of Aftermath. A mistake in here is told with line, column and what is allowed;
# `aftermath check` looks whether the trackers agree. Secrets stand in .env, beside this file.
aftermath: 1

# Stands in everything that Aftermath writes, for as long as your trackers keep it: choose once.
installation: {installation}
# Signs what Aftermath writes, so that it is recognised later. Keep it safe, and never change it.
secret: {secret}
# Database and queue. Should it be lost, it is filled again from the trackers.
data: .aftermath

"""
_POLICY = """\

# What is to happen when, and to whom: a pack that ships with Aftermath, or a folder with a copy of one.
policy: {policy}
# Who is who on which tracker, and who is asked next. A team of one needs none.
"""
_NO_START = """\

# Every failure is taken up, however old. With a date, only those labelled from then on:
# limits: {start_at: "2026-12-01"}
"""
_NEWS = """\

# Webhooks come in here, behind a proxy with TLS. Without them changes are seen within poll_every.
listen: {listen}
poll_every: 5 m
"""
_PEOPLE = """\
# Who is who on which tracker, and who is asked when an owner does not answer: first the owner, then the owner's
# `lead`, then the owner's `manager`, else the lead's.
#
# Each person may have a lead and a manager of their own. Where Ben leads Ada, write below ada:
#     lead: ben
# Both are ids of this file, and may be left out, as may people who look after nothing here.
# Was somebody not recognised across trackers, and stands here twice? Put both accounts into one entry.
# An id (ada) is for ever: what somebody was told privately is remembered by it. Names and accounts may change.

# Told privately of what stands still for weeks: ids of this file, or a channel of their own.
# leadership: ["${LEADERS_CHAT}"]
# Told every Monday at nine what is stuck, finished and learned. Nobody is, until somebody is named:
# digest: {internal: [leadership, leads]}

# Named as owner where a failure has none.\
"""
_EXAMPLE = """\
# Copy to .env, fill in, and keep it to yourself: chmod 600 .env

# Signs what Aftermath writes. Keep it as long as your trackers: with another one, our own tickets are strangers.\
"""

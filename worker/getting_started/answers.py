"""What somebody answered who begins with Aftermath, checked before anything is written from it.

The least there can be is one GitHub repository: everything then happens in it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rules.language.policy_file import shipped_packs
from rules.language.problems import in_words
from worker.config.apps import APP_ID
from worker.config.listening import listen_problem, parse_listen
from worker.config.secrets import is_loopback
from worker.config.trackers import GATEWAY

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}\Z")
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]{1,99}\Z")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_INSTALLATION = re.compile(r"[a-z0-9-]{1,32}\Z")
_TYPE = re.compile(r"[^\"\\\x00-\x1f]{1,60}\Z")
_USER = re.compile(r"[^\s\"\\]{1,200}\Z")
#: A user name of Data Center may hold spaces; with a colon no server could tell it from the password.
_USER_NAME = re.compile(r"[^\"\\:\x00-\x1f]{1,200}\Z")
_ATLASSIANS = (".atlassian.net", ".jira.com")
#: How a Jira is run, as `edition` in the configuration has it.
CLOUD, DATA_CENTER = "cloud", "data-center"
GITHUB_TOKEN, JIRA_TOKEN = "GITHUB_TOKEN", "JIRA_TOKEN"
#: Where Aftermath listens unless somebody says otherwise.
LISTEN = "127.0.0.1:7744"


class AnswerError(ValueError):
    """An answer that cannot be used. The text says what was found and what is allowed."""


@dataclass(frozen=True, slots=True)
class GitHub:
    """A repository; `url` is the API's address, empty for github.com; `token_name` the variable with the token. With
    the id of a GitHub App in `app`, and the file of its key, there is no token."""

    repository: str
    url: str = ""
    token_name: str = GITHUB_TOKEN
    app: str = ""
    app_key: str = ""


@dataclass(frozen=True, slots=True)
class Jira:
    """A project of a Jira site; `user` is the e-mail address of the account that Aftermath writes as, empty where the
    token alone says it. `edition` is `cloud` or `data-center`; `site` is where people look, where `url` is Atlassian's
    gateway."""

    url: str
    project: str
    user: str
    token_name: str = JIRA_TOKEN
    ticket_type: str = "Task"
    edition: str = CLOUD
    site: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """`start_on` None takes up every failure, however old; `clock_url` is a sandbox's clock, or empty."""

    installation: str
    github: GitHub | None = None
    jira: Jira | None = None
    policy: str = "accountability"
    start_on: dt.date | None = None
    has_webhooks: bool = False
    owns_account: bool = False
    clock_url: str = ""
    listen: str = LISTEN

    @property
    def variables(self) -> dict[str, str]:
        """Each variable that holds a tracker's token, with the tracker's name."""
        github = self.github if self.github and not self.github.app else None
        return {one.token_name: name for name, one in (("github", github), ("jira", self.jira)) if one}

    @property
    def trackers(self) -> tuple[str, ...]:
        return tuple(name for name, one in (("github", self.github), ("jira", self.jira)) if one)


def checked(answers: Answers) -> Answers:
    """The same answers. Raises AnswerError for the first that cannot be used."""
    if answers.github is None and answers.jira is None:
        raise AnswerError("There has to be a repository or a project to work in: --github acme/shop, or --jira-url.")
    _fits(_INSTALLATION, answers.installation, "an installation", "1 to 32 of a-z, 0-9 and -")
    if github := answers.github:
        _fits(_REPOSITORY, github.repository, "a repository", "OWNER/NAME, such as acme/shop")
        _fits(_VARIABLE, github.token_name, "the name of an environment variable", "such as GITHUB_TOKEN")
        if github.url:
            _check_url(github.url, "https://HOST/api/v3")
        if github.app or github.app_key:
            _fits(APP_ID, github.app, "a GitHub App's id", "the number on the App's page, with --github-app")
            if not Path(github.app_key).is_file():
                raise AnswerError(f'There is no file "{github.app_key}": --github-app-key names the App\'s .pem file.')
    if jira := answers.jira:
        _check_jira(jira)
        _fits(_PROJECT, jira.project, "a project's key", "such as OPS")
        _fits(_VARIABLE, jira.token_name, "the name of an environment variable", "such as JIRA_TOKEN")
        _fits(_TYPE, jira.ticket_type, "an issue type", "such as Task")
    if answers.clock_url and not is_loopback(answers.clock_url):
        raise AnswerError("Only a sandbox on this machine has a clock to follow: http://127.0.0.1:PORT/_sandbox/clock.")
    if parse_listen(answers.listen) is None:
        problem, allowed = listen_problem(answers.listen)
        raise AnswerError(f"--listen {answers.listen}: {problem}: {allowed}.")
    if answers.policy not in shipped_packs() and not re.match(r"[^\"\\\x00-\x1f]+\Z", answers.policy):
        raise AnswerError(f'"{answers.policy}" is no policy: a folder, or {in_words(shipped_packs())}.')
    return answers


def is_gateway(url: str) -> bool:
    """Whether an address is Atlassian's gateway, behind which each site has another one for people."""
    return url.startswith(GATEWAY)


def is_atlassians(url: str) -> bool:
    """Whether an address tells by itself that it is Jira Cloud's."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host.endswith(_ATLASSIANS) or is_gateway(url)


def _check_jira(jira: Jira) -> None:
    """Which one it is, and whether what it wants to know of our account is there."""
    _check_url(jira.url, "https://acme.atlassian.net")
    if jira.edition not in (CLOUD, DATA_CENTER):
        raise AnswerError(f'"{jira.edition}" is no kind of Jira: --jira-kind {CLOUD} or {DATA_CENTER}.')
    if jira.edition == DATA_CENTER and is_atlassians(jira.url):
        raise AnswerError(f"{jira.url} is Jira Cloud, run by Atlassian: --jira-kind {CLOUD}.")
    if is_gateway(jira.url) and not jira.site:
        raise AnswerError("People do not look at Atlassian's gateway: --jira-site names the site's own address.")
    if jira.site:
        _check_url(jira.site, "https://acme.atlassian.net")
    if jira.edition == DATA_CENTER and jira.user:
        _fits(_USER_NAME, jira.user, "a user name", "such as aftermath; none for a personal access token")
    elif jira.edition == CLOUD and not jira.user and not is_gateway(jira.url):
        or_else = "" if is_atlassians(jira.url) else f" If it is a Data Center: --jira-kind {DATA_CENTER}."
        raise AnswerError(
            f"Jira Cloud wants to know whose token it is: --jira-user aftermath@acme.example, our account's e-mail "
            f"address.{or_else}"
        )
    elif jira.edition == CLOUD and jira.user:
        _fits(_USER, jira.user, "an account's e-mail address", "such as aftermath@acme.example")


def installation_from(repository: str, jira_url: str, project: str = "") -> str:
    """A name to propose: the repository's owner, else the Jira site's first word, else the project where that is a
    figure only, as of an address."""
    word = repository.partition("/")[0] or (urlsplit(jira_url).hostname or "").partition(".")[0]
    word = project if word.isdigit() and project else word
    return re.sub(r"[^a-z0-9-]", "-", word.lower())[:32].strip("-")


def _fits(pattern: re.Pattern[str], found: str, what: str, allowed: str) -> None:
    if not pattern.match(found):
        raise AnswerError(f'"{found}" is not {what}: {allowed}.')


def _check_url(url: str, allowed: str) -> None:
    try:
        parts = urlsplit(url)
        is_fine = bool(parts.hostname) and not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        is_fine = False
    if not is_fine or re.search(r"[\s\"\\]", url) or parts.scheme not in ("http", "https"):
        raise AnswerError(f'"{url}" is not the address of a tracker: {allowed}.')
    if parts.scheme == "http" and not is_loopback(url):
        raise AnswerError(f"Over http:// the token could be read on its way to {parts.hostname}: https://….")

"""The trackers of a configuration: where they are, and with which account and secrets they are spoken to.

No tracker is contacted: `aftermath check` does that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from connectors.access import Secret
from rules.language.document import KeyPath
from worker.config.apps import read_app
from worker.config.forms import TrackerForm
from worker.config.secrets import is_loopback
from worker.config.settings import AppSettings, TrackerSettings
from worker.config.sheet import Sheet
from worker.config.ways import read_access

SECRET_CHARACTERS_MIN = 16
_TRACKER_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_GITHUB_URL = "https://api.github.com"
#: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#ad-hoc-api-calls
GATEWAY = "https://api.atlassian.com/ex/jira/"


def read_tracker(sheet: Sheet, name: str, form: TrackerForm) -> TrackerSettings:
    """One tracker as it stands under `trackers:`."""
    place: KeyPath = ("trackers", name)
    if not _TRACKER_NAME.match(name):
        sheet.reading.note_key(place, f'"{name}" cannot name a tracker', "small letters, figures and -, such as jira")
    url = sheet.secrets.expand((*place, "url"), form.url) if form.url else ""
    if form.kind == "github":
        url = url or _GITHUB_URL
    elif not form.url:
        sheet.note(place, '"url" is missing: the site\'s address, such as https://acme.atlassian.net')
    if url:
        _check_url(sheet, (*place, "url"), url)
    site = _site(sheet, place, form, url)
    stays_here = is_loopback(url)
    app, secret = _credential(sheet, place, form, stays_here=stays_here)
    webhook = sheet.secrets.secret(
        place, "webhook_secret", form.webhook_secret, form.webhook_secret_file, stays_here=stays_here
    )
    return TrackerSettings(
        name=name,
        kind=form.kind,
        url=url.rstrip("/"),
        access=read_access(sheet, place, form, secret),
        user=_user(sheet, place, form, url),
        webhook_secret=webhook,
        own_account=form.own_account in (True, "yes"),
        app=app,
        edition=form.edition or "cloud",
        bots=tuple(form.bots),
        site=site,
    )


def _credential(
    sheet: Sheet, place: KeyPath, form: TrackerForm, *, stays_here: bool
) -> tuple[AppSettings | None, Secret]:
    """The token, or a GitHub App with its key."""
    has_token = bool(form.token or form.token_file)
    if form.app and form.kind != "github":
        sheet.note((*place, "app"), "Jira knows no such Apps: it wants a token")
    elif form.app and has_token:
        sheet.note((*place, "app"), '"token" and "app" are both given: one of them is enough')
    elif form.app:
        return read_app(sheet, place, form.app, stays_here=stays_here)
    elif not has_token:
        sheet.note(place, '"token" is missing: the account that Aftermath writes as needs one')
    return None, sheet.secrets.secret(place, "token", form.token, form.token_file, stays_here=stays_here)


def _user(sheet: Sheet, place: KeyPath, form: TrackerForm, url: str) -> str:
    """Whose token or password it is; Jira alone is told."""
    if form.kind == "github" and form.user:
        sheet.note((*place, "user"), "GitHub wants no user: the token says whose it is")
    is_site_of_atlassian = (urlsplit(url).hostname or "").endswith(".atlassian.net")
    if form.kind == "jira" and not form.user and is_site_of_atlassian:
        allowed = f"the account's e-mail address; a token without a user goes to {GATEWAY}<cloudId>"
        sheet.note(place, '"user" is missing: an API token is taken there with its account only', allowed)
    return sheet.secrets.expand((*place, "user"), form.user) if form.user else ""


def _site(sheet: Sheet, place: KeyPath, form: TrackerForm, url: str) -> str:
    """Where people look, where that is not the API's own address; empty otherwise."""
    for key, value in (("edition", form.edition), ("site", form.site)):
        if form.kind == "github" and value:
            sheet.note((*place, key), f"GitHub wants no {key}: its url says it all")
    if form.kind == "jira" and url.startswith(GATEWAY) and not form.site:
        sheet.note(
            place,
            '"site" is missing: the gateway is not where people look, and links to it lead nowhere',
            "the site's own address, such as https://acme.atlassian.net",
        )
    site = sheet.secrets.expand((*place, "site"), form.site) if form.site else ""
    if site:
        _check_url(sheet, (*place, "site"), site)
    return site.rstrip("/")


def _check_url(sheet: Sheet, place: KeyPath, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        sheet.note(place, "this is no address of a tracker", "https://HOST, with a path where the tracker has one")
    elif parts.username or parts.password:
        sheet.note(place, "credentials do not belong into an address: they have keys of their own")
    elif parts.scheme == "http" and not is_loopback(url):
        sheet.note(place, "over http:// the token could be read on its way", "https://…")


def read_secret(sheet: Sheet, trackers: Mapping[str, TrackerSettings]) -> str:
    """What markers are signed with. Plain text will do where all trackers are on this machine."""
    stays_here = all(is_loopback(tracker.url) for tracker in trackers.values())
    form = sheet.form
    secret = sheet.secrets.resolve((), "secret", form.secret, form.secret_file, stays_here=stays_here)
    if not (form.secret or form.secret_file):
        sheet.note((), '"secret" is missing: it signs what Aftermath writes, so that it is recognised later')
    elif secret and len(secret) < SECRET_CHARACTERS_MIN:
        given = "secret" if form.secret else "secret_file"
        sheet.note((given,), f"the secret is too short ({len(secret)} characters)", f"{SECRET_CHARACTERS_MIN} or more")
    return secret

"""The trackers of a configuration: where they are, and with which account and secrets they are spoken to.

No tracker is contacted: `aftermath check` does that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from rules.language.document import KeyPath
from worker.config.forms import TrackerForm
from worker.config.secrets import is_loopback
from worker.config.settings import TrackerSettings
from worker.config.sheet import Sheet

SECRET_CHARACTERS_MIN = 16
_TRACKER_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_GITHUB_URL = "https://api.github.com"


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
    stays_here = is_loopback(url)
    token = sheet.secrets.resolve(place, "token", form.token, form.token_file, stays_here=stays_here)
    if not (form.token or form.token_file):
        sheet.note(place, '"token" is missing: the account that Aftermath writes as needs one')
    webhook = sheet.secrets.resolve(
        place, "webhook_secret", form.webhook_secret, form.webhook_secret_file, stays_here=stays_here
    )
    user = sheet.secrets.expand((*place, "user"), form.user) if form.user else ""
    if form.kind == "github" and form.user:
        sheet.note((*place, "user"), "GitHub wants no user: the token says whose it is")
    return TrackerSettings(name, form.kind, url.rstrip("/"), token, user, webhook, form.own_account in (True, "yes"))


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

"""A GitHub App below `app:` of a tracker, in the place of a token."""

from __future__ import annotations

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from connectors.access import Secret
from rules.language.document import KeyPath
from worker.config.forms import AppForm
from worker.config.settings import AppSettings
from worker.config.sheet import Sheet

APP_ID = re.compile(r"[0-9]{1,18}\Z|Iv[A-Za-z0-9.]{4,60}\Z")


def read_app(sheet: Sheet, place: KeyPath, form: AppForm, *, stays_here: bool) -> tuple[AppSettings, Secret]:
    """The App, and its private key."""
    place = (*place, "app")
    if not APP_ID.match(form.id):
        sheet.note((*place, "id"), f'"{form.id}" is no App\'s id', "the number, or the client id, on the App's page")
    if form.installation is not None and form.installation < 1:
        sheet.note((*place, "installation"), f"{form.installation} is no installation's id", "its number, or nothing")
    key = sheet.secrets.secret(
        place, "private_key", form.private_key, form.private_key_file, stays_here=stays_here, mend=_with_lines
    )
    if not (form.private_key or form.private_key_file):
        sheet.note(place, '"private_key_file" is missing: the .pem file that the App\'s page made')
    elif key and not _is_key(key.now()):
        given = "private_key" if form.private_key else "private_key_file"
        sheet.note(
            (*place, given), "this is no private key", "PEM, as GitHub makes it: -----BEGIN RSA PRIVATE KEY-----"
        )
    return AppSettings(form.id, form.installation or 0), key


def _with_lines(key: str) -> str:
    """A key out of a variable, where its lines had to be written as one."""
    return key.replace("\\n", "\n").strip()


def _is_key(text: str) -> bool:
    try:
        return isinstance(load_pem_private_key(text.encode(), password=None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False

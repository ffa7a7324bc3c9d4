"""The password of the pages in a browser, which there are not without one."""

from __future__ import annotations

from connectors.access import Secret
from worker.config.listening import parse_listen
from worker.config.secrets import is_loopback
from worker.config.sheet import Sheet

#: Nothing slows down who tries one after the other but its length.
PASSWORD_CHARACTERS_MIN = 16


def read_page_password(sheet: Sheet) -> Secret:
    """The password, or an empty one. In plain text it will do where nobody listens but this machine."""
    form = sheet.form
    listened = parse_listen(form.listen)
    stays_here = bool(listened) and is_loopback(listened[0] if listened else "")
    secret = sheet.secrets.secret(
        (), "page_password", form.page_password, form.page_password_file, stays_here=stays_here
    )
    found = secret.now()
    if found and len(found) < PASSWORD_CHARACTERS_MIN:
        given = "page_password" if form.page_password else "page_password_file"
        short = f"the password is too short ({len(found)} characters)"
        sheet.note((given,), short, f"{PASSWORD_CHARACTERS_MIN} or more")
    return secret

"""Who may see a page: whoever has the password that the operator gave out (HTTP Basic; any user's name).

A page shows what `aftermath explain` shows, titles of internal tickets too, to somebody of whom no tracker can tell
what they may read (P14). So there is no page without a password, and whom it is given to is the operator's to decide.
Reference: https://datatracker.ietf.org/doc/html/rfc7617
"""

from __future__ import annotations

import base64
import binascii
import hmac

from starlette.responses import PlainTextResponse, Response

from connectors.access import Secret

#: What every page says to the browser: keep nothing, load nothing from anywhere, be in no frame, tell nobody.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def is_let_in(authorization: str, password: Secret) -> bool:
    """Whether the header holds the password. Takes as long whatever stands there, and nothing passes without one."""
    kind, _, given = authorization.partition(" ")
    try:
        decoded = base64.b64decode(given.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    said = decoded.partition(":")[2].encode()
    accepted = [one.encode() for one in password.accepted() if one]
    fitting = [hmac.compare_digest(said, one) for one in accepted]
    return kind.casefold() == "basic" and any(fitting)


def turned_away() -> Response:
    """Asks the browser to ask for the password."""
    headers = HEADERS | {"WWW-Authenticate": 'Basic realm="Aftermath", charset="UTF-8"'}
    return PlainTextResponse("The password stands in aftermath.yaml: page_password.", 401, headers)

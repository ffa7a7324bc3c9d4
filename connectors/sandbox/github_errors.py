"""GitHub's refusals, in GitHub's words (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.http import ApiError
from connectors.sandbox.world import WorldError

_DOCS = "https://docs.github.com/rest"
_STATUS = {"missing": 404, "denied": 403, "invalid": 422, "gone": 410, "locked": 403, "conflict": 409}


def refusal(status: int, message: str, **more: Any) -> ApiError:
    """An error with GitHub's usual body."""
    return ApiError(status, {"message": message, "documentation_url": _DOCS, "status": str(status), **more})


def not_found() -> ApiError:
    """404, also for what the account must not know of."""
    return refusal(404, "Not Found")


def issues_disabled() -> ApiError:
    return refusal(410, "Issues has been disabled in this repository.")


def invalid(resource: str, field: str, code: str, message: str = "", value: Any = None) -> ApiError:
    """422 with one entry in `errors`; `code` is GitHub's: missing_field, invalid, custom, already_exists, …"""
    entry: dict[str, Any] = {"resource": resource, "field": field, "code": code}
    if message:
        entry["message"] = message
    if value is not None:
        entry["value"] = value
    return refusal(422, "Validation Failed", errors=[entry])


def from_world(error: WorldError) -> ApiError:
    """What the world refused, as GitHub would say it."""
    if error.reason == "missing":
        return not_found() if "Label" not in str(error) else refusal(404, str(error))
    if error.reason == "gone":
        return issues_disabled()
    if error.reason == "denied" and "to comment" in str(error):
        return refusal(403, "Resource not accessible by personal access token")
    if error.reason == "denied" and "archived" not in str(error):
        return refusal(403, "Must have admin rights to Repository.")
    return refusal(_STATUS[error.reason], str(error))

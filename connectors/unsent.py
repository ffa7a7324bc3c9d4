"""A request that brought no answer: whether it left at all, and what stood in its way, in words.

What certainly was not sent was certainly not done; everything else is for the reader to doubt (P3). No address with a
password, and no vendor's exception, gets into the words.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions

#: Each comes before the first byte of a request goes out. urllib3 tells of a proxy only until it is through it.
_BEFORE_SENDING = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
    requests.exceptions.ConnectTimeout,
    requests.exceptions.ProxyError,
    ssl.SSLCertVerificationError,
)


def was_never_sent(failure: BaseException) -> bool:
    """Whether the failure came before the first byte of the request went out."""
    return any(isinstance(cause, _BEFORE_SENDING) for cause in _causes(failure))


def what_stood_in_the_way(failure: BaseException) -> str:
    """A sentence about certificate or proxy where it was one of these, with what to do about it; empty otherwise."""
    causes = list(_causes(failure))
    proxy = (urllib3.exceptions.ProxyError, requests.exceptions.ProxyError)
    untrusted = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        why = f" ({untrusted.verify_message})" if untrusted.verify_message else ""
        return (
            f"The certificate that was shown is not to be trusted{why}: where an authority of your own signed it, name "
            f"its file with `ca_file`."
        )
    if any(isinstance(cause, proxy) for cause in causes):
        return "The proxy did not let it through: look at `proxy`, or at HTTPS_PROXY in the environment."
    return ""


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """A failure and what it wraps: requests and urllib3 hide causes in arguments and in `reason`."""
    waiting, seen = [failure], set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__)
        waiting.extend(each for each in inner if isinstance(each, BaseException))

"""Whether two spellings of an account mean the same one.

GitHub's logins and the user names of Jira Data Center are the same whatever their capitals, and a tracker tells them
as they were registered, which is not always as somebody wrote them into the people file. The account ids of Jira
Cloud are told in one spelling only, and no two of them differ by capitals alone. So capitals are never a difference.

What is written to a tracker stays as the people file has it: this only compares.
"""

from __future__ import annotations

from collections.abc import Iterable


def folded_account(account: str) -> str:
    """The account as it is compared."""
    return account.casefold()


def same_account(one: str, other: str) -> bool:
    """Whether both name one account; nobody's account is nobody else's."""
    return bool(one) and folded_account(one) == folded_account(other)


def is_among(account: str, accounts: Iterable[str]) -> bool:
    """Whether one of the accounts is this one."""
    return any(same_account(account, other) for other in accounts)

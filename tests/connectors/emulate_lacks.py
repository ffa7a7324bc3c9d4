"""What `emulate` 0.11.2 lacks of GitHub: the tests of the contract that have to fail on it, and why.

Beside these it answers what people try there and cannot do (`tests.connectors.github_people`): without GraphQL an issue
is neither transferred nor deleted.
"""

from __future__ import annotations

_TOLD = "test_what_is_done_to_a_ticket_is_told_with_who_did_it"

EMULATE: dict[str, str] = {
    "test_people_who_can_be_given_a_ticket": "it does not list assignees (GET …/assignees is 404)",
    "test_looking_over_a_place": "it takes `comments` for an issue's number (GET …/issues/comments is 404)",
    f"{_TOLD}[person-rename": "its history calls a new title `edited`, without the title",
    f"{_TOLD}[bot-rename": "its history calls a new title `edited`, without the title",
    f"{_TOLD}[ours-rename": "its history calls a new title `edited`, without the title",
    f"{_TOLD}[person-describe": "it speaks no GraphQL, which alone tells who edited a text",
    f"{_TOLD}[bot-describe": "it speaks no GraphQL, which alone tells who edited a text",
    f"{_TOLD}[ours-describe": "it speaks no GraphQL, which alone tells who edited a text",
    f"{_TOLD}[person-commit": "its history knows no commits that name an issue",
    f"{_TOLD}[bot-commit": "its history knows no commits that name an issue",
    f"{_TOLD}[ours-commit": "its history knows no commits that name an issue",
    "test_somebody_who_cannot_be_assigned": "it refuses an unknown assignee without naming the field, as GitHub does",
    "test_tickets_with_a_label_are_listed_however": "it minds how a label is capitalised, GitHub does not",
    "test_a_link_sent_twice": "it has no sub-issues",
}

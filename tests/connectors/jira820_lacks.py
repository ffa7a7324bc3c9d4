"""What `jira820` 0.12.0 lacks of Jira 8.20: the tests of the contract that have to fail on it, and why."""

from __future__ import annotations

_CHANGE = "test_what_is_done_to_a_ticket_is_told_with_who_did_it"
_HISTORY = "its history tells changes of status alone, all as the administrator's"
_COMMENTS = "it leaves an issue's comments out of the issue"
_MARKERS = "it keeps no entity properties, in which markers are"
_RIGHTS = "it has no addresses for rights (GET …/mypermissions, …/user/permission/search are 404)"
_POLLS = "it does not mind moments in JQL, and moves `updated` by whole days at most"

_TOLD = ("label", "unlabel", "assign", "close", "rename", "begin", "due", "describe")

JIRA820: dict[str, str] = {
    **{f"{_CHANGE}[{who}-{what}": _HISTORY for who in ("person", "bot", "ours") for what in _TOLD},
    "test_unassigning_and_reopening": _HISTORY,
    "test_a_due_date_is_written_and_cleared": _HISTORY,
    "test_somebody_is_made_an_assignee": _HISTORY,
    "test_people_who_can_be_given_a_ticket": "it lists nobody who can be assigned (404)",
    "test_looking_over_a_place": _RIGHTS,
    "test_a_place_that_is_there_is_fine": _RIGHTS,
    "test_rights_are_those_that_the_tracker_gives": _RIGHTS,
    "test_a_ticket_that_a_person_copied": _MARKERS,
    "test_an_opened_ticket_shows": _MARKERS,
    "test_what_was_opened_after_the_bookmark": _MARKERS,
    "test_a_ticket_that_somebody_else_opens_meanwhile": _MARKERS,
    "test_our_comments_are_found_by_their_key": _MARKERS,
    "test_a_poll_brings_labels_and_markers": _MARKERS,
    "test_a_comment_is_ours": _COMMENTS,
    "test_an_edited_comment_stays": _COMMENTS,
    "test_an_answer_to_some_readers": _COMMENTS,
    "test_peoples_comments_come_in_order": _COMMENTS,
    "test_a_marker_that_a_person_copied": _COMMENTS,
    "test_a_long_text_in_any_script": _COMMENTS,
    "test_edits_are_silent": _RIGHTS,
    "test_a_ticket_that_was_deleted_is_gone[find-comments": "it lists the comments of an issue that is gone as none",
    "test_somebody_who_cannot_be_assigned": "it gives a ticket to anybody",
    "test_assigning_a_stranger": "it gives a ticket to anybody",
    "test_a_poll_tells_what_changed": _POLLS,
    "test_a_place_that_rests": _POLLS,
    "test_a_label_is_put_on_once": "it says yes to an added label and adds none",
    "test_a_label_of_several_words": "it says yes to an added label and adds none",
    "test_a_label_that_is_not_there_yet": "it says yes to an added label and adds none",
    "test_a_wish_never_keeps_a_ticket": _MARKERS,
    "test_a_double_is_labelled_and_closed": "it says yes to an added label and adds none",
    "test_a_link_sent_twice": "it answers 201 to a remote link that it has",
    "test_tickets_asked_for_together": "its search tells no history",
    "test_nobody_is_no_error": "it knows everybody whom it is asked for",
    "test_of_places_polled_together": "it takes every project for one that is there",
}

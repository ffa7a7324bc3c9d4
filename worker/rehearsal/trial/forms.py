"""The shape of a file of tests, before its meaning is looked at: which keys there are, and of what kind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from rules.language.form import Form

Verb = Literal[
    "comment", "remind", "notify", "open", "close", "label", "assign", "due", "status", "plan", "link", "file", "edit"
]


# Read one by one, so that one that is broken hides no other's errors; editors are told what they are.
_Event = Annotated[Any, WithJsonSchema({"$ref": "#/$defs/event"})]
_Expected = Annotated[Any, WithJsonSchema({"$ref": "#/$defs/expected"})]
_Trial = Annotated[Any, WithJsonSchema({"$ref": "#/$defs/trial"})]


class FailureForm(Form):
    """The ticket that it is about, as it is opened; its labels may be put on later by an event."""

    title: str = Field(default="Something failed", description="The failure's title.")
    labels: list[str] | None = Field(
        default=None,
        description="Its labels, a failure label of the policy among them or put on by an event; left out, the first "
        "one that the policy has.",
    )
    reporter: str = Field(default="somebody", description="Who opens it.")
    owner: str = Field(default="", description="To whom it is assigned; nobody, where it is left out.")
    text: str = Field(default="", description="What stands in it.")
    opened: Any = Field(default=None, description="When it is opened; else the test's `begin`.")


class EventForm(Form):
    """One thing that somebody does: when, who, and one verb."""

    at: Any = Field(default=None, description="When, such as 2026-03-02 09:00.")
    after: Any = Field(
        default=None, description="How long after the event before it, such as 3 days or 2 business hours."
    )
    by: str = Field(description="Who does it: somebody of the people file, or any name where there is none.")
    comment: str | None = Field(default=None, description="Says that, commands included.")
    write: str | None = Field(default=None, description="Gives that ticket the `text`, in place of what stands in it.")
    edit: str | None = Field(default=None, description="Changes in that ticket's text what stands in `from` to `to`.")
    tick: str | None = Field(default=None, description="Ticks the check box whose line has those words.")
    label: str | None = Field(default=None, description="Puts that label on.")
    unlabel: str | None = Field(default=None, description="Takes that label off.")
    assign: str | None = Field(default=None, description="Makes that person the assignee.")
    due: Any = Field(default=None, description="Sets the tracker's due date to that day, or to none.")
    move: str | None = Field(default=None, description="Moves it to that status: To Do, In Progress, Done.")
    commit: str | None = Field(default=None, description="Names the ticket in a commit.")
    close: str | None = Field(
        default=None, description="Closes that ticket, `as` completed where nothing else is said."
    )
    reopen: str | None = Field(default=None, description="Opens that ticket again.")
    on: str | None = Field(
        default=None, description="On which ticket: failure, post-mortem, action 2, or words of its title."
    )
    text: str | None = Field(default=None, description="The text of a `write`.")
    before: str | None = Field(default=None, alias="from", description="What an `edit` takes out.")
    behind: str | None = Field(default=None, alias="to", description="What an `edit` puts in its place.")
    resolution: Literal["completed", "duplicate", "not planned"] = Field(
        default="completed", alias="as", description="As what a `close` ends it."
    )


class ExpectedForm(Form):
    """One thing that Aftermath is expected to do. What is left out may be anything."""

    at: Any = Field(default=None, description="When: a moment, or a day and any time on it.")
    comment: Any = Field(default=None, description="A comment from that template, or one that asks these people.")
    remind: Any = Field(default=None, description="A reminder to these people.")
    notify: Any = Field(default=None, description="A private message from that template, or to these people.")
    open: Any = Field(default=None, description="A ticket: post-mortem or action.")
    close: Any = Field(default=None, description="The lesson is told, and the case let go.")
    label: Any = Field(default=None, description="That label is put on.")
    assign: Any = Field(default=None, description="That person is named as owner.")
    due: Any = Field(default=None, description="The tracker's due date is set to that day, or to none.")
    status: Any = Field(default=None, description="The status comment is kept up to date.")
    plan: Any = Field(default=None, description="The plan's comment is kept up to date.")
    link: Any = Field(default=None, description="Two tickets are linked.")
    file: Any = Field(default=None, description="A lesson is written to a repository.")
    edit: Any = Field(default=None, description="A comment of ours is mended in place.")
    on: str | None = Field(
        default=None, description="On which ticket: failure, post-mortem, action 2, or words of its title."
    )
    asks: list[str] | str | None = Field(default=None, description="Exactly these people are asked; [] is nobody.")
    rule: str | None = Field(default=None, description="By that rule, as its id.")
    says: str | None = Field(default=None, description="These words stand in it.")


class TrialForm(Form):
    """One test: what is given, what happens, and what is to come of it."""

    name: str = Field(description="What is expected, as a sentence.")
    failure: FailureForm = Field(default=FailureForm(), description="The failure that it is about.")
    begin: Any = Field(default=None, description="When the failure is opened, where `failure` does not say.")
    events: list[_Event] = Field(default=[], description="What people do, in order of time.")
    until: Any = Field(default=None, description="How long to watch: a day, a moment, or a time such as 8 w.")
    expect: list[_Expected] | None = Field(default=None, description="What is to happen, all of it, in order of time.")
    never: list[_Expected] = Field(default=[], description="What must not happen.")
    only: list[Verb] = Field(default=[], description="The kinds of things to look at.")
    rules: list[str] = Field(default=[], description="The rules to look at; all, where it is left out.")


class TrialFileForm(Form):
    """A file of tests. Tests are read one by one, so that one broken test hides no other's errors."""

    policy: str = Field(default="", description="The policy, as a path from this file or a shipped pack's name.")
    people: Any = Field(default=None, description="A people file's path, or people as they stand in one.")
    place: str = Field(
        default="jira:TEAM", description="Where the failure is: a tracker, and a repository or a project."
    )
    public: bool = Field(default=False, description="Whether everybody may read what stands there.")
    tests: list[_Trial] = Field(description="The tests.")

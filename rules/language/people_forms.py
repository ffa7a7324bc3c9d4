"""The shape of a people file, before its meaning is looked at. See `rules.language.forms`."""

from __future__ import annotations

from pydantic import Field

from rules.language.form import Form
from rules.language.forms import CalendarForm, Workday


class AwayForm(Form):
    """Days on which somebody is not there."""

    first: str = Field(alias="from", description="the first day, as `2026-12-21`, in the person's own zone")
    last: str = Field(alias="to", description="the last day, which is one of them")
    stand_in: str = Field(default="", description="the id of who is asked meanwhile; without one, what can wait waits")


class PersonForm(Form):
    """One person of the people file."""

    name: str = Field(description="as it stands in texts")
    accounts: dict[str, str] = Field(
        default={}, description="login (GitHub) or account id (Jira) by the tracker's name; capitals make no difference"
    )
    lead: str = Field(default="", description="the id of who leads them")
    manager: str = Field(default="", description="the id of who is asked where the lead does not help")
    notify: list[str] | str = Field(
        default=[], description="where the person is reached privately: one address, or a list"
    )
    calendar: CalendarForm | None = Field(
        default=None, description="what of their calendar differs from their team's, or the policy's"
    )
    away: list[AwayForm] = Field(default=[], description="days on which they are not there, and who stands in")


class TeamForm(Form):
    """One team of the people file."""

    name: str = Field(default="", description="as it stands in texts; its id where it has none")
    lead: str = Field(default="", description="the id of who leads it")
    members: list[str] = Field(
        default=[],
        description="ids of those who belong to it; who stands in two teams has the calendar and the lead of the first",
    )
    labels: list[str] = Field(default=[], description="a ticket with one of them is the team's, in capitals or not")
    places: list[str] = Field(
        default=[],
        description="so is one in these repositories and projects, as `github:acme/shop`, unless a label says so",
    )
    calendar: CalendarForm | None = Field(default=None, description="what of its calendar differs from the policy's")


class DigestForm(Form):
    """To whom the weekly digest goes, by the tickets that they may be told of, and when."""

    internal: list[str] | str = Field(
        default=[],
        description="who is told of internal tickets too: ids, `leadership`, `leads` (everybody whom the file names as "
        "a lead), channels as `${NAME}`",
    )
    public: list[str] | str = Field(
        default=[],
        description="who is told only of tickets that everybody may read, in cases whose failure everybody may read",
    )
    day: Workday = Field(default="mon", description="the day of the week; on a closing day the next working day")
    at: str = Field(default="09:00", description="the time of day, in the zone of the policy's calendar")


class PeopleForm(Form):
    """Who is who on which tracker, and whose lead and manager somebody is."""

    people: dict[str, PersonForm] = Field(
        description="people by an id of your choice, which is for ever: what somebody was told privately is remembered "
        "by it, and under another id they are told it again. Names and accounts may change"
    )
    teams: dict[str, TeamForm] = Field(default={}, description="who looks after something together, by an id")
    default_lead: str = Field(default="", description="whose lead nobody is named, has this one")
    leadership: list[str] | str = Field(
        default=[],
        description="people by their ids, channels of their own as `${NAME}`, or both: the recipient `leadership`",
    )
    digest: DigestForm = Field(default_factory=DigestForm, description="who gets the weekly digest, and when")

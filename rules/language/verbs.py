"""What a rule can do: every verb of the language, with what stands behind it, where it may stand, and what it is for.

The one table that the reader (`rules.language.do_reading`), the schema and the documentation are made from. A verb is
complete when it has its row here and its reader there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.language.shapes import Shape
from rules.policy.terms import Subject


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping behind a verb."""

    name: str
    shape: Shape
    meaning: str
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """`shape` is what stands behind the verb, a mapping of `keys` where there are some. `subjects` are what a rule may
    look at that does this; `misfit` says why nothing else, where it takes words of its own. Those `on_rungs`
    may stand in ladders."""

    name: str
    meaning: str
    subjects: tuple[Subject, ...]
    misfit: str = ""
    shape: Shape | None = None
    keys: tuple[Key, ...] = ()
    modifiers: tuple[str, ...] = ()
    on_rungs: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """Its keys that may not be left out."""
        return tuple(key.name for key in self.keys if key.is_needed)


@dataclass(frozen=True, slots=True)
class Modifier:
    """What may stand behind a verb, in the same mapping or as the next thing of the list."""

    name: str
    shape: Shape
    meaning: str


NO_TICKET = "an action item has no ticket yet to write on; open one, and use for: action"
ONE_REPLY = "a comment is replied to once, with a comment"
_TICKETS = (Subject.FAILURE, Subject.POST_MORTEM, Subject.ACTION)
_FAILURE = (Subject.FAILURE,)
_LESSON = "the lesson and the plan are told on the failure: use for: failure"

MODIFIERS: Mapping[str, Modifier] = MappingProxyType(
    {
        one.name: one
        for one in (
            Modifier("mention", Shape.ROLES, "which roles, people and teams are asked by the comment"),
            Modifier("as", Shape.WORD, "the comment's kind, which its template's name gives otherwise"),
            Modifier(
                "settle", Shape.DURATION, "how long the text of the post-mortem has to have rested before it is said"
            ),
            Modifier("template", Shape.TEMPLATE, "what a private message says"),
        )
    }
)

VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        verb.name: verb
        for verb in (
            Verb(
                "open",
                "a ticket is opened, once",
                (Subject.FAILURE, Subject.ACTION_ITEM),
                "a post-mortem is opened for a failure, an action for an action item: use for: failure or action-item",
                keys=(
                    Key("what", Shape.OPENED, "which of the two it is", is_needed=True),
                    Key("template", Shape.TEMPLATE, "its text, which is written once", is_needed=True),
                    Key("title", Shape.TITLE, "its title; left out, `title-post-mortem.md` or `title-action.md`"),
                    Key("assign", Shape.ROLE, "whom it is assigned to"),
                    Key("due", Shape.BY_SEVERITY, "when it is due: so long after it was opened", is_needed=True),
                    Key("settle", Shape.DURATION, "waits until the text that it comes from has rested so long"),
                ),
            ),
            Verb(
                "comment",
                "a new comment, once for each occasion",
                (*_TICKETS, Subject.COMMENT),
                shape=Shape.TEMPLATE,
                modifiers=("mention", "as", "settle"),
                on_rungs=True,
            ),
            Verb(
                "remind",
                "a comment from `reminder.md` to them",
                (*_TICKETS, Subject.COMMENT),
                shape=Shape.ROLES,
                modifiers=("as", "settle"),
                on_rungs=True,
            ),
            Verb(
                "status",
                "one standing comment on the ticket, edited in place",
                _TICKETS,
                shape=Shape.TEMPLATE,
            ),
            Verb("plan", "the standing comment with the plan, on the failure", _FAILURE, _LESSON, Shape.TEMPLATE),
            Verb(
                "label",
                "it is put on, once; nobody's taking it off is undone",
                _TICKETS,
                shape=Shape.LABEL,
                on_rungs=True,
            ),
            Verb(
                "assign",
                "that person is named as owner where there is none, once",
                _TICKETS,
                shape=Shape.ROLE,
                on_rungs=True,
            ),
            Verb(
                "link",
                "the ticket is linked with it, both ways where they live on two trackers",
                _TICKETS,
                shape=Shape.LINKED,
            ),
            Verb("close", "the lesson is told, and the case let go", _FAILURE, _LESSON, Shape.TEMPLATE),
            Verb(
                "notify",
                "a private message to each of them, at most once, through their own channel; nothing for who has none. "
                "Of one recipient the template of the same name may be left out (`leadership.md`)",
                _TICKETS,
                shape=Shape.RECIPIENTS,
                modifiers=("template",),
                on_rungs=True,
            ),
            Verb(
                "look-back",
                "so long after a case was let go it is looked once more, and what is seen is added to its status "
                "comment (with `while: closed`)",
                _FAILURE,
                "a look back is noted on the failure: use for: failure",
                Shape.DURATIONS,
            ),
            Verb(
                "file",
                "the lesson of each time that was let go is written to the repository that `lessons:` in "
                "`aftermath.yaml` names, once each; nothing where none is named. Give it all phases "
                "(`while: [active, paused, closed, cancelled]`): what could not be written at once is written later",
                _FAILURE,
                "the lesson is the failure's: use for: failure",
                Shape.TEMPLATE,
            ),
            Verb(
                "review",
                "a meeting about the post-mortem is proposed",
                (Subject.POST_MORTEM,),
                "only a post-mortem has a review: use for: post-mortem",
                keys=(
                    Key("after", Shape.BY_SEVERITY, "so long after the post-mortem was opened", is_needed=True),
                    Key("lasts", Shape.DURATION, "how long it takes", is_needed=True),
                    Key("ahead", Shape.DURATION, "so long before it the draft is shared", is_needed=True),
                    Key("template", Shape.TEMPLATE, "the message that proposes it", is_needed=True),
                    Key("reminder", Shape.TEMPLATE, "the message with which the draft is shared", is_needed=True),
                ),
            ),
        )
    }
)


def misfit(verb: Verb, subject: Subject) -> str:
    """Why a rule for that subject cannot do this, or nothing."""
    if subject in verb.subjects:
        return ""
    return verb.misfit or (ONE_REPLY if subject is Subject.COMMENT else NO_TICKET)


def verbs_for(subject: Subject | None = None, *, on_rung: bool = False) -> tuple[str, ...]:
    """The verbs that may stand in a rule for that subject, or on a rung; all of them where neither is asked for."""
    return tuple(
        verb.name
        for verb in VERBS.values()
        if (subject is None or subject in verb.subjects) and (verb.on_rungs or not on_rung)
    )

"""Every kind of write that Aftermath makes, each with the moment at which it is the next thing to be done.

A scene is built in three steps: people `begin`; Aftermath does what the rules `before` want; and then something
happens (`then`) after which the rules `rules` want exactly this write. What must stand at the end is written out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from connectors.jira.edition import CLOUD, DATA_CENTER
from connectors.sandbox.letters import LETTERS as LETTERBOXES
from connectors.sandbox.world import STRICT_WORKFLOW, CommentState, Site, TicketState
from rules.policy import Policy
from tests.end_to_end.fault_rig import Company, Worker, policy_of
from worker.simulation.people import LEAD, OURS, PROJECT, REPOSITORY
from worker.trackers import stored_text

Act = Callable[[Company], Any]

ON_SHOP, ON_OPS = f"{REPOSITORY}#1", f"{PROJECT}-1"
_ACTION = "/action Alert when the payment queue grows beyond one minute"
_API, _SERVER_API = "/rest/api/3", "/rest/api/2"


def _nothing(_: Company) -> None:
    return


def _fails_on_github(acme: Company) -> TicketState:
    return acme.github.open_ticket("ada", REPOSITORY, "The shop is down", "Since nine.", labels=("failure", "sev2"))


def _fails_on_jira(acme: Company) -> TicketState:
    return acme.jira.open_ticket("ada", PROJECT, "The shop is down", None, labels=("failure", "sev2"))


def _is_strict_on_jira(acme: Company) -> None:
    """Nothing is done that was not begun."""
    acme.jira.places[PROJECT].workflow = STRICT_WORKFLOW


def _is_over_on_github(acme: Company) -> TicketState:
    """An experiment that has rested: the lesson is next."""
    labels = ("failure", "experiment")
    ticket = acme.github.open_ticket("ada", REPOSITORY, "The new cache", "Slower.", labels=labels)
    acme.github.close("ada", ticket.key)
    acme.clock.advance(dt.timedelta(hours=2))
    return ticket


def _plans_on_github(acme: Company) -> CommentState:
    _fails_on_github(acme)
    return acme.github.comment_on("ben", ON_SHOP, _ACTION)


def _plans_on_jira(acme: Company) -> CommentState:
    _fails_on_jira(acme)
    return acme.jira.comment_on("ben", ON_OPS, _written(acme.jira, _ACTION))


def _ben_takes_it(site: Callable[[Company], Site], key: str) -> Act:
    return lambda acme: site(acme).assign(LEAD, key, ("ben",))


def _ben_says(site: Callable[[Company], Site], key: str, text: str) -> Act:
    return lambda acme: site(acme).comment_on("ben", key, _written(site(acme), text))


def _ben_mends_it(site: Callable[[Company], Site], key: str) -> Act:
    """A refused command becomes plain words."""

    def mend(acme: Company) -> None:
        here = site(acme)
        comment = next(one for one in here.ticket(key).comments if one.author == "ben")
        here.edit_comment("ben", comment.id, _written(here, "Let us go on."))

    return mend


def _written(site: Site, text: str) -> Any:
    return stored_text(site.kind, site.edition, text)


def _both(*acts: Act) -> Act:
    def all_of_them(acme: Company) -> None:
        for act in acts:
            act(acme)

    return all_of_them


def _comment_comes_twice(site: Callable[[Company], Site], key: str) -> Act:
    """As when a request that was given up as lost is carried out after all."""

    def again(acme: Company) -> None:
        ours = next(comment for comment in site(acme).ticket(key).comments if comment.author == OURS)
        site(acme).comment_on(OURS, key, ours.body, properties=dict(ours.properties))

    return again


def _ticket_comes_twice(site: Callable[[Company], Site], key: str) -> Act:
    def again(acme: Company) -> None:
        first = site(acme).ticket(key)
        site(acme).open_ticket(
            OURS, first.container, first.title, first.body, labels=tuple(first.labels),
            properties=dict(first.properties),
        )  # fmt: skip

    return again


def _github(acme: Company) -> Site:
    return acme.github


def _jira(acme: Company) -> Site:
    return acme.jira


@dataclass(frozen=True)
class Write:
    """One kind of write: the request (`method`, `path`), the scene, and what must stand afterwards (`leaves`).

    `effect` is the effect's kind as the worker's steps tell it. `shows` must stand in every comment of ours.
    `is_answered_empty` says that the tracker's answer has no body; `twins` are doubles that the scene itself makes.
    `edition` is Jira's, wherever it has a part.
    """

    name: str
    site: str
    effect: str
    method: str
    path: str
    rules: tuple[str, ...]
    leaves: tuple[str, ...]
    begin: Act
    before: tuple[str, ...] = ()
    then: Act = _nothing
    shows: str = ""
    is_routed: bool = True
    is_answered_empty: bool = False
    twins: tuple[str, ...] = ()
    edition: str = CLOUD

    @property
    def policy(self) -> Policy:
        return policy_of(self.rules, is_routed=self.is_routed)

    @property
    def comes_twice_when_late(self) -> bool:
        """Whether a second one stands when the request is carried out after all: of a label there is none."""
        return self.effect == "open" and not self.path.endswith("labels$")

    def missing(self, acme: Company) -> list[str]:
        """What of this write's outcome does not stand, or stands more than once; nothing when all is well."""
        stands, wanted = acme.ours(), sorted(self.leaves)
        wrong = [] if stands == wanted else [f"there is {stands}, wanted is {wanted}"]
        wrong += [f"{key} is not neutralised" for key in self.twins if key not in acme.neutralised()]
        for _, ticket in acme.tickets():
            said = [comment for comment in ticket.comments if comment.author == OURS]
            wrong += [f"{ticket.key} does not say {self.shows}" for one in said if self.shows not in str(one.body)]
        return wrong

    def bring_to_the_brink(self, acme: Company, worker: Worker) -> None:
        """Build the scene; afterwards the worker has the policy that wants the write."""
        self.begin(acme)
        if self.before:
            worker.policy = policy_of(self.before, is_routed=self.is_routed)
            worker.settle(dt.timedelta(0))
            if self.then is _nothing:
                worker.hint(*acme.refs())
        self.then(acme)
        worker.policy = self.policy


_GITHUB = (
    Write(
        "GitHub: open action", "github", "open", "POST", r"/repos/acme/shop/issues$", ("open-action",),
        ("acme/shop#2 action",), _plans_on_github,
    ),
    Write(
        "GitHub: open post-mortem", "github", "open", "POST", r"/repos/acme/shop/issues$", ("open-post-mortem",),
        ("acme/shop#2 post-mortem",), _fails_on_github, is_routed=False,
    ),
    Write(
        "GitHub: say", "github", "say", "POST", r"/issues/1/comments$", ("ask-ack",),
        ("acme/shop#1 comment ask",), _fails_on_github,
    ),
    Write(
        "GitHub: keep, first", "github", "keep", "POST", r"/issues/1/comments$", ("status",),
        ("acme/shop#1 comment status",), _fails_on_github,
    ),
    Write(
        "GitHub: keep, edited", "github", "keep", "PATCH", r"/issues/comments/\d+$", ("status",),
        ("acme/shop#1 comment status",), _fails_on_github,
        before=("status",), then=_ben_takes_it(_github, ON_SHOP), shows="Ben",
    ),
    Write(
        "GitHub: amend", "github", "amend", "PATCH", r"/issues/comments/\d+$", ("reply",),
        ("acme/shop#1 comment reply",), _both(_fails_on_github, _ben_says(_github, ON_SHOP, "/snooze")),
        before=("reply",), then=_ben_mends_it(_github, ON_SHOP), shows="Settled",
    ),
    Write(
        "GitHub: label", "github", "label", "POST", r"/issues/1/labels$", ("mark",),
        ("acme/shop#1 labelled seen",), _fails_on_github,
    ),
    Write(
        "GitHub: make a label, then put it on", "github", "label", "POST", r"/repos/acme/shop/labels$", ("mark",),
        ("acme/shop#1 labelled seen",), _fails_on_github,
    ),
    Write(
        "GitHub: make a label, then open an action", "github", "open", "POST", r"/repos/acme/shop/labels$",
        ("open-action",),
        ("acme/shop#2 action",), _plans_on_github,
    ),
    Write(
        "GitHub: assign", "github", "assign", "POST", r"/issues/1/assignees$", ("name-owner",),
        ("acme/shop#1 assigned grace",), _fails_on_github,
    ),
    Write(
        "GitHub: link as sub-issue", "github", "link", "POST", r"/issues/1/sub_issues$", ("open-action", "link-action"),
        ("acme/shop#2 action", "acme/shop#2 sub-issue of acme/shop#1"), _plans_on_github,
        before=("open-action",),
    ),
    Write(
        "GitHub: retract double", "github", "retract", "DELETE", r"/issues/comments/\d+$", ("ask-ack",),
        ("acme/shop#1 comment ask",), _fails_on_github,
        before=("ask-ack",), then=_comment_comes_twice(_github, ON_SHOP), is_answered_empty=True,
    ),
    Write(
        "GitHub: label double", "github", "close-twin", "POST", r"/issues/3/labels$", ("open-action",),
        ("acme/shop#2 action",), _plans_on_github,
        before=("open-action",), then=_ticket_comes_twice(_github, "acme/shop#2"), twins=("acme/shop#3",),
    ),
    Write(
        "GitHub: close double", "github", "close-twin", "PATCH", r"/issues/3$", ("open-action",),
        ("acme/shop#2 action",), _plans_on_github,
        before=("open-action",), then=_ticket_comes_twice(_github, "acme/shop#2"), twins=("acme/shop#3",),
    ),
    Write(
        "GitHub: file", "github", "file", "PUT", r"/repos/acme/handbook/contents/lessons/[a-z2-7]+-1\.md$",
        ("lesson", "lesson-file"),
        ("acme/handbook file lesson-file", "acme/shop#1 comment lesson"), _is_over_on_github,
        before=("lesson",),
    ),
)  # fmt: skip

_JIRA = (
    Write(
        "Jira: open post-mortem", "jira", "open", "POST", rf"{_API}/issue$", ("open-post-mortem",),
        ("OPS-1 post-mortem",), _fails_on_github,
    ),
    Write(
        "Jira: open action", "jira", "open", "POST", rf"{_API}/issue$", ("open-action",),
        ("OPS-2 action",), _plans_on_jira, is_routed=False,
    ),
    Write(
        "Jira: say", "jira", "say", "POST", rf"{_API}/issue/OPS-1/comment$", ("ask-ack",),
        ("OPS-1 comment ask",), _fails_on_jira,
    ),
    Write(
        "Jira: keep, first", "jira", "keep", "POST", rf"{_API}/issue/OPS-1/comment$", ("status",),
        ("OPS-1 comment status",), _fails_on_jira,
    ),
    Write(
        "Jira: keep, edited", "jira", "keep", "PUT", rf"{_API}/issue/OPS-1/comment/\d+$", ("status",),
        ("OPS-1 comment status",), _fails_on_jira,
        before=("status",), then=_ben_takes_it(_jira, ON_OPS), shows="Ben",
    ),
    Write(
        "Jira: amend", "jira", "amend", "PUT", rf"{_API}/issue/OPS-1/comment/\d+$", ("reply",),
        ("OPS-1 comment reply",), _both(_fails_on_jira, _ben_says(_jira, ON_OPS, "/snooze")),
        before=("reply",), then=_ben_mends_it(_jira, ON_OPS), shows="Settled",
    ),
    Write(
        "Jira: due", "jira", "due", "PUT", rf"{_API}/issue/OPS-1$", ("open-post-mortem",),
        ("OPS-1 due 2026-05-04", "OPS-1 post-mortem"), _fails_on_github,
        before=("open-post-mortem",), then=_ben_says(_jira, ON_OPS, "/due 2026-05-04"), is_answered_empty=True,
    ),
    Write(
        "Jira: label", "jira", "label", "PUT", rf"{_API}/issue/OPS-1$", ("mark",),
        ("OPS-1 labelled seen",), _fails_on_jira, is_answered_empty=True,
    ),
    Write(
        "Jira: assign", "jira", "assign", "PUT", rf"{_API}/issue/OPS-1/assignee$", ("name-owner",),
        ("OPS-1 assigned grace",), _fails_on_jira, is_answered_empty=True,
    ),
    Write(
        "Jira: link to another tracker", "jira", "link", "POST", rf"{_API}/issue/OPS-1/remotelink$",
        ("open-post-mortem", "link-post-mortem"),
        ("OPS-1 post-mortem", "OPS-1 remote link"), _fails_on_github, before=("open-post-mortem",),
    ),
    Write(
        "Jira: link within Jira", "jira", "link", "POST", rf"{_API}/issueLink$", ("open-action", "link-action"),
        ("OPS-1 issue link", "OPS-2 action"), _plans_on_jira,
        before=("open-action",), is_routed=False, is_answered_empty=True,
    ),
    Write(
        "Jira: retract double", "jira", "retract", "DELETE", rf"{_API}/issue/OPS-1/comment/\d+$", ("ask-ack",),
        ("OPS-1 comment ask",), _fails_on_jira,
        before=("ask-ack",), then=_comment_comes_twice(_jira, ON_OPS), is_answered_empty=True,
    ),
    Write(
        "Jira: label double", "jira", "close-twin", "PUT", rf"{_API}/issue/OPS-2$", ("open-post-mortem",),
        ("OPS-1 post-mortem",), _fails_on_github,
        before=("open-post-mortem",), then=_ticket_comes_twice(_jira, "OPS-1"), twins=("OPS-2",),
        is_answered_empty=True,
    ),
    Write(
        "Jira: close double", "jira", "close-twin", "POST", rf"{_API}/issue/OPS-2/transitions$", ("open-post-mortem",),
        ("OPS-1 post-mortem",), _fails_on_github,
        before=("open-post-mortem",), then=_ticket_comes_twice(_jira, "OPS-1"), twins=("OPS-2",),
        is_answered_empty=True,
    ),
    Write(
        "Jira: close double, step by step", "jira", "close-twin", "POST", rf"{_API}/issue/OPS-2/transitions$",
        ("open-post-mortem",),
        ("OPS-1 post-mortem",), _both(_is_strict_on_jira, _fails_on_github),
        before=("open-post-mortem",), then=_ticket_comes_twice(_jira, "OPS-1"), twins=("OPS-2",),
        is_answered_empty=True,
    ),
)  # fmt: skip


def _on_data_center(write: Write) -> Write:
    name, path = write.name.replace("Jira", "Data Center"), write.path.replace(_API, _SERVER_API)
    return replace(write, name=name, path=path, edition=DATA_CENTER)


_DATA_CENTER = tuple(_on_data_center(write) for write in _JIRA)

WRITES = (*_GITHUB, *_JIRA, *_DATA_CENTER)

#: To a box of somebody's own, which cannot be read back: so a letter is lost sooner than sent twice, and what stands
#: on the trackers tells nothing of it.
LETTERS = (
    Write(
        "offer of a reflection", LETTERBOXES, "notify", "POST", r"/ada$", ("open-post-mortem", "reflect"),
        ("OPS-1 post-mortem",), _fails_on_github,
        before=("open-post-mortem",), then=lambda acme: acme.jira.close("ada", f"{PROJECT}-1"),
    ),
)  # fmt: skip
#: To a box as well, but of no case: what has to be told is put into the ledger by whoever tells the story.
DIGEST = Write("weekly digest", LETTERBOXES, "digest", "POST", r"/ada$", (), (), _nothing)

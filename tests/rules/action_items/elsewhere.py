"""Documents of other shapes than the real ones: what other organisations' templates look like, filled in or not.

Each is a file in `others`. They were made up for this, so that the reader is not made for 19 documents alone.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rules.facts import ActionItem
from rules.policy import ItemWords

OTHERS = Path(__file__).with_name("others")
GERMAN = ItemWords(
    headings=("Maßnahmen", "Nächste Schritte"),
    owner=("Verantwortlich",),
    due=("Frist",),
    state=("Stand",),
    done=("erledigt",),
)
FRENCH = ItemWords(
    headings=("Plan d'action", "Prochaines étapes"),
    what=("Quoi",),
    owner=("Responsable",),
    due=("Échéance",),
    state=("État",),
    done=("terminé",),
)
WORDS = {"german": GERMAN, "french": FRENCH}

#: By document: each item as it is shown below.
EXPECTED = {
    "sre-book": [
        "x Update playbook with instructions for a cascading failure; jennifer",
        "- Use flux capacitor to balance load between clusters; martym; https://bugs.example/5554823",
        "- Schedule cascading failure test during next DiRT; docbrown",
        "- Investigate running index MR continuously; jennifer; https://bugs.example/5554824",
    ],
    "atlassian": [
        "x Manual auto-scaling rate limit put in place; rory; 2026-10-02; HOT-13410",
        "- Unit test and introduction of job rate limiting; amy; 2026-10-16; HOT-13411",
        "- Secondary mechanism to collect distributed rate information; Clara Oswald; in 3 weeks",
    ],
    "pagerduty": [
        "- [OPS-881] Add a canary for the notification queue; OPS-881",
        "- [OPS-882] Page on queue age, not on queue length; OPS-882",
        "- Review the runbook with support; erin; by Friday",
    ],
    "gitlab": [
        "x If the person who opened the incident is the same as the assignee, say so",
        "- Fill out relevant sections below",
        "- Add a saturation alert for the sidekiq shard - https://gitlab.example/gl-infra/-/issues/101 - Scalability",
        "- Document how to drain a shard; felipe",
        "x Raise the connection limit",
    ],
    "aws-coe": [
        "- Bound the retries of the payment client; Maria Santos; 2026-11-30",
        "- Alarm on the age of the oldest connection; kai; end of next month",
        "x Rehearse the failover; Maria Santos; 2026-10-01",
    ],
    "etsy": [
        "- Backfill the thumbnails that are missing",
        "- Make the upload queue visible on the deploy dashboard; nell",
        "- Talk to the vendor about their limits",
    ],
    "german": [
        "- Zertifikate 30 Tage vor Ablauf melden; Ada Weiß; 2026-12-15",
        "x Wiederanlauf üben; ben; 2026-11-20",
        "- Kunden über die Ursache informieren; Ada Weiß; 2026-11-06",
        "x Alte Zertifikate löschen (erledigt)",
    ],
    "french": [
        "- Tester la restauration chaque semaine; zoé; 2026-12-01",
        "x Documenter la bascule; Léa Martin; 2026-11-20",
        "- Revoir les seuils d'alerte",
        "- Former l'équipe de nuit",
    ],
    "by-owner": [
        "- Bound the retries of the payment client",
        "- Cap the retries at five",
        "- Drop poisoned messages into a queue of their own; sam; in 2 weeks",
        "- Alert on the age of the oldest message; noor",
    ],
    "fields-below": [
        "- Move the primary database to larger disks; Ben Okri; next Friday; OPS-1234",
        "x Delete logs after 30 days",
        "- Write down how we chose the threshold",
    ],
    "labels": [
        "- Alert when a disk is 80% full; lee; by end of month",
        "- Delete logs after two weeks",
        "- Order larger disks",
    ],
    "rfc-style": ["- Lower the TTL before the next move", "- Move the resolvers closer to the clusters"],
    "emoji": [
        "x Roll back automatically when errors rise",
        "- ⬜ Show the version in the footer; ida",
        "- 🚧 Split the deploy in two steps",
        "x Freeze on Fridays",
        "x [DONE] Tell support who is on call",
        "x Rotate the keys (done in #42)",
        "- Agree on a budget (done when it is written down)",
    ],
    "nothing-to-do": [],
    "template-untouched": [],
    "howto-inside": [
        "- Cache the public keys. To try it out:",
        "- Time out after two seconds",
        "- Show the age of the cache in the dashboard",
    ],
    "minutes": [
        "- ask the vendor for a date; ada; by Friday",
        "- @ben to look at the pool; ben",
        "- agree on the threshold; By next Wednesday",
        "- Keep the old cluster by the week, and drop it by December's freeze",
    ],
    "two-tables": [
        "x Pin the base image; pat; tomorrow",
        "- Build images twice and compare; pat; EOW",
        "- Sign what we build; PLAT-77",
    ],
}


def text_of(name: str) -> str:
    return (OTHERS / f"{name}.md").read_text(encoding="utf-8")


def shown(item: ActionItem) -> str:
    """Whether it is done, its words, and what is said about it: owner, date, ticket."""
    day = item.due_on.isoformat() if isinstance(item.due_on, dt.date) else item.due_words
    told = (part for part in (item.text, item.owner, day, item.reference) if part)
    return f"{'x' if item.is_ticked else '-'} {'; '.join(told)}"

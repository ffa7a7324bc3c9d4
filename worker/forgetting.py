"""Forgetting a person: what the ledger keeps about somebody is removed, and what it cannot remove is named.

The ledger keeps little: who was mentioned on which day (for the daily budget, P9), now and then a tracker's own
sentence about why something failed, which may name an account, and the lessons and what the weekly digest is to tell,
which may name anybody. What stands on the trackers is the trackers': we never delete what people can read (P12), so it
is only said where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rules.news import CaseNews
from rules.policy import People
from worker.ledger import Ledger

#: Takes the place of a problem that named somebody; the next try says it anew, if it is still there.
FORGOTTEN = "a problem whose text named somebody who was forgotten since; trying again tells it anew"

#: Stands in lessons for somebody who was forgotten.
NAMELESS = "somebody"


#: A typing mistake would else look as if somebody were forgotten.
_NOBODY = (
    'Nobody called "{}" stands in the people file, and the ledger knows nobody by it: is it written as it is there, or '
    "as the account is called on the tracker?"
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed, and what was not. `names` are those that were looked for, `lessons` how many of the library
    named them, `news` of how many cases the weekly digest would have, `accounts` how many ids of theirs were known.

    `standing` says where on the trackers we mentioned them, as far as that was still counted; `elsewhere` are
    sentences on what a person has to remove by hand.
    """

    names: tuple[str, ...]
    mentions: int
    problems: int
    lessons: int
    news: int
    standing: tuple[str, ...]
    elsewhere: tuple[str, ...]
    accounts: int = 0

    @property
    def removed_something(self) -> bool:
        return bool(self.mentions or self.problems or self.lessons or self.news or self.accounts)


def forget(ledger: Ledger, people: People, trackers: Iterable[str], person: str) -> Forgotten:
    """Forget somebody, named by an id of the people file, a name in it, or an account. Doing it again is harmless.

    Raises sqlalchemy.exc.SQLAlchemyError.
    """
    ids, words = _known_as(people, trackers, person)
    words = sorted({*words, *ledger.accounts.names_of(words)})
    standing = tuple(dict.fromkeys(f"{row.ticket} ({row.rule})" for row in ledger.effects.mentioning(ids)))
    mentions = ledger.effects.forget_mentions(ids)
    problems = ledger.forget_words(lambda text: _names(text, words), FORGOTTEN)
    lessons = ledger.lessons.reword(lambda text: _without(text, words))
    accounts = ledger.accounts.forget(words)
    news = ledger.digests.reword(lambda text: _news_without(text, words))
    names = tuple(sorted({*ids, *words}))
    forgotten = Forgotten(names, mentions, problems, lessons, news, standing, tuple(_elsewhere(people, ids)), accounts)
    if forgotten.removed_something or any(one in people.people for one in ids):
        return forgotten
    return replace(forgotten, elsewhere=(_NOBODY.format(person), *forgotten.elsewhere))


def _known_as(people: People, trackers: Iterable[str], person: str) -> tuple[list[str], list[str]]:
    """The ids under which mentions are counted, and the words by which a sentence may name them."""
    wanted = person.removeprefix("@").casefold()
    ids, words = {person}, {person.removeprefix("@")}
    for one in people.people.values():
        if wanted in {name.casefold() for name in (one.id, one.name, *one.accounts.values())}:
            ids.add(one.id)
            words |= {one.id, one.name, *one.accounts.values()}
    # Somebody who is in no people file is counted by tracker and account.
    ids |= {f"{tracker}/{word}" for tracker in trackers for word in words}
    return sorted(ids), sorted(words)


def _names(text: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words if word)


def _without(text: str, words: Iterable[str]) -> str:
    """The text with another word for each of these, the longest first: a name may hold an account."""
    for word in sorted(filter(None, words), key=len, reverse=True):
        text = re.sub(rf"(?<!\w)@?{re.escape(word)}(?!\w)", NAMELESS, text, flags=re.IGNORECASE)
    return text


def _news_without(text: str, words: Iterable[str]) -> str:
    return CaseNews.from_text(text).reworded(lambda part: _without(part, words)).to_text()


def _elsewhere(people: People, ids: Iterable[str]) -> Iterable[str]:
    listed = [one for one in ids if one in people.people]
    if listed:
        names = ", ".join(listed)
        yield f"The people file still lists {names}: take them out there, or they are asked and counted again."
    yield (
        "On the trackers stand, and are left alone: tickets assigned to them, what they wrote, and comments and "
        "tickets of ours that name them. Those are yours to edit or delete there."
    )
    yield (
        "A ticket's title and a lesson that name them come back with the next look, and a lesson that was written to a "
        "repository stands there: change them where they stand."
    )

"""Countries and regions by the names that people write, as the library of holidays knows them: `Germany`, `Bayern`.

A policy names both by their codes, which are the same in every language; the names serve for suggesting alone.
"""

from __future__ import annotations

import difflib
import re

import holidays
from holidays.registry import COUNTRIES

from rules.language.problems import closest, in_words

#: A country in a language that the library does not have is near to some other: only slips of the pen are guessed.
_COUNTRY_CUTOFF = 0.85
#: Codes that people know from sports or from cars, and which ISO 3166 has given to no other country.
_SPORTS_CODES = {"GER": "DE", "SUI": "CH", "NED": "NL", "DEN": "DK", "POR": "PT"}


def country_meant(written: str) -> str:
    """The code of two letters for a country's name or another of its codes; nothing where none is near."""
    countries = holidays.list_supported_countries(include_aliases=False)
    codes = {
        name.casefold(): code for names in COUNTRIES.values() for name in names for code in names if code in countries
    }
    plain = re.sub(r"[^a-z]", "", written.casefold())
    if written.upper() in _SPORTS_CODES:
        return _SPORTS_CODES[written.upper()]
    near = difflib.get_close_matches(plain, list(codes), n=1, cutoff=_COUNTRY_CUTOFF) if plain not in codes else [plain]
    return codes[near[0]] if near else ""


def regions_told(country: str, written: str) -> tuple[str, str]:
    """What may stand for a region of a country that has holidays, each code with its name; and the code that was meant,
    or nothing."""
    codes = holidays.list_supported_countries(include_aliases=False)[country]
    named = getattr(holidays, country).get_subdivision_aliases()
    meant = {name: code for code in codes for name in (code, *named.get(code, ()))}
    told = {code: f"{code} ({max(named[code], key=len)})" if named.get(code) else code for code in codes}
    near = meant.get(written) or meant.get(closest(written, meant), "")
    others = [told[code] for code in codes if code != near]
    return in_words([told[near], *others]) if near else in_words(others, written), near

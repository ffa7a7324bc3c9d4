"""First names that are words or things too: alone they say too little to be taken for a person's.

English, as the shipped texts are: what may begin a sentence, months, places, and what engineers speak of. A name that
is missing here is told from a word by other signs (`rules.nameless`). Nothing here is about anybody.
"""

from __future__ import annotations

_WORDS = (
    "Able Ace Amber An Angel Any Archer Art Ash Aurora Basil Bay Bear Berry Bill Blaze Bliss Blue Bond Brand Bright "
    "Brook Bud Case Cash Chance Charity Chase Cherry Chip Clay Cliff Clover Constant Coral Crew Crystal Daisy Dale "
    "Dawn Deal Dean Deck Dot Drew Duke Early Ever Even Faith Fern Field Fisher Flint Fox Frank Gale Gem Gene Ginger "
    "Glen Grace Grant Gray Green Guy Harmony Haven Hazel Heath Herb Holly Honor Hope Hunt Hunter Iris Ivy Jack Jade "
    "Jasmine Jet Jewel Joy Justice Key King Kit Lance Lane Lark Laurel Lily Long Love Lucky Major Mark Mason Mat Max "
    "Mercy Merit Miles Mine Misty Neat Oak Olive Opal Page Pansy Parker Pat Patience Peace Pearl Penny Piper Poppy "
    "Porter Post Price Prince Prudence Queen Rain Ray Red Reed Rich Ridge Rip River Robin Rock Rod Roman Rose Rusty "
    "Sage Sandy Scarlet Scout Set Shade Sky Solo Song Son Spencer Star Sterling Stone Storm Sue Sunny Temple Than Thy "
    "Tiger Trace Trinity True Tucker Tulip Unity Van Ward Warren Will Willow Wolf Worth Young "
    "April August Augustus Autumn December Domingo Friday July June March May Monday Noel Spring Summer Sunday Winter "
)
_THINGS = (
    "Alexa Apollo Argo Athena Atlas Cassandra Claude Cortana Dart Delphi Devin Dylan Echo Elixir Elm Erlang Eureka "
    "Gemini Haskell Helm Hercules Hermes Hudson Hugo Istanbul Java Jenkins Julia Juno Jupiter Kafka Kotlin Loki Luna "
    "Mercury Mimir Minerva Nest Nim Nova Octavia Odin Opus Orion Osiris Pascal Phoenix Prisma Puck Redis Ruby Rust "
    "Sierra Siri Sonar Spark Swift Tempo Thanos Thor Titan Travis Vault Vega Venus Victoria Watson Zeus "
    "Austin Berlin Boston Brooklyn Carolina Charlotte Chelsea China Dakota Dallas Denver Florence Georgia Houston "
    "India Jackson Jordan Lincoln London Madison Milan Montana Orlando Oslo Paris Sydney Virginia Washington"
)
_ALSO_WORDS = frozenset((_WORDS + _THINGS).split())


def is_word_too(first_name: str) -> bool:
    """Whether a first name, with its capital, is the name of a thing or an ordinary word as well."""
    return first_name in _ALSO_WORDS

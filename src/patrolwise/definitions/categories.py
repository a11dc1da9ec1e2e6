"""Which categories open street-level crime data has."""

ANTI_SOCIAL_BEHAVIOUR = "anti-social-behaviour"

# The 14 of data.police.uk since May 2013, as slugs of the names in its files.
OPEN_DATA_CATEGORIES: tuple[str, ...] = (
    ANTI_SOCIAL_BEHAVIOUR,
    "bicycle-theft",
    "burglary",
    "criminal-damage-and-arson",
    "drugs",
    "other-crime",
    "other-theft",
    "possession-of-weapons",
    "public-order",
    "robbery",
    "shoplifting",
    "theft-from-the-person",
    "vehicle-crime",
    "violence-and-sexual-offences",
)

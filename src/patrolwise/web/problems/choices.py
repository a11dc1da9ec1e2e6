"""The words that plans and walks are told in: each value is what a person reads on the page."""

SOURCES = (
    "Police records",
    "Residents and businesses",
    "Partner agency",
    "Walk of the place",
    "Outreach's counts",
    "Officers who patrol there",
    "Other data",
)
SIDES = (
    "Place and who manages it",
    "Victims and who guards them",
    "Offenders and who handles them",
)
ACTION_KINDS = (
    "Enforcement",
    "Environment",
    "Outreach",
    "Licensing",
    "Community",
    "Diversion",
    "Communication",
)
STRENGTHS = (
    "Trials elsewhere",
    "Compared elsewhere",
    "Before and after elsewhere",
    "Said to work",
    "Not known",
)
WEATHERS = ("Dry", "Rain", "Snow or ice", "Fog", "Wind")
WALKERS = (
    "Police officer",
    "Council officer",
    "Warden",
    "Outreach worker",
    "Business",
    "Resident",
    "Young person",
    "Designing-out-crime officer",
)

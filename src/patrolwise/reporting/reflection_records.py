"""What people say of their own programme, and what other parts found: no figure is made here.

What a programme does not say stays empty, and is printed as `NOT_SAID`: a report never fills it.
"""

from dataclasses import dataclass

NOT_SAID = "Not said by the programme"

THEORIES = {
    "deterrence": "Deterrence: people who might offend see that they would be caught.",
    "guardianship": "Guardianship: somebody capable is near, so that a chance is not taken.",
    "support": "Support: people at risk are listened to and get help, so that less leads to crime.",
}

# What every programme of this kind should have watched, whether it says so or not.
USUAL_HARMS = {
    "stop-and-search": "Stop and search: who was searched, and out of proportion to whom",
    "trust": "Trust in the police and in the service",
    "people-moved-on": "People moved on: somebody vulnerable pushed out of sight",
}


@dataclass(frozen=True, kw_only=True)
class HarmWatch:
    """One harm that the programme itself could do, and how it was watched for."""

    what: str  # a key of USUAL_HARMS, or words
    how: str = ""
    found: str = ""

    @property
    def title(self) -> str:
        """The harm in words."""
        return USUAL_HARMS.get(self.what, self.what)


@dataclass(frozen=True, kw_only=True)
class Reflection:
    """What a programme says of itself; every text may be empty."""

    theory: tuple[str, ...] = ()  # keys of THEORIES
    theory_words: str = ""
    mechanisms: tuple[str, ...] = ()  # how it is thought to work, step by step
    moderators: tuple[str, ...] = ()  # for whom, where and when it may work more or less
    implementation: str = ""  # how far it was done as planned
    aim: str = ""
    problem: str = ""
    response: str = ""  # what was done about it
    harms: tuple[HarmWatch, ...] = ()
    changes: tuple[str, ...] = ()  # made together with those who do the work
    voices: tuple[str, ...] = ()  # what people in the hot spots said; nobody named
    referrals: str = ""  # in numbers, small ones left out
    learning: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    organisation: str = ""
    partners: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    contact: str = ""
    ethics: str = ""  # who looked at it, and when
    conflicts: str = ""  # of interest; "None" is an answer, nothing is not


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """What other parts of a study found out, where they ran; None and empty: they did not."""

    is_drawn: bool = False  # drawn by lot
    is_seal_verified: bool = False
    pre_trend_ok: bool | None = None
    synthetic_ok: bool | None = None
    dose_sentence: str = ""  # patrols delivered against what was owed
    cost_sentence: str = ""  # pounds, and for what
    moderator_sentences: tuple[str, ...] = ()  # hours, types of crime: whatever was tested


NOTHING_SAID = Reflection()
NO_FACTS = ReportFacts()

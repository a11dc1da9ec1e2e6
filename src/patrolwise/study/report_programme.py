"""What a programme declares in `[report]`: why it should work, who speaks for it, which harms."""

from patrolwise.reporting.reflection_records import THEORIES, HarmWatch, Reflection

LONGEST = 600  # characters of one text: a report is read, an annex is linked to


def find_reflection_faults(reflection: Reflection) -> list[str]:
    """Return what is wrong in `[report]`, a sentence for each fault; none when nothing is.

    Parameters
    ----------
    reflection : Reflection

    Returns
    -------
    list of str

    Examples
    --------
    >>> find_reflection_faults(Reflection(theory=("magic",)))
    ["report.theory names 'magic'. Known are deterrence, guardianship, support."]
    """
    faults = [
        f"report.theory names {name!r}. Known are {', '.join(THEORIES)}."
        for name in reflection.theory
        if name not in THEORIES
    ]
    if len(set(reflection.theory)) < len(reflection.theory):
        faults.append("report.theory names one twice. Name each once.")
    named = [harm for harm in reflection.harms if harm.what]
    titles = [harm.title.casefold() for harm in named]
    faults += [
        f"report.harms has {harm.what!r} twice. Put what was found into one."
        for number, harm in enumerate(named)
        if harm.title.casefold() in titles[:number]
    ]
    faults += [fault for harm in named for fault in _harm_faults(harm)]
    for name, text in _texts(reflection):
        if len(text) > LONGEST:
            faults.append(
                f"report.{name} has a text of {len(text):,} characters; the most is {LONGEST}. "
                "Shorten it, or say where the rest can be read."
            )
    return faults


def _harm_faults(harm: HarmWatch) -> list[str]:
    if harm.found and not harm.how:
        return [
            f"report.harms: {harm.what!r} says what was found, but not how it was watched for. "
            "Give how."
        ]
    return []


def _texts(reflection: Reflection) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in vars(reflection).items():
        if isinstance(value, str):
            found.append((name, value))
        elif name == "harms":
            found += [(name, text) for harm in value for text in (harm.what, harm.how, harm.found)]
        else:
            found += [(name, text) for text in value]
    return found

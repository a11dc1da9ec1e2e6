"""What a stretch of text names: which crimes, harm, severity, comparison areas, patrols, services.

A text for the public names crimes loosely; each name found here is one that a definition either
bears or does not (`matching.agrees`).
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

# the first that fits is the label: the longer names hold the shorter
_LABELS = (
    ("serious-violence", r"serious(?:ly)? violen(?:ce|t)(?: crimes?| offences)?"),
    ("violence-and-sexual-offences", r"violen(?:ce|t) and sexual offences"),
    ("violence-and-asb", r"violen(?:ce|t crime)s? and (?:anti-?\s?social behaviour|ASB)"),
    ("anti-social-behaviour", r"anti-?\s?social behaviour|\bASB\b"),
    ("knife-enabled", r"knife(?:[- ]enabled)?(?: crimes?| offences)?"),
    ("robbery", r"robber(?:y|ies)(?: offences)?"),
    ("burglary", r"burglar(?:y|ies)"),
    ("theft", r"\bthefts?\b(?! act)|shoplifting"),
    ("neighbourhood-crime", r"neighbourhood crime"),
    ("violence-with-injury", r"violence with(?:out)? injury"),
    ("vehicle-crime", r"vehicle (?:crimes?|offences)|car crime"),
    ("hate-crime", r"hate (?:crimes?|incidents)"),
    ("retail-crime", r"(?:retail|business|rural) crimes?"),
    ("gun-crime", r"gun crimes?|firearms? offences"),
    ("drug-offences", r"drugs? (?:crimes?|offences)"),
    ("domestic-abuse", r"domestic (?:abuse|violence)"),
    ("youth-violence", r"youth violence"),
    ("criminal-damage", r"criminal damage|\barson\b"),
    ("sexual-offences", r"sexual (?:offences|assaults?|violence)|\brapes?\b"),
    ("public-order", r"public order(?: offences)?"),
    ("possession-of-weapons", r"possession of weapons"),
    ("violence", r"violent crimes?|violence|violent offences"),
    (
        "all-crime",
        r"number of crimes|(?:all|total|overall|recorded) (?:recorded )?crimes?"
        r"|crime(?= overall| as a whole)",
    ),
    ("crime", r"crime incidents|\bcrimes?\b(?! (?:prevention|and policing|commissioner|reference"
     r"|number|scene|stoppers))|\boffences\b|\bincidents\b"),
)  # fmt: skip
_TOPICS = {
    "severity": r"severity|seriousness|less serious|severe\b|(?:harm|points|days) per crime"
    r"|average harm|per crime",
    "harm": r"\bharm\b|\bharmful\b",
    "comparison": r"comparison|elsewhere|other (?:areas|places|parts)|rest of|similar (?:areas"
    r"|places)|similar streets",
    "wider": r"\bnational(?:ly)?\b|(?:across|throughout|in) (?:the )?(?:whole )?"
    r"(?:county|force|country|region|England|UK|Wales|nation)\b|force-?wide|county-?wide|citywide",
    "expected": r"\bexpected?\b",
    "estimate": r"\bratio\b|interval",
    "part": r"\bwithout\b(?! patrols?)|\bother than\b|\bexcluding\b|\bexcept\b",
    "patrols": r"\bpatrol(?:s|led|ling)?\b|visits?\b|presence|\bminutes\b|\bhours\b",
    "days": r"\b(?:hot spot-)?days? (?:when|on which|with|without|that)\b|patrol(?:led)? days"
    r"|on-days|off-days|days of patrol|drawn for patrol|on duty\b|when (?:\w+ ){1,3}"
    r"(?:was|were) (?:there|out|present|on patrol)",
    "days met": r"\bmet\b|\brule\b|\bshort\b|\bowed\b|\bunclear\b|as (?:planned|agreed)|target",
    "cost": r"\bcosts?\b|\bpaid\b|\bspen[td]\b|£|\bpounds\b|cheaper|dearer|expensive",
    "meetings": r"\bmet\b|\bmeetings?\b|together|same time|at once",
    "abstractions": r"abstract|called away|left (?:the|for)|taken away",
}
_THINGS = ("severity", "harm", "comparison", "patrols", "cost")
_IN_COMPARISON = re.compile(
    r"\bin (?:the )?(?:comparison|other|similar) (?:areas|places|streets)|elsewhere", re.IGNORECASE
)
_TO_SERVICE = (
    r"\s*(?:(?!(?:and|than|against|to|beside)\b)[\w-]+\s+){0,4}?(?:by|of|for|from)\s+(?:the\s+)?"
)
_DEARER = re.compile(r"\s*(?:(?:more|less)\s+)?(?:cheaper|dearer|expensive)\b", re.IGNORECASE)
_AHEAD = r"\s*(?:(?:fewer|more|less|in|of|the|recorded|reported)\s+){0,2}"
_CLAUSE = re.compile(
    r"[;:](?=\s)|,\s+(?:while|whereas|although|though|but)\b|\b(?:while|whereas|although)\b"
    r"|,?\s+and\s+(?=[\w' -]{1,60}?\b(?:fell|rose|dropped|increased|decreased|declined|went|stayed"
    r"|did|is|are|was|were|halved|doubled)\b)"
)


def find_label(text: str) -> str:
    """Return which crimes a text names.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The first part of a definition's id, or "violence", "violence-and-asb", "crime"; empty
        when no crimes are named.

    Examples
    --------
    >>> find_label("Serious violent crime fell"), find_label("ASB fell"), find_label("Rain fell")
    ('serious-violence', 'anti-social-behaviour', '')
    """
    return next((name for name, form in _LABELS if re.search(form, text, re.IGNORECASE)), "")


def find_topics(text: str) -> frozenset[str]:
    """Return what else than crimes a text names, by topic.

    Parameters
    ----------
    text : str

    Returns
    -------
    frozenset of str

    Examples
    --------
    >>> sorted(find_topics("Harm per crime rose in the comparison areas"))
    ['comparison', 'harm', 'severity']
    """
    found = {topic for topic, form in _TOPICS.items() if re.search(form, text, re.IGNORECASE)}
    return frozenset(found)


def find_clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the clause that a stretch of a sentence stands in.

    Parameters
    ----------
    text : str
    start, end : int
        Characters, the end not included.

    Returns
    -------
    (int, int)
        Characters, the end not included.

    Examples
    --------
    >>> text = "Violence fell by 3 %, while robbery rose by 9 %."
    >>> text[slice(*find_clause(text, 40, 43))]
    ' robbery rose by 9 %.'
    """
    breaks = [(m.start(), m.end()) for m in _CLAUSE.finditer(text)]
    begins = max((stop for _, stop in breaks if stop <= start), default=0)
    ends = min((first for first, _ in breaks if first >= end), default=len(text))
    return begins, ends


def find_nearest_label(text: str, start: int, end: int) -> str:
    """Return the name of crimes right behind a stretch of text, else the last before it.

    Parameters
    ----------
    text : str
    start, end : int
        Of a number, in characters.

    Returns
    -------
    str
        As `find_label`. "Fewer crimes" behind a number is no name where one stands before it.
        Where none is before, the first behind.
    """
    behind = next(
        (
            name
            for name, form in _LABELS
            if re.match(rf"{_AHEAD}(?:{form})", text[end:], re.IGNORECASE)
        ),
        "",
    )
    found = [(m_end, -order, name) for m_end, order, name in _find_labels(text[:start])]
    last = max(found)[2] if found else ""
    if last == "crime":  # "anti-social behaviour fell from 183 incidents to 155"
        begins, _ = find_clause(text, start, end)
        last = max((one for one in found if one[0] > begins and one[2] != last), default=(last,))[
            -1
        ]
    if behind and (behind != "crime" or last in ("", "crime", "all-crime")):
        return behind
    return last or behind or find_label(text[find_clause(text, start, end)[0] :])


def find_subject(text: str, start: int, end: int) -> str:
    """Return what a number is of, when that is no crime: the nearest before it in its clause.

    Parameters
    ----------
    text : str
    start, end : int
        Of a number, in characters.

    Returns
    -------
    str
        "severity", "harm", "comparison", "patrols", "cost", or empty for crimes or nothing.

    Examples
    --------
    >>> find_subject("Patrols rose by 47 %, and crime fell by 3 %", 16, 20)
    'patrols'
    >>> find_subject("After more patrols crime fell by 3 %", 33, 36)
    ''
    """
    if _DEARER.match(text[end:]):
        return "cost"
    begins, ends = find_clause(text, start, end)
    if _IN_COMPARISON.search(text[begins:ends]):
        return "comparison"
    ahead = text[begins:start]
    found = [(m_end, order, "") for m_end, order, _ in _find_labels(ahead)]
    found += [
        (match.end(), 100 - order, topic)
        for order, topic in enumerate(_THINGS)
        for match in re.finditer(_TOPICS[topic], ahead, re.IGNORECASE)
    ]
    return max(found)[2] if found else ""


def find_service(text: str, number: tuple[int, int], services: Sequence[str]) -> str:
    """Return whose patrols a number is of: named right behind it, else the last before it.

    Parameters
    ----------
    text : str
    number : (int, int)
        Where it stands.
    services : sequence of str
        Their names in the results.

    Returns
    -------
    str
        Empty when none is named.

    Examples
    --------
    >>> find_service("Outreach cost £1 a minute and police £2.", (14, 25), ["police", "outreach"])
    'outreach'
    >>> find_service("6,800 hours by police and partners", (0, 11), ["police", "outreach"])
    'police'
    """
    start, end = number
    named = [(one, _service_form(one)) for one in sorted(services, key=len, reverse=True)]
    for one, form in named:
        if re.match(rf"{_TO_SERVICE}(?:{form})\b", text[end:], re.IGNORECASE):
            return one
    before = [
        (match.end(), len(one), one)
        for one, form in named
        for match in re.finditer(rf"\b(?:{form})\b", text[:start], re.IGNORECASE)
    ]
    if before:
        return max(before)[2]
    after = [
        (match.start(), -len(one), one)
        for one, form in named
        for match in re.finditer(rf"\b(?:{form})\b", text[end:], re.IGNORECASE)
    ]
    return min(after)[2] if after else ""


@cache
def _service_form(service: str) -> str:
    return r"[\s-]".join(re.escape(part) for part in re.split(r"[\s_-]+", service))


def _find_labels(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each name of crimes ends, its place in the list, and the name."""
    for order, (name, form) in enumerate(_LABELS):
        for match in re.finditer(form, text, re.IGNORECASE):
            yield match.end(), order, name

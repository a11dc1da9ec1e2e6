"""Which digits of a text are no figures: telephones, postcodes, ages, references, addresses."""

import re
from collections.abc import Iterator

_NUMBER = r"\d{1,3}"
_COUNTED = r"(?:\d[\d,.]*|[a-z]+)"
_FORMS = (
    # mail, web and social addresses
    r"\S+@\S+|(?:https?://|www\.)\S+|[@#]\w+",
    # telephones: 0116 222 2222, +44 (0)116..., 101, 999, 0800 555 111
    r"(?<![\w.,£])(?:\+\d{1,3}\s?(?:\(0\)\s?)?|\(?0)\d[\d\s()-]{6,13}\d(?![\w%])",
    r"\b(?:call(?:ed|ing)?|dial(?:led|ling)?|ring(?:ing)?|rang|phon(?:e|ed|ing)|text(?:ing)?"
    r"|telephone|tel|calls? to|via|on|or|hotline|helpline)[:.]?\s+(?:us\s+)?(?:on\s+)?"
    r"(?:101|111|112|119|999|18000|55111)\b"
    r"(?!\s+(?:\w+\s)?(?:crimes?|days?|hours?|offences|visits|incidents|times|occasions)\b)",
    r"\b0800\s?\d{3}\s?\d{3,4}\b|\b61016\b",
    # postcodes: LE1 5WW
    r"\b(?-i:[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})\b",
    # ages: aged 17, 17-year-old, 11 to 16 year olds, under-18s
    rf"\b(?:aged?|ages)\s+(?:of\s+|between\s+|from\s+)?{_NUMBER}"
    rf"(?:\s*(?:-|–|to|and|or)\s*{_NUMBER})?(?!\w|%|,\d)",
    rf"(?<![\w.,]){_COUNTED}(?:\s*(?:-|–|to|and)\s*{_NUMBER})?[\s-]years?[\s-]olds?\b",
    rf"\b(?:under|over)[\s-]{_NUMBER}s\b|(?<=[a-z],\s)\d\d(?=,\s)",
    # references: PC 1234, crime number 22*1234, incident 345 of 4 May, Section 60, Operation 9
    r"\b(?:PC|PS|PCSO|DC|DS|Insp|officer|badge|collar)\s(?:number\s)?\d{1,6}\b",
    r"\b(?:crime|incident|reference|ref|log|case|charity|registration|licence)"
    r"(?:\s(?:reference|number|no|ref))*[.:]?\s(?:number\s|no\.?\s)?(?=\S*\d)[\w*/-]+",
    r"\b(?:sections?|article|schedule|chapter|clause|paragraph|page|figure|table|chart|appendix"
    r"|annex|grade|band|tier|phase|stage|operation|op|version|no\.)\s\d{1,3}[A-Za-z]?\b"
    r"|\b\d+\*\d+\b|\b(?-i:Year)\s\d{1,2}\b",
    r"\b(?:part|note|step|item|level|unit|zone|ward|sector|beat|cell|area|hot\s?spot|spot|priority"
    r"|number)\s\d{1,3}\b(?!\s*%|\s+per\s?cent|,\d|\s+to\s+\d|\s+(?:[a-z]+\s)?[a-z]+s\b)",
    # street addresses and roads
    r"\b\d{1,4}[A-Za-z]?\s(?:[A-Z][\w'’]+\s){1,3}(?:Street|Road|Lane|Avenue|Way|Square|Place|Gate"
    r"|Court|House|Drive|Close|Terrace|Row|Walk|Hill|Park)\b",
    # rates
    r"\bper\s(?:1,000|10,000|100,000|thousand|million)\b",
    # always open; ordinals; footnote marks; speeds
    r"\b24/7\b|\b(?:24|twenty-four)[\s-]hours?[\s-]a[\s-]day\b|\b(?:7|seven)\sdays?\sa\sweek\b",
    r"\b\d{1,2}(?:st|nd|rd|th)\b|\[\d{1,3}\]|\b\d{2}\s?mph\b",
    # hours of a day: from 6 to 8pm, between 10 and 11am
    r"\b\d{1,2}(?:[.:]\d\d)?\s?(?:-|–|to|and|until)\s?(?=~|\d{1,2}(?:[.:]\d\d)?\s?[ap]m\b)",
)
_ASIDE = re.compile("|".join(f"(?:{form})" for form in _FORMS), re.IGNORECASE)


def find_asides(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text whose digits count nothing.

    Parameters
    ----------
    text : str

    Yields
    ------
    (int, int)
        Characters, the end not included.

    Examples
    --------
    >>> text = "A 17-year-old called 101 about 12 crimes near LE1 5WW."
    >>> [text[start:end] for start, end in find_asides(text)]
    ['17-year-old', 'called 101', 'LE1 5WW']
    """
    for match in _ASIDE.finditer(text):
        yield match.span()

"""What a picture looks like on a photocopy: colours as grey, and how far greys are apart."""

import re

NAMED = {"white": "#ffffff", "black": "#000000"}
TEXT, MARK = 4.5, 3.0  # least contrast of text, and of marks: WCAG 2.1, 1.4.3 and 1.4.11
_TAG = re.compile(r"<(\w+)((?:\s[^<>]*)?)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def luminance_of(colour):
    """Relative luminance, 0 to 1 (WCAG 2.1): what a photocopier keeps of a colour."""
    digits = NAMED.get(colour, colour).removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """How far two colours are apart as greys: 1 for the same, 21 for black on white."""
    dark, light = sorted((luminance_of(one), luminance_of(other)))
    return (light + 0.05) / (dark + 0.05)


def is_colour(value):
    return value is not None and (value.startswith("#") or value in NAMED)


def elements_of(svg):
    """(tag, attributes) of everything drawn, words and titles apart."""
    return [(tag, dict(_ATTRIBUTE.findall(inside))) for tag, inside in _TAG.findall(svg)]


def colours_of(svg, tags, attribute):
    """The colours that an attribute has on these tags."""
    found = {given.get(attribute) for tag, given in elements_of(svg) if tag in tags}
    return {colour for colour in found if is_colour(colour)}

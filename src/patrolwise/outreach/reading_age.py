"""How old a reader must be to follow a text with ease: a formula, which is no reader.

Privacy notices and consent pages are held to a stated reading age by it. It sees lengths of words
and sentences only; ask young people too.
"""

import re

from patrolwise.errors import InputError

AGE_OVER_GRADE = 5  # a pupil of grade 1 of the United States is six
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n\s*\n|\n\s*(?=[-*•])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,:]\d+)*")
_VOWELS = re.compile(r"[aeiouyàâäáãåæèéêëìíîïòóôöõøùúûü]+")
_SILENT_END = re.compile(
    r"(?<=[^aeiouy])e$"  # like, but not be, which has no other vowel
    r"|(?<=[^aeiouydt])ed$"  # asked, but not wanted
    r"|(?<=[^aeiouyscgxz])(?<!ch)(?<!sh)es$"  # makes, but not misses
    r"|e(?=(?:ly|ment|ments|ful|less|ness)$)"  # safely
)
_NOT_SILENT = re.compile(r"[^aeiouylr]l(?:e|es|ed)$")  # the last of little, which is a syllable
# two vowels in a row that are said apart, and those that look so and are not
_APART = re.compile(
    r"(?<![tcsl])ia|(?<=[tcs])ia(?=t[eio])|(?<=l)ia(?!ns?$|r)"  # guardian, initiate, reliable
    r"|(?<![gstcnl])io(?!u)|(?<=[rv])ious|(?<=[rdx])iet|(?<=cl)ie|ience"  # radio, various, anxiety
    r"|iu|eo(?!us|ple)|eum|(?<![gq])u[ae](?=[lrtn])|uou"  # stadium, video, museum, actual
    r"|yi|[aeo]ing|(?<=cr)ea(?=t[eio])|(?<=r)ea(?=li|ct)|thea|isms?$"  # trying, creative, theatre
)
_SYLLABLES = {
    "area": 3,
    "areas": 3,
    "being": 2,
    "business": 2,
    "diet": 2,
    "evening": 2,
    "evenings": 2,
    "every": 2,
    "everyone": 3,
    "everything": 3,
    "idea": 3,
    "ideas": 3,
    "poem": 2,
    "quiet": 2,
    "safety": 2,
    "society": 4,
    "something": 2,
    "sometimes": 2,
    "somebody": 3,
    "someone": 2,
    "whereabouts": 3,
}


def count_syllables(word: str) -> int:
    """Return about how many syllables an English word has, at least one.

    Runs of vowels are counted, less those that are silent at the end, more those that are said
    apart. A short list holds common words for which that is wrong. Each digit is a syllable.

    Parameters
    ----------
    word : str
        One word, hyphens and all.

    Returns
    -------
    int
        Right for about 19 words of 20, as the tests hold it.

    Examples
    --------
    >>> [count_syllables(word) for word in ("made", "asked", "wanted", "little", "platypus")]
    [1, 1, 2, 2, 3]
    """
    if digits := sum(letter.isdigit() for letter in word):
        return digits
    parts = [part for part in re.split(r"[-'’]", word.lower()) if part]
    counts = [_count_part(part) for part in parts if _VOWELS.search(part)]
    return max(sum(counts), 1)


def find_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text: years of school in the United States.

    Parameters
    ----------
    text : str
        English. An empty line, or a new item of a list, ends a sentence too.

    Returns
    -------
    float
        0.39 × words a sentence + 11.8 × syllables a word − 15.59. Below zero for very plain texts.

    Raises
    ------
    InputError
        The text has no word.

    References
    ----------
    Kincaid, Fishburne, Rogers and Chissom (1975), Derivation of New Readability Formulas for Navy
    Enlisted Personnel, Research Branch Report 8-75, Chief of Naval Technical Training.

    Examples
    --------
    >>> round(find_grade("The cat sat on the mat."), 2)
    -1.45
    """
    sentences = [words for part in _SENTENCE_END.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        raise InputError(
            "The text has no word, so it has no reading age. Give one with a sentence."
        )
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def reading_age(text: str) -> float:
    """Return the age in years from which a text is read with ease: its grade plus five.

    Parameters
    ----------
    text : str

    Returns
    -------
    float
        Years. Not below five, at which school begins.

    Raises
    ------
    InputError
        The text has no word.

    Examples
    --------
    >>> reading_age("We keep your name safe. You can ask us to stop.")
    5.0
    """
    return max(find_grade(text), 0.0) + AGE_OVER_GRADE


def _count_part(part: str) -> int:
    if part in _SYLLABLES:
        return _SYLLABLES[part]
    kept = part if _NOT_SILENT.search(part) else _SILENT_END.sub("", part)
    if not _VOWELS.search(kept):
        kept = part  # the, be: its only vowel is said
    return len(_VOWELS.findall(kept)) + len(_APART.findall(part))

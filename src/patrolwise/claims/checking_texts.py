"""Whether texts are borne out by a results file: every number, and every known trap."""

from collections.abc import Mapping
from typing import Any

from patrolwise.claims.claim_records import ClaimReport
from patrolwise.claims.figures import read_facts
from patrolwise.claims.finding_claims import find_claims, find_sentences
from patrolwise.claims.judging import judge_claim
from patrolwise.claims.traps import find_traps


def check_texts(
    texts: Mapping[str, str], document: Mapping[str, Any], results: str = "results.json"
) -> ClaimReport:
    """Return the verdict on each number of the texts, and the traps in them.

    Parameters
    ----------
    texts : mapping of file name to text
        Plain or Markdown.
    document : mapping
        results.json, as JSON gives it.
    results : str
        Name of that file.

    Returns
    -------
    ClaimReport

    Raises
    ------
    InputError
        The document is no results document.
    """
    facts = read_facts(document)
    sentences = [
        sentence for name, text in texts.items() for sentence in find_sentences(text, name)
    ]
    claims = [claim for sentence in sentences for claim in find_claims(sentence)]
    return ClaimReport(
        results=results,
        files=tuple(texts),
        claims=tuple(judge_claim(claim, facts) for claim in claims),
        traps=find_traps(sentences, facts),
    )

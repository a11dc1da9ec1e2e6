"""Whether texts are borne out by results: every number, every "fell", every known trap."""

from collections.abc import Mapping

from patrolwise.claims.claim_records import ClaimReport
from patrolwise.claims.figures import ResultsFacts
from patrolwise.claims.finding_claims import split_passages
from patrolwise.claims.judging import judge_sentence
from patrolwise.claims.passages import Passage
from patrolwise.claims.traps import find_traps


def check_texts(texts: Mapping[str, tuple[Passage, ...]], facts: ResultsFacts) -> ClaimReport:
    """Return the verdict on each number of the texts, and the traps in them.

    Parameters
    ----------
    texts : mapping of file name to passages
        As `find_passages` gives them of plain text and Markdown, `read_office_text` of others.
    facts : ResultsFacts
        What the texts are held against.

    Returns
    -------
    ClaimReport
    """
    sentences = [
        sentence for name, passages in texts.items() for sentence in split_passages(passages, name)
    ]
    return ClaimReport(
        results=facts.read,
        files=tuple(texts),
        claims=tuple(one for sentence in sentences for one in judge_sentence(sentence, facts)),
        traps=find_traps(sentences, facts),
    )

"""A results document that the claims of the tests are held against."""

import copy
import json
from pathlib import Path

import pytest

from patrolwise.claims.checking_texts import check_texts
from patrolwise.claims.passages import find_passages
from patrolwise.claims.reading_facts import read_facts

RESULTS = Path(__file__).parents[2] / "published" / "claims" / "results.json"


@pytest.fixture(scope="session")
def written():
    return json.loads(RESULTS.read_text(encoding="utf-8"))


@pytest.fixture
def document(written):
    """Return a copy that a test may change."""
    return copy.deepcopy(written)


@pytest.fixture(scope="session")
def facts(written):
    return read_facts({"results.json": written})


@pytest.fixture
def check(document):
    """Return the claims of a text by number, with the traps; of the document as it is by then."""

    def call(*texts):
        passages = {f"{n}.txt": find_passages(text) for n, text in enumerate(texts)}
        return check_texts(passages, read_facts({"results.json": document}))

    return call

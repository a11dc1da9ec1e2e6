"""What a fuzz run found is kept, and every reader keeps its promise on it."""

import runpy
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FUZZ = runpy.run_path(str(HERE / "fuzz_readers.py"))
READERS = FUZZ["find_readers"]()


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_reader_keeps_its_promise_on_its_samples_and_on_all_that_fuzzing_kept(name):
    read, samples = READERS[name]
    with zipfile.ZipFile(HERE / "corpus" / f"{name}.zip") as corpus:
        kept = [corpus.read(member) for member in corpus.namelist()]
    assert len(kept) > 50
    assert samples
    for data in [*samples, *kept]:
        FUZZ["promise"](read, data)


def test_the_promise_can_be_broken():
    def breaks(_stream, _tally):
        raise KeyError("lat")
        yield

    def loses_a_point(_stream, tally):
        tally.points += 1
        yield from ()

    for reader in (breaks, loses_a_point):
        with pytest.raises((KeyError, AssertionError)):
            FUZZ["promise"](reader, b"anything")

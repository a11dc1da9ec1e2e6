"""Fuzz one reader of tracker files, guided by coverage: needs `pip install atheris`.

    python tests/fuzz/fuzz_readers.py gpx tests/fuzz/corpus/gpx -max_total_time=600

The first folder takes what was found; `-merge=1 SMALL FOUND` keeps one input for each new path.
What a reader promises is in `promise` below; `test_corpus.py` beside it holds it on what was kept.
"""

import io
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

TARGETS = Path(__file__).parent


def find_readers() -> dict[str, tuple[Callable, list[bytes]]]:
    """Return each reader by name, with the made-up samples that a run starts from."""
    from patrolwise.files.fit_fixes import read_fit
    from patrolwise.files.nmea_fixes import read_nmea
    from patrolwise.files.plt_fixes import read_plt
    from patrolwise.files.taip_fixes import read_taip

    xml = runpy.run_path(str(TARGETS / "xml_targets.py"))["TARGETS"]
    json = runpy.run_path(str(TARGETS / "json_targets.py"))
    sentences = runpy.run_path(str(TARGETS / "sentence_targets.py"))["SAMPLES"]
    plain = {"nmea": read_nmea, "taip": read_taip, "fit": read_fit, "plt": read_plt}
    return (
        {name: (target.read, target.samples) for name, target in xml.items()}
        | {name: (read, json["SAMPLES"][name]) for name, read in json["READERS"].items()}
        | {name: (read, sentences[name]) for name, read in plain.items()}
    )


def promise(read: Callable, data: bytes) -> None:
    """Raise unless the reader keeps its promise on these bytes.

    Only NotThisFormatError may come out; every point is yielded or counted as dropped; and what
    is yielded can be made into a table of fixes.
    """
    from patrolwise.files.fix_frames import frame_raw_fixes
    from patrolwise.files.fix_parts import FixTally, NotThisFormatError

    tally = FixTally("fuzzed")
    fixes = []
    try:
        for fix in read(io.BytesIO(data), tally):
            fixes.append(fix)  # noqa: PERF402 - those before a refusal count
    except NotThisFormatError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert refusal.endswith("."), refusal
        return
    assert tally.points == len(fixes) + tally.dropped.total()
    frames = frame_raw_fixes(iter(fixes))
    assert sum(frame.height for frame in frames) == len(fixes)


def main() -> None:
    """Run atheris on the reader named first; the other arguments are libFuzzer's."""
    import atheris

    with atheris.instrument_imports(include=["patrolwise.files"]):
        readers = find_readers()
    read, samples = readers[sys.argv[1]]
    corpus = Path(next(word for word in sys.argv[2:] if not word.startswith("-")))
    corpus.mkdir(parents=True, exist_ok=True)
    if "-merge=1" not in sys.argv:
        for number, sample in enumerate(samples):
            (corpus / f"sample-{number}").write_bytes(sample)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], lambda data: promise(read, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()

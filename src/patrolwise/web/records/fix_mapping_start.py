"""What the form of a tracker's table begins with: its own mapping, a saved one, or a guess."""

from pathlib import PurePosixPath
from typing import Any

from patrolwise.files.fix_mapping import SEXAGESIMAL, FixMapping
from patrolwise.web.records.fix_examples import LOCAL
from patrolwise.web.records.fix_hints import (
    DECIMAL,
    FORMS,
    METRES,
    guess_fix_columns,
    list_fitting_forms,
    says_zone,
)
from patrolwise.web.records.fix_mapping_form import OTHER, VALID_WORDS
from patrolwise.web.records.fix_tables import find_usable
from patrolwise.web.records.fix_trying import parse_fix_mapping
from patrolwise.web.records.models import SavedMapping, Upload
from patrolwise.web.records.samples import Sample

_PLAIN = {"accuracy_unit": "m", "accuracy_share": "0.68", "valid_words": VALID_WORDS}


def begin_fix_mapping(upload: Upload, sample: Sample, saved: SavedMapping | None) -> dict[str, Any]:
    """Return what the form shows at first.

    Parameters
    ----------
    upload : Upload
        Its own mapping is taken, when it has one.
    sample : Sample
    saved : SavedMapping or None
        One that was asked for.

    Returns
    -------
    dict
    """
    start: dict[str, Any] = {**_PLAIN, **vars(sample.form)}
    if saved is None and not upload.mapping:
        saved = next(iter(find_usable(list(sample.columns))), None)
    text = saved.text if saved else upload.mapping
    if not text:
        return {**start, **_guess(sample), "name": PurePosixPath(upload.name).stem[:80]}
    told = _show(parse_fix_mapping(text), sample)
    return {**start, **told, "name": saved.name if saved else upload.mapping_name}


def _guess(sample: Sample) -> dict[str, Any]:
    guess = guess_fix_columns(sample.rows)
    times = [guess.columns[key] for key in ("time", "clock") if key in guess.columns]
    fitting = list_fitting_forms(sample.rows, times)
    form = fitting[0] if fitting else OTHER
    return {
        **{f"column_{key}": name for key, name in guess.columns.items()},
        "time_format": form,
        "zone": "" if fitting and says_zone(sample.rows, times, form) else LOCAL,
        "place": guess.place,
        "decimal": guess.decimal,
        "speed_unit": guess.speed_unit,
    }


def _show(mapping: FixMapping, sample: Sample) -> dict[str, Any]:
    columns = {key: sources[0] for key, sources in mapping.columns.items()}
    if len(mapping.columns["time"]) > 1:
        columns["clock"] = mapping.columns["time"][1]
    fitting = list_fitting_forms(sample.rows, mapping.columns["time"])
    form = mapping.time_format
    is_listed = form in FORMS and form in fitting
    place = METRES if mapping.is_metric else DECIMAL
    return {
        **{f"column_{key}": name for key, name in columns.items()},
        "device": mapping.device,
        "time_format": form if is_listed else OTHER,
        "other_format": "" if is_listed else form,
        "zone": mapping.zone,
        "place": SEXAGESIMAL if mapping.degrees == SEXAGESIMAL else place,
        "decimal": mapping.decimal,
        "speed_unit": mapping.speed_unit,
        "accuracy_unit": mapping.accuracy_unit,
        "accuracy_share": f"{mapping.accuracy_share:g}",
        "valid_words": ", ".join(mapping.valid_words),
        "encoding": mapping.encoding,
        "separator": mapping.separator,
        "sheet": mapping.sheet,
    }

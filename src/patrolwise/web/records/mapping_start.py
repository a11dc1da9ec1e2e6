"""What the mapping form begins with: the last mapping that fits, else what names suggest."""

from typing import Any

from patrolwise.web.records.mapping_making import guess_columns, parse_mapping
from patrolwise.web.records.models import Upload
from patrolwise.web.records.queries import find_last_mapping
from patrolwise.web.records.samples import Sample, TextForm, take_sample
from patrolwise.web.records.stored_files import named_as_sent, sample_of


def sample_upload(upload: Upload, form: TextForm | None = None) -> Sample:
    """Return the first rows of an upload that waits for its mapping.

    Parameters
    ----------
    upload : Upload
    form : TextForm, optional

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        It is no table.
    """
    with named_as_sent(upload.stored, upload.name) as path:
        return take_sample(path, form, kept=sample_of(upload.stored))


def begin_mapping(upload: Upload, sample: Sample) -> dict[str, Any]:
    """Return what the form shows at first.

    Parameters
    ----------
    upload : Upload
        Its own mapping is taken, when it has one.
    sample : Sample

    Returns
    -------
    dict
    """
    start: dict[str, Any] = {"crs": 27700, **vars(sample.form)}
    text = upload.mapping or find_last_mapping(sample.columns)
    if not text:
        guessed = guess_columns(list(sample.columns))
        values = sample.columns.get(guessed.get("x", ""), [])
        if values and all(len(v.lstrip("-").split(".")[0]) <= 2 for v in values):
            start["crs"] = 4326
        return {**start, **{f"column_{key}": name for key, name in guessed.items()}}
    mapping = parse_mapping(text)
    for target, sources in mapping.columns.items():
        start[f"column_{target}"] = sources[0]
        if len(sources) > 1:
            start[f"column_{target}_clock"] = sources[1]
    return {
        **start,
        "crs": mapping.crs,
        "zone": mapping.zone,
        "time_format": mapping.time_format,
        "other_format": mapping.time_format,
        "force_name": mapping.force,
        "encoding": mapping.encoding,
        "separator": mapping.separator,
        "sheet": mapping.sheet,
    }

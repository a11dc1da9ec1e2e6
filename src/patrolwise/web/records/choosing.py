"""How hot spots are chosen for the site: the library's rule, on kept crimes and areas."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.files.areas import write_areas
from patrolwise.hot_spots import HotSpotSet
from patrolwise.study.programme import SpotSelection
from patrolwise.study.spots import choose_spots
from patrolwise.times import Window
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.stored_files import find_stored

_SEED = 20_261_128  # the same rule and crimes choose the same places


def choose_for(rule: dict[str, Any], crimes: pl.DataFrame) -> HotSpotSet:
    """Return hot spots by a rule as the form gives it.

    Parameters
    ----------
    rule : dict
        set_id, first, last (ISO days), definition, count, size_m, apart_m, area (id of a kept
        upload of areas), reason (why cells are small, if they are).
    crimes : (n, 16) CRIMES

    Returns
    -------
    HotSpotSet

    Raises
    ------
    InputError, RefusedError
        The study area is gone, no crimes are kept, or as the library's `choose_spots`.
    """
    area = Upload.objects.filter(pk=rule["area"], kind=Kind.AREAS, state=State.KEPT).first()
    faults = [] if area else ["The study area was undone meanwhile. Choose another."]
    if crimes.is_empty():
        faults.append("No crimes are kept. Upload and keep crimes first.")
    check_faults("Choosing hot spots", faults, InputError)
    assert area is not None
    with tempfile.TemporaryDirectory() as folder:
        outline = Path(folder) / "study-area.geojson"
        write_areas(outline, pl.read_parquet(find_stored(area.table)))
        selection = SpotSelection(
            window=Window(
                "selection", date.fromisoformat(rule["first"]), date.fromisoformat(rule["last"])
            ),
            definition=rule["definition"],
            study_area=outline,
            count=rule["count"],
            size_m=rule["size_m"],
            apart_m=rule["apart_m"],
            small_areas_reason=rule["reason"],
        )
        rng = np.random.default_rng(_SEED)
        return choose_spots(crimes, selection, rule["set_id"], rng).spots

"""How the parts of a programme file that name its data are read: crimes, places, harm."""

from patrolwise.definitions import find_definition
from patrolwise.errors import InputError
from patrolwise.places import GridShape
from patrolwise.study.programme import (
    Comparison,
    CrimeSource,
    HarmSource,
    SpotSelection,
    SpotSource,
)
from patrolwise.study.toml_reader import TomlReader
from patrolwise.times import Window

SHIPPED_WEIGHTS = "guideline-starting-points"
_METHODS = ("shrunken", "count")


def read_definitions(names: tuple[str, ...], where: str, faults: list[str]) -> tuple[str, ...]:
    """Return the keys of definitions, each once.

    Parameters
    ----------
    names : tuple of str
        id, or id@version.
    where : str
        Where in the file they stand.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    tuple of str
        id@version; those that are not known are left out.
    """
    keys = []
    for name in names:
        try:
            keys.append(find_definition(name).key)
        except InputError as error:
            faults.append(f"{where}: {error}")
    return tuple(dict.fromkeys(keys))


def read_crime_source(top: TomlReader) -> CrimeSource:
    """Return where the crimes are.

    Parameters
    ----------
    top : TomlReader
        The whole file.

    Returns
    -------
    CrimeSource
    """
    table = top.table("crimes")
    files = tuple(table.existing("files", text) for text in table.texts("files", needed=True))
    source = CrimeSource(
        files=files, mapping=table.path("mapping"), force_area=table.path("force_area")
    )
    table.finish()
    return source


def read_hot_spots(top: TomlReader, faults: list[str]) -> SpotSource | None:
    """Return the hot spots, or the rule to choose them.

    Parameters
    ----------
    top : TomlReader
        The whole file.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    SpotSource or None
        None when anything in the file was wrong so far.
    """
    table = top.table("hot_spots")
    set_id, file = table.text("id", "hot-spots"), table.path("file")
    expected = table.whole("expected", 0) or None
    chosen_on = table.window("chosen_on") if table.has("chosen_on") else None
    method, named = table.text("method", ""), table.text("definition", "")
    definition = read_definitions((named,), "hot_spots.definition", faults) if named else ("",)
    select = _selection(table.table("select"), faults) if table.has("select") else None
    table.finish()
    if table.has("file") == table.has("select"):
        faults.append("hot_spots needs either file or [hot_spots.select], and not both.")
    if faults:
        return None
    return SpotSource(
        id=set_id,
        file=file,
        expected=expected,
        chosen_on=chosen_on,
        definition=definition[0],
        method=method,
        select=select,
    )


def _selection(table: TomlReader, faults: list[str]) -> SpotSelection | None:
    window = table.window("window")
    named = table.text("definition")
    definition = read_definitions((named,) if named else (), "hot_spots.select.definition", faults)
    study_area = table.path("study_area", needed=True)
    shape, method = table.text("shape", "square"), table.text("method", "shrunken")
    if shape not in list(GridShape):
        faults.append(f"hot_spots.select.shape is {shape!r}. Give {', '.join(GridShape)}.")
    if method not in _METHODS:
        faults.append(f"hot_spots.select.method is {method!r}. Give {' or '.join(_METHODS)}.")
    if shape == GridShape.H3 and table.has("size_m"):
        faults.append("hot_spots.select.size_m does not go with h3. Give resolution instead.")
    count, size_m = table.whole("count", 7), table.number("size_m", 200.0)
    apart_m, exclude = table.number("apart_m", 100.0), table.path("exclude")
    resolution, merge_to_m = table.whole("resolution", 9), table.number("merge_to_m", 0.0)
    nudge, reason = table.flag("nudge"), table.text("small_areas_reason", "")
    table.finish()
    if count == 0:
        faults.append("hot_spots.select.count is 0. Give 1 or more.")
    if faults or window is None or study_area is None:
        return None
    return SpotSelection(
        window=Window("selection", window.first, window.last),
        definition=definition[0],
        study_area=study_area,
        count=count,
        shape=GridShape(shape),
        size_m=size_m,
        apart_m=apart_m,
        method=method,
        nudge=nudge,
        resolution=resolution,
        merge_to_m=merge_to_m,
        exclude=exclude,
        small_areas_reason=reason,
    )


def read_comparison(top: TomlReader, faults: list[str]) -> Comparison | None:
    """Return the comparison areas, or the rule to match them.

    Parameters
    ----------
    top : TomlReader
        The whole file.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Comparison or None
        None when its parts do not go together.
    """
    table = top.table("comparison", needed=False)
    file, match = table.path("file"), table.whole("match", 0)
    apart_m, declared = table.number("apart_m", 200.0), table.day("declared")
    table.finish()
    try:
        return Comparison(file=file, match=match, apart_m=apart_m, declared=declared)
    except InputError as error:
        faults.append(str(error))
        return None


def read_harm(top: TomlReader, faults: list[str]) -> HarmSource | None:
    """Return how crimes are weighed.

    Parameters
    ----------
    top : TomlReader
        The whole file.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    HarmSource or None
        None when no harm is asked for, or its parts do not go together.
    """
    if not top.has("harm"):
        return None
    table = top.table("harm")
    weights = table.text("weights", SHIPPED_WEIGHTS)
    weights_file = None if weights == SHIPPED_WEIGHTS else table.existing("weights", weights)
    version, mix = table.text("version", ""), table.path("offence_mix")
    years = table.texts("mix_years")
    table.finish()
    try:
        return HarmSource(
            weights_file=weights_file, version=version, offence_mix=mix, mix_years=years
        )
    except InputError as error:
        faults.append(f"harm.version: {error}")
        return None

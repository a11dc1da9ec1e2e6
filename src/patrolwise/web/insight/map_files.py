"""Minutes and crimes of each hot spot as map layers, for QGIS and notebooks."""

from collections.abc import Callable
from typing import Any

import polars as pl
from django.db.models import Count, Max, Min, Q, Sum

from patrolwise.errors import RefusedError
from patrolwise.files.geopackage import write_geopackage
from patrolwise.files.geoparquet import write_geoparquet
from patrolwise.files.map_layers import MapLayer, layer_of_areas, write_geojson
from patrolwise.web.insight.crime_queries import list_whole_months, sum_by_definition
from patrolwise.web.insight.windows import Span, last_day_of
from patrolwise.web.livemap.models import DayDose
from patrolwise.web.livemap.spots import SpotsInForce, find_spots

_YEAR = 12  # months
ALL_LAYERS = "hot-spots.gpkg"
_ENDINGS: dict[str, tuple[str, Callable[[MapLayer], bytes]]] = {
    "geojson": ("application/geo+json", write_geojson),
    "parquet": ("application/vnd.apache.parquet", write_geoparquet),
}
_DOSE = {
    "area_id": pl.String,
    "service": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "days_counted": pl.Int64,
    "visits": pl.Int64,
    "pass_throughs": pl.Int64,
    "patrol_min": pl.Float64,
    "person_min": pl.Float64,
    "unknown_min": pl.Float64,
    "owed_min": pl.Float64,
    "owed_visits": pl.Int64,
    "days_met": pl.Int64,
    "days_not_met": pl.Int64,
    "days_cannot_tell": pl.Int64,
}
_SUMS = ("visits", "pass_throughs", "patrol_min", "person_min", "unknown_min", "owed_min")
_CRIMES = {
    "area_id": pl.String,
    "definition": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "months": pl.Int64,
    "crimes": pl.Int64,
    "harm": pl.Float64,
    "crimes_newest_month": pl.Int64,
}


def make_map_file(name: str, span: Span) -> tuple[bytes, str] | None:
    """Return a map file and its content type; None when there is none of that name.

    Parameters
    ----------
    name : str
        hot-spots.gpkg for all layers, or dose or crimes with .geojson or .parquet.
    span : Span
        Weeks whose minutes are summed; crimes are those of the last 12 whole months.

    Returns
    -------
    (bytes, str) or None

    Raises
    ------
    RefusedError
        No hot spot set is in force.
    """
    key, _, ending = name.partition(".")
    if name != ALL_LAYERS and (key not in ("dose", "crimes") or ending not in _ENDINGS):
        return None
    spots = find_spots()
    if spots is None:
        raise RefusedError("No hot spot set is in force, so there is no map. Publish one first.")
    if name == ALL_LAYERS:
        plain = layer_of_areas(spots.areas, name="hot_spots", title=f"Hot spots {spots.key}")
        layers = [plain, layer_of_dose(spots, span), layer_of_crimes(spots)]
        return write_geopackage(layers, changed=span.last), "application/geopackage+sqlite3"
    kind, write = _ENDINGS[ending]
    layer = layer_of_dose(spots, span) if key == "dose" else layer_of_crimes(spots)
    return write(layer), kind


def layer_of_dose(spots: SpotsInForce, span: Span) -> MapLayer:
    """Return minutes and visits of each hot spot and service, summed over the days counted.

    Parameters
    ----------
    spots : SpotsInForce
    span : Span

    Returns
    -------
    MapLayer
        Without a row where no day was counted, which is not zero.
    """
    found = DayDose.objects.filter(spot_set_id=spots.pk, day__range=(span.first, span.last))
    met: dict[str, Any] = {
        f"days_{verdict.replace(' ', '_')}": Count("pk", filter=Q(met=said))
        for verdict, said in (("met", "yes"), ("not met", "no"), ("cannot tell", "cannot tell"))
    }
    sums: dict[str, Any] = {f"sum_{name}": Sum(name) for name in (*_SUMS, "owed_visits")}
    rows = (
        found.values("area_id", "service")
        .annotate(
            first_day=Min("day"), last_day=Max("day"), days_counted=Count("pk"), **met, **sums
        )
        .order_by("area_id", "service")
    )
    plain = [{key.removeprefix("sum_"): value for key, value in row.items()} for row in rows]
    title = f"Minutes and visits by hot spot and service, {span}"
    return _layer(spots, pl.DataFrame(plain, schema=_DOSE), "dose", title)


def layer_of_crimes(spots: SpotsInForce) -> MapLayer:
    """Return crimes and harm of each hot spot and definition, in the last 12 whole months.

    Parameters
    ----------
    spots : SpotsInForce

    Returns
    -------
    MapLayer
        Without a row of a definition of which no whole month is known.
    """
    rows, months = [], list_whole_months()[-_YEAR:]
    if months:
        last = last_day_of(months[-1])
        summed = sum_by_definition(spots, months[0], last, months[-1])
        for definition, counted in summed.items():
            has_harm = any(harm is not None for _, harm, _ in counted.values())
            for area_id in spots.names:
                crimes, harm, here = counted.get(area_id, (0, 0.0, 0))
                told = (area_id, definition, months[0], last, len(months), crimes)
                rows.append((*told, harm if has_harm else None, here))
    title = "Crimes and harm by hot spot and definition, of 12 whole months"
    return _layer(spots, pl.DataFrame(rows, schema=_CRIMES, orient="row"), "crimes", title)


def _layer(spots: SpotsInForce, rows: pl.DataFrame, name: str, title: str) -> MapLayer:
    told = rows.with_columns(pl.lit(spots.key).alias("hot_spot_set"))
    return layer_of_areas(spots.areas, told, name=name, title=title)

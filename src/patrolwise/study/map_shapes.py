"""Which shapes the map of a report shows, in longitude and latitude."""

import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.places import area_geometries
from patrolwise.reporting.plan_shapes import find_rings
from patrolwise.reporting.results import MapShape
from patrolwise.study.areas import StudyAreas

MOST_CELLS = 400  # of the busiest: more would make the report large, and the map no clearer


def map_shapes(areas: StudyAreas) -> tuple[MapShape, ...]:
    """Return the study area, its busiest cells, rings, comparison areas and hot spots.

    Parameters
    ----------
    areas : StudyAreas

    Returns
    -------
    tuple of MapShape
        One a polygon; six decimals, about 0.1 m.
    """
    shapes = []
    if areas.study_area is not None:
        shapes += _shape(("study-area", "Study area", "study area"), areas.study_area)
    shapes += _cells(areas)
    for ring in areas.rings:
        shapes += _shape((f"ring-{ring.outer_m:g}", f"Ring {ring.name}", "ring"), ring.outline)
    for kind, table in (("comparison", areas.comparison), ("hot spot", areas.hot_spots)):
        rows = zip(table["area_id"], table["name"], area_geometries(table), strict=True)
        for area_id, name, geometry in rows:
            shapes += _shape((area_id, name, kind), geometry)
    return tuple(shapes)


def _cells(areas: StudyAreas) -> list[MapShape]:
    if areas.cells is None or areas.grid is None:
        return []
    busiest = areas.cells.filter(areas.cells["crimes"] > 0).sort(
        ["crimes", "cell"], descending=[True, False]
    )[:MOST_CELLS]
    polygons = areas.grid.polygons(busiest["cell"].to_numpy())
    shapes = []
    for number, (polygon, crimes) in enumerate(zip(polygons, busiest["crimes"], strict=True)):
        name = f"{crimes} crimes when selected"
        shapes += _shape((f"cell-{number + 1}", name, "cell"), polygon, float(crimes))
    return shapes


def _shape(
    named: tuple[str, str, str], geometry: BaseGeometry, value: float | None = None
) -> list[MapShape]:
    """Return one shape for each polygon of an area; named is (id, name, kind)."""
    area_id, name, kind = named
    shapes = []
    for polygon in shapely.get_parts(geometry):
        rings = find_rings(polygon)
        shapes.append(MapShape(area_id=area_id, name=name, kind=kind, rings=rings, value=value))
    return shapes

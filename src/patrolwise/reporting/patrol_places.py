"""Which number and name each hot spot carries, the same on the map, in charts and in tables."""

from dataclasses import dataclass

from patrolwise.reporting.patrol_results import PatrolResults


@dataclass(frozen=True, kw_only=True)
class PatrolledPlaces:
    """Numbers, from 1, and names by area id, in reading order."""

    numbers: dict[str, int]
    names: dict[str, str]

    def number(self, area_id: str) -> str:
        """Return the number as text."""
        return str(self.numbers[area_id])

    def label(self, area_id: str) -> str:
        """Return number and name together, such as "3 Old Bus Station"."""
        return f"{self.numbers[area_id]} {self.names[area_id]}"


def find_places(results: PatrolResults) -> PatrolledPlaces:
    """Return the number and the name of every area that the results speak of.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    PatrolledPlaces
        In the order of the doses, then of the shapes, then of first mention; an area that nobody
        names is called by its id.
    """
    shapes = [shape for shape in results.shapes if shape.kind == "hot spot"]
    meetings = [meeting for pair in results.separation for meeting in pair.meetings]
    mentions = [
        *((dose.area_id, dose.name) for dose in results.doses),
        *((shape.area_id, shape.name) for shape in shapes),
        *((one.area_id, one.name) for one in results.rhythm),
        *((meeting.area_id, meeting.name) for meeting in meetings),
        *((day.area_id, day.area_id) for day in results.days),
        *((stay.area_id, stay.area_id) for stay in results.stays),
    ]
    names: dict[str, str] = {}
    for area_id, name in mentions:
        names.setdefault(area_id, name or area_id)
    numbers = {area_id: number for number, area_id in enumerate(names, start=1)}
    return PatrolledPlaces(numbers=numbers, names=names)

"""Which tables a quarterly return is made of, and which of their rows were known on a day.

Every row says when it was recorded and, if it was taken back, when. A row that is wrong is never
changed: it is withdrawn and another is added. So a return of an old quarter can be made again as
it was, from the rows that were known on the day of its data cut.
"""

from datetime import date

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.row_faults import describe_bad_rows
from patrolwise.tables import UTC_TIME, Column, Table, check_columns

_AREA = Column("area_id", pl.String, "the hot spot")
_MONTH = Column("month", pl.Date, "first day of the month")
_AGENCY = Column("agency", pl.String, "the service, as the programme names it")
_UNIT = Column("unit_id", pl.String, "the unit: an officer, a pair, a vehicle; never a name")
_STAFF = Column("staff", pl.Int64, "people in it")
_START = Column("start", UTC_TIME, "from, UTC")
_END = Column("end", UTC_TIME, "until, UTC")
_FIRST = Column("first", pl.Date, "first day")


def _declare(name: str, row_is: str, *columns: Column, row_id: str) -> Table:
    return Table(
        name,
        row_is,
        (
            Column("row_id", pl.String, row_id),
            *columns,
            Column("recorded", pl.Date, "day on which the row was written down"),
            Column("withdrawn", pl.Date, "day on which it was taken back; null: it stands", True),
        ),
    )


HOURS_WORKED = _declare(
    "HOURS_WORKED",
    "one unit in one hot spot from one time to another, paid in one way: a row of the hours ledger",
    _AREA,
    _AGENCY,
    _UNIT,
    _STAFF,
    _START,
    _END,
    Column("patrol_type", pl.String, "extra-funded, targeted or routine"),
    Column("activity", pl.String, "patrol, or extended: work that grew out of one"),
    Column("paid", pl.String, "funded, in kind or overtime"),
    Column("visibility", pl.String, "police uniform, partner brand or plain clothes"),
    Column("basis", pl.String, "tracker, or self-reported: nobody verified it"),
    Column("stream_id", pl.String, "the stream that pays it; null: none", True),
    Column("staff_codes", pl.String, "codes of the staff, parted by spaces; never names", True),
    row_id="the ledger's number of the row, never used again",
)
ROSTERED = _declare(
    "ROSTERED",
    "one unit on duty from one time to another",
    _AGENCY,
    _UNIT,
    _STAFF,
    _START,
    _END,
    row_id="agency, unit and start",
)
STREAMS = _declare(
    "STREAMS",
    "one stream of money, with its conditions",
    Column("fund", pl.String, "the fund that it comes from"),
    Column("year", pl.String, "financial year, such as 2024/25"),
    Column("pounds", pl.Float64, "pounds sterling granted"),
    _FIRST,
    Column("last", pl.Date, "last day on which hours may be claimed"),
    Column("agencies", pl.String, "who may claim, parted by semicolons"),
    Column("patrol_types", pl.String, "which patrols may be claimed, parted by semicolons"),
    Column("conditions", pl.String, "what else was agreed, in words", True),
    row_id="the stream",
)
RETURN_SPOTS = _declare(
    "RETURN_SPOTS",
    "one hot spot in one version",
    _AREA,
    Column("version", pl.Int64, "of its outline"),
    Column("kind", pl.String, "serious violence, asb or both"),
    Column("lsoa", pl.String, "LSOA code"),
    Column("area_m2", pl.Float64, "square metres"),
    Column("method", pl.String, "how it was chosen"),
    Column("baseline", pl.Int64, "crimes when it was chosen"),
    Column("force_total", pl.Int64, "crimes of the whole force then"),
    _FIRST,
    Column("last", pl.Date, "last day that it was live; null: it is", True),
    Column("published", pl.Boolean, "whether the public is told where it is"),
    row_id="hot spot and version",
)
RETURN_STAYS = _declare(
    "RETURN_STAYS",
    "one stay of a unit in a hot spot by its tracker, however short",
    _AREA,
    _AGENCY,
    _UNIT,
    _START,
    _END,
    row_id="agency, unit and start",
)
PLANNED_DAYS = _declare(
    "PLANNED_DAYS",
    "one hot spot, day and agency: what was planned, and whether the dose rule was met",
    _AREA,
    _AGENCY,
    Column("day", pl.Date, "the patrol day"),
    Column("planned", pl.Int64, "patrols planned"),
    Column("met", pl.String, "met, short or cannot tell"),
    row_id="hot spot, agency and day",
)
TIMES_AWAY = _declare(
    "TIMES_AWAY",
    "one time that a unit was taken away from a hot spot",
    _AREA,
    _AGENCY,
    _UNIT,
    _START,
    _END,
    row_id="agency, unit and start",
)
ACTIVITIES = _declare(
    "ACTIVITIES",
    "one activity of one agency in one hot spot and month, as it may be shown",
    _AREA,
    _MONTH,
    _AGENCY,
    Column("activity", pl.String, "an activity of the fund's rules"),
    Column("shown", pl.String, "the count; hidden or rounded where the fund's rules say so"),
    row_id="hot spot, month, agency and activity",
)
OUTCOME_COUNTS = _declare(
    "OUTCOME_COUNTS",
    "crimes of one definition in one month, in a hot spot, its ring or the rest of the force",
    _AREA,
    _MONTH,
    Column("definition", pl.String, "id@version"),
    Column("place", pl.String, "hot spot, ring or rest of force"),
    Column("crimes", pl.Int64, "recorded crimes, or incidents"),
    Column("harm", pl.Float64, "harm score of them; null: not scored", True),
    row_id="hot spot, month, definition and place",
)
PLANS_TOLD = _declare(
    "PLANS_TOLD",
    "one problem-solving plan",
    _AREA,
    Column("plan_id", pl.String, "the plan"),
    Column("stage", pl.String, "objective, scanning, analysis, response, assessment or closed"),
    Column("partners", pl.String, "who takes part, parted by semicolons"),
    Column("actions_open", pl.Int64, "actions not done yet"),
    Column("actions_closed", pl.Int64, "actions done"),
    Column("measure", pl.String, "by which it is judged"),
    Column("next_review", pl.Date, "the day; null: none is set", True),
    row_id="the plan",
)
_PLAN_COUNT = "crimes; null: not counted yet"
POLICE_PLANS = _declare(
    "POLICE_PLANS",
    "one problem-solving plan of a quarter, as a file of the police's site tells it",
    Column("quarter", pl.String, "2024-Q2"),
    Column("plan_id", pl.String, "the police's reference"),
    Column("area_ids", pl.String, "the hot spots, parted by semicolons", True),
    Column("stage", pl.String, "objective, scanning, analysis, response, assessment or closed"),
    Column("partners", pl.String, "teams that do something of it, parted by semicolons", True),
    Column("actions_open", pl.Int64, "actions not done yet"),
    Column("actions_closed", pl.Int64, "actions done"),
    Column("next_review", pl.Date, "the day; null: none is set", True),
    Column("opened", pl.Date, "day on which it was begun"),
    Column("closed", pl.Date, "day on which it was closed; null: it is not", True),
    Column("measure", pl.String, "definition by which it is judged; null: none yet", True),
    Column("window_first", pl.Date, "first day of the measure's window", True),
    Column("window_last", pl.Date, "last day of it", True),
    Column(
        "before",
        pl.Int64,
        f"in its hot spots, same months before the response: {_PLAN_COUNT}",
        True,
    ),
    Column("after", pl.Int64, f"in its hot spots, in the window: {_PLAN_COUNT}", True),
    Column("comparison_before", pl.Int64, f"in the comparison areas, before: {_PLAN_COUNT}", True),
    Column("comparison_after", pl.Int64, f"in the comparison areas, after: {_PLAN_COUNT}", True),
    Column("compared", pl.String, "change against the comparison, with its interval", True),
    Column("verdict", pl.String, "fall, rise, chance or few; null: not assessed", True),
    Column("source_file", pl.String, "what the file was called"),
    Column("source_sha256", pl.String, "the hash that the file says of itself"),
    Column("source_row", pl.Int64, "row of the file"),
    row_id="quarter and plan",
)
FINANCES = _declare(
    "FINANCES",
    "what one agency had of one stream, spent and expects to spend",
    Column("stream_id", pl.String, "the stream"),
    _AGENCY,
    _FIRST,
    Column("last", pl.Date, "last day that the spending covers"),
    Column("granted", pl.Float64, "pounds granted to the agency"),
    Column("spent", pl.Float64, "pounds spent from first to last"),
    Column("forecast", pl.Float64, "pounds that it expects to spend in all"),
    Column("matched", pl.Float64, "pounds of its own beside"),
    row_id="stream, agency and last day",
)
SURVEY_WAVES = _declare(
    "SURVEY_WAVES",
    "answers in one hot spot and wave of a survey",
    _AREA,
    Column("wave", pl.String, "which wave"),
    Column("base", pl.Int64, "people who answered; null: 1 to 7, hidden", True),
    Column("feel_safe", pl.Int64, "of these, who feel safe; null: base under 20, hidden", True),
    Column("seen_patrol", pl.Int64, "of these, who saw a patrol; null: likewise", True),
    row_id="hot spot and wave",
)

# by the name that programme files, returns and messages give them
RETURN_TABLES = {
    "hours": HOURS_WORKED,
    "rostered": ROSTERED,
    "streams": STREAMS,
    "hot_spots": RETURN_SPOTS,
    "stays": RETURN_STAYS,
    "planned": PLANNED_DAYS,
    "away": TIMES_AWAY,
    "activities": ACTIVITIES,
    "outcomes": OUTCOME_COUNTS,
    "plans": PLANS_TOLD,
    "police_plans": POLICE_PLANS,
    "finances": FINANCES,
    "surveys": SURVEY_WAVES,
}

# Came after returns were made without it: where it has no rows, a return does not name it, so that
# what was made before is made again byte for byte.
LATER_TABLES = ("police_plans",)


def take_known_on(frame: pl.DataFrame, cut: date, name: str) -> pl.DataFrame:
    """Return the rows that were known on a day: recorded by then, and not yet withdrawn.

    Parameters
    ----------
    frame : (n, c) frame
        Of a table of `RETURN_TABLES`.
    cut : date
        The data cut; what was recorded on that day is known.
    name : str
        What the caller calls it, such as the file's name.

    Returns
    -------
    (m, c) frame, by row_id

    Raises
    ------
    InputError
        A row was withdrawn before it was recorded, or two rows that stand share an id.
    """
    rows = frame.rename({"row_id": "row"})
    faults = describe_bad_rows(
        rows.filter(pl.col("withdrawn").is_not_null()),
        pl.col("withdrawn") < pl.col("recorded"),
        "withdrawn",
        "it is before recorded; mend one of the two.",
    )
    known = rows.filter(
        pl.col("recorded") <= cut,
        pl.col("withdrawn").is_null() | (pl.col("withdrawn") > cut),
    )
    faults += describe_bad_rows(
        known,
        ~pl.col("row").is_first_distinct(),
        "recorded",
        "another row with the same id stands. Withdraw one of the two.",
    )
    check_faults(name, faults)
    return known.rename({"row": "row_id"}).sort("row_id")


def check_return_table(frame: pl.DataFrame, name: str) -> None:
    """Raise unless a frame is the table of that name; silent when it is.

    Parameters
    ----------
    frame : DataFrame
    name : str
        A key of `RETURN_TABLES`.

    Raises
    ------
    InputError
        Columns are missing or of another type.
    """
    check_columns(frame, RETURN_TABLES[name], name=name)

"""The small town of `day_worlds` with a programme file that declares patrol days and costs."""

from pathlib import Path

import polars as pl

HEAD = """
[programme]
title = "A simulated town"
seed = 5

[windows]
before = { first = 2024-06-03, last = 2024-07-28 }
after = { first = 2024-07-29, last = 2024-09-22 }
override = "The programme is sixteen weeks long."

[[services]]
name = "police"

[[services]]
name = "outreach"

[crimes]
files = ["crimes.csv"]
mapping = "mapping.toml"

[hot_spots]
file = "areas.geojson"
chosen_on = { first = 2023-01-01, last = 2023-12-31 }
definition = "all-crime"

[outcomes]
definitions = ["all-crime"]
"""
POLICE_DAYS = """
[[patrol_days]]
service = "police"
doses = ["doses.csv"]
"""
LOT = 'seal = "sealed.json"\npublished = "public"\n'
OUTREACH_DAYS = """
[[patrol_days]]
service = "outreach"
doses = ["doses.csv"]
"""
HARM = "\n[harm]\n"
COSTS = """
[costs]
price_year = 2024
unit_costs = "unit-costs.csv"

[[costs.services]]
service = "police"
rate = 3.38
"""
OUTREACH_COSTS = """
[[costs.services]]
service = "outreach"
rate = 2.28
"""
UNIT_COSTS = "crime_group,unit_cost_gbp,price_year,source\nall-crime,2500,2024,made up\n"
MONTHS = """
force = "Simulated force"
crs = 27700

[columns]
crime_id = "crime_id"
month = "month"
x = "x"
y = "y"
offence_code = "offence_code"
"""


def declare(world, *parts, head=HEAD, name="programme.toml"):
    """Write a programme file of a world; return its path."""
    path = Path(world.folder) / name
    path.write_text(head + "".join(parts), encoding="utf-8")
    (Path(world.folder) / "unit-costs.csv").write_text(UNIT_COSTS, encoding="utf-8")
    return path


def forget_times(world):
    """Leave of each crime's time its month only, as open data has it."""
    crimes = pl.read_csv(world.crimes).with_columns(month=pl.col("time_from").str.slice(0, 7))
    crimes.drop("time_from", "time_to").write_csv(world.crimes)
    world.mapping.write_text(MONTHS, encoding="utf-8")

"""Street files of forces counted by tasks of Spark give the counts of one process, to the last.

Spark itself runs where its extra and Java are installed; what its tasks do is tested without.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from patrolwise import __version__
from patrolwise.errors import InputError
from patrolwise.files.street_counts import count_force, group_by_force, read_street_counts
from patrolwise.spark.street_counts import CountJob, answer_groups, count_on_spark
from patrolwise.study.street_counts_on_spark import read_street_counts_on_spark

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
KINDS = ("Robbery", "Burglary", "Anti-social behaviour")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two quarters of four forces, with a crime that is given again in a later month."""
    top, rng = tmp_path_factory.mktemp("street"), np.random.default_rng(1)
    for month in (f"2023-{number:02}" for number in range(4, 10)):
        (top / month).mkdir()
        for force in ("Kent", "Essex", "Surrey", "Dorset"):
            rows = [HEADER]
            for k, kind in enumerate(rng.choice(KINDS, 40)):
                crime = "" if kind == KINDS[2] else f"{force}{month}{k:050}"
                crime = f"{force}{'again':>050}" if k == 0 and kind == KINDS[0] else crime
                rows.append(f"{crime},{month},{force} Police,,-1.1,52.6,A,E01000001,A,{kind},,")
            (top / month / f"{month}-{force.lower()}-street.csv").write_text("\n".join(rows) + "\n")
    return top


@pytest.fixture(scope="session")
def arrow():
    return pytest.importorskip("pyarrow", reason="the spark extra is not installed")


def test_a_task_answers_with_the_sums_of_its_group_or_says_why_not(arrow, folder):
    import pickle

    groups = group_by_force([folder]).groups
    job = CountJob(groups=groups, count=count_force, version=__version__)
    (batch,) = answer_groups([arrow.RecordBatch.from_pydict({"id": [2]})], job)
    own, expected = pickle.loads(batch.to_pylist()[0]["found"]), count_force(groups[2])
    assert own.months.equals(expected.months)
    assert replace(own, months=expected.months) == expected
    other = replace(job, version="0.0.1")
    (batch,) = answer_groups([arrow.RecordBatch.from_pydict({"id": [0]})], other)
    assert "and the driver 0.0.1" in batch.to_pylist()[0]["fault"]


def test_no_files_need_no_session():
    assert count_on_spark(None, (), count_force) == []
    with pytest.raises(InputError, match="There is no street file"):
        read_street_counts_on_spark(None, [])


def test_tasks_count_what_one_process_counts(spark, folder):
    found, alone = read_street_counts_on_spark(spark, [folder]), read_street_counts([folder])
    assert found.recorded.equals(alone.recorded)
    assert found.quality == alone.quality
    assert sum(alone.quality.dropped.values()) > 0


def test_what_is_wrong_in_files_becomes_one_error(spark, folder, tmp_path):
    bad = [tmp_path / f"2023-04-{force}-street.csv" for force in ("kent", "essex")]
    for path in bad:
        path.write_text("no header\n")
    with pytest.raises(InputError) as error:
        read_street_counts_on_spark(spark, [folder / "2023-05", *map(Path, bad)])
    assert all(path.name in str(error.value) for path in bad)
    assert "Traceback" not in str(error.value)

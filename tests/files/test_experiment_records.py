"""What is told of an experiment comes back from its file, or all that is wrong is told."""

import json

import pytest

from patrolwise.errors import InputError
from patrolwise.files.experiment_records import read_experiment_record, write_experiment_record
from patrolwise.reporting.plan_records import BalanceRecord, ExperimentRecord

RECORD = ExperimentRecord(
    design="Each hot spot gets by lot patrol or none.",
    arms=("patrol", "none"),
    allocation_sha256="d" * 64,
    set_sha256="e" * 64,
    set_count=12,
    balance=(
        BalanceRecord(
            by="all", part="all", arm="none", days=7, minutes=0.0, baseline=None, difference=None
        ),
    ),
    power=("A fall of 30 % would be found.",),
)
RULE = {"arms": [{"name": "patrol"}], "max_run": None}


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "experiment.json"
    write_experiment_record(path, RECORD, RULE)
    assert read_experiment_record(path) == (RECORD, RULE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda told: told.pop("rule"), "rule is missing, or no dict"),
        (lambda told: told.update(set_count="12"), "set_count is missing, or no int"),
        (lambda told: told.update(design=None), "design is missing, or no str"),
        (lambda told: told.update(power="much"), "power is missing, or no list"),
        (lambda told: told["balance"].append([]), "balance must have arm, baseline, by, days"),
        (lambda told: told["balance"][0].pop("days"), "balance must have arm, baseline, by, days"),
        (lambda told: told.update(schema="x/1"), "is no patrolwise.experiment/1"),
    ],
)
def test_what_is_missing_or_of_another_kind_is_told(tmp_path, change, told):
    path = tmp_path / "experiment.json"
    write_experiment_record(path, RECORD, RULE)
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_experiment_record(path)


def test_a_file_that_is_gone_no_json_or_no_record_is_told(tmp_path):
    path = tmp_path / "experiment.json"
    with pytest.raises(InputError, match="cannot be read"):
        read_experiment_record(path)
    path.write_text("no", encoding="utf-8")
    with pytest.raises(InputError, match="is not JSON"):
        read_experiment_record(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match=r"is no patrolwise\.experiment/1"):
        read_experiment_record(path)

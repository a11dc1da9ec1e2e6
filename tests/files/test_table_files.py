import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.table_files import check_table_path, write_table

TABLE = pl.DataFrame({"area_id": ["a"], "crimes": [3]})


@pytest.mark.parametrize(("name", "read"), [("t.csv", pl.read_csv), ("t.parquet", pl.read_parquet)])
def test_a_table_comes_back_and_nothing_else_is_left_in_the_folder(tmp_path, name, read):
    write_table(tmp_path / name, TABLE)
    assert read(tmp_path / name).equals(TABLE)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_wrong_ending_and_a_missing_folder_are_said_before_any_work(tmp_path):
    with pytest.raises(InputError, match=r"must end in \.parquet or \.csv"):
        check_table_path(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match="does not exist"):
        check_table_path(tmp_path / "absent" / "t.csv")


def test_a_disk_that_refuses_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("old")

    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", refuse)
    with pytest.raises(InputError, match=r"No space left on device\. Name another"):
        write_table(path, TABLE)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["t.csv"]

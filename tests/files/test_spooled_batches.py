"""Batches come back as they went in, from memory or from a file."""

import errno
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from patrolwise.errors import InputError
from patrolwise.files.spooled_batches import SpooledBatches
from patrolwise.patrols.area_index import index_areas
from patrolwise.patrols.day_batches import find_batch
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import join_batches
from patrolwise.places import area_geometries
from patrolwise.simulate import make_town
from patrolwise.tables import FIXES, make_table


def batches_of(*devices):
    areas = make_town()
    index = index_areas(areas)
    middle = shapely.get_coordinates(shapely.centroid(area_geometries(areas)[0]))[0]
    start = datetime(2024, 6, 3, 14, tzinfo=UTC)
    found = []
    for device in devices:
        columns = {
            "device_id": [device] * 200,
            "time": [start + timedelta(seconds=10 * k) for k in range(200)],
            "x": [middle[0] + 60.0 * (k % 7) for k in range(200)],
            "y": [middle[1] + 20.0 * (k % 3) for k in range(200)],
        }
        fixes = make_table(FIXES, columns)
        found.append(find_batch(fixes, index, VisitRule(), with_pieces=True))
        assert len(found[-1].whole)
    return found, index


def same(one, other):
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name == "days":
            assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
        else:
            assert np.array_equal(a, b)
    return True


@pytest.mark.parametrize("most_bytes", [0, 400, 10**9])
def test_batches_come_back_as_they_went_in(most_bytes):
    batches, index = batches_of("a", "b", "c")
    with SpooledBatches(most_bytes) as spool:
        for batch in batches:
            spool.append(batch)
        assert len(spool) == 3
        assert all(same(one, other) for one, other in zip(spool, batches, strict=True))
        assert same(spool[-1], batches[-1])
        assert [one.devices for one in spool[1:]] == [("b",), ("c",)]
        with pytest.raises(IndexError):
            spool[3]
        found = join_batches(spool, VisitRule(), index)
    assert found.visits.equals(join_batches(batches, VisitRule(), index).visits)


def test_visits_in_the_file_are_no_longer_in_memory():
    batches, _ = batches_of("a")
    (batch,) = batches
    with SpooledBatches(0) as spool:
        spool.append(batch)
        for name in ("whole", "decimal", "pieces"):
            held = getattr(spool._heads[0], name)
            assert len(held) == 0
            assert held.base is None  # a slice would hold on to all rows


def test_a_disk_that_is_full_is_told_with_what_to_do(monkeypatch):
    batches, _ = batches_of("a")

    def refuse(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", refuse)
    with (
        SpooledBatches(0) as spool,
        pytest.raises(InputError, match=r"No space left.*Make room there"),
    ):
        spool.append(batches[0])

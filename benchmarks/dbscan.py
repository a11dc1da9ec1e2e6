"""DBSCAN clusters of 100,000 crimes against scikit-learn, the labels being equal."""

import gzip

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from benchmarks.pairs import SHARED, Ratio, city_points, time_pairs
from patrolwise.hot_spots.clustering import cluster_points
from patrolwise.places import to_national_grid


def measure() -> list[Ratio]:
    """Return the ratios, after checking that every label is the same."""
    points = city_points()
    snap_points = city_points(8_000, seed=2)
    snapped = snap_points[cKDTree(snap_points).query(points)[1]]
    jobs = {
        "100k crimes on 8,000 snap points": (snapped, 5.0),
        "100k crimes, none at the same coordinates": (points, None),
    }
    if (SHARED / "police-uk").is_dir():
        real = leicester_points()
        places = len(np.unique(real, axis=0))
        jobs[f"Leicester 2020-21, {len(real):,} crimes on {places:,} snap points"] = (real, 5.0)
    return [_measure(job, data, target) for job, (data, target) in jobs.items()]


def leicester_points() -> np.ndarray:
    """Return the recorded crimes of 2020 and 2021 in the city's LSOAs, rounded to the metre."""
    months = [f"{year}-{month:02}" for year in (2020, 2021) for month in range(1, 13)]
    frames = []
    for month in months:
        path = SHARED / "police-uk" / month / f"{month}-leicestershire-street.csv.gz"
        with gzip.open(path) as file:
            frame = pl.read_csv(file.read(), columns=["Longitude", "Latitude", "LSOA name"])
        frames.append(frame.filter(pl.col("LSOA name").str.contains(r"^Leicester \d")))
    rows = pl.concat(frames).drop_nulls()
    return np.rint(np.c_[to_national_grid(rows["Longitude"], rows["Latitude"])])


def _measure(job: str, points: np.ndarray, target: float | None) -> Ratio:
    from sklearn.cluster import DBSCAN

    x, y = points.T
    ratios, ours, theirs = time_pairs(
        lambda: cluster_points(x, y, 100, 50),
        lambda: DBSCAN(eps=100, min_samples=50).fit(points).labels_,
        3,
    )
    np.testing.assert_array_equal(ours, theirs)
    note = f"the same {ours.max() + 1} clusters, label for label"
    return Ratio(
        job=f"DBSCAN, {job}",
        peer="scikit-learn, raw points",
        ratios=ratios,
        target=target,
        note=note,
    )

"""Where the demonstration sample is: real rows of Leicester city centre, see README.md there."""

from importlib.resources import files
from pathlib import Path


def demo_folder() -> Path:
    """Return the folder of the demonstration sample.

    Returns
    -------
    Path

    Examples
    --------
    >>> (demo_folder() / "README.md").exists()
    True
    """
    return Path(str(files("patrolwise.demo")))


def demo_street_folder() -> Path:
    """Return the folder of the sample's street files, one for each month.

    Returns
    -------
    Path

    Examples
    --------
    >>> len(list(demo_street_folder().glob("*-leicestershire-street.csv.gz")))
    31
    """
    return demo_folder() / "street"


def demo_study_area() -> Path:
    """Return the GeoJSON file of the area that the sample covers.

    Returns
    -------
    Path

    Examples
    --------
    >>> demo_study_area().name
    'study-area.geojson'
    """
    return demo_folder() / "study-area.geojson"


def demo_offence_mix() -> Path:
    """Return the CSV file of offences that Leicestershire recorded, by year and offence code.

    Returns
    -------
    Path

    Examples
    --------
    >>> demo_offence_mix().name
    'offence-mix.csv'
    """
    return demo_folder() / "offence-mix.csv"


def demo_recorded_crime() -> Path:
    """Return the folder of recorded crime of all forces: four measures, one file a year.

    Returns
    -------
    Path

    Examples
    --------
    >>> sorted(path.name for path in demo_recorded_crime().iterdir())[0]
    'recorded-crime-2019-20.csv.gz'
    """
    return demo_folder() / "recorded-crime"


def demo_programme() -> Path:
    """Return the programme file that `patrolwise demo` evaluates.

    Returns
    -------
    Path

    Examples
    --------
    >>> demo_programme().name
    'programme.toml'
    """
    return demo_folder() / "programme.toml"

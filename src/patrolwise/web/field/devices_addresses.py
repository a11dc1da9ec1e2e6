"""Which address each app is to be given, and the picture that a phone can read it from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urljoin

import qrcode
from qrcode.image.svg import SvgPathImage

DOOR = "PATROLWISE_INGEST_URL"


_OF_A_DEVICE = (
    ("Traccar Client or OsmAnd", "osmand", "The server's address. Any device identifier."),
    ("OwnTracks", "owntracks", "Mode HTTP. Leave encryption off; user and password blank."),
    ("Traccar server", "traccar", "forward.url, with forward.type json. This one tracker."),
    ("A program", "batch", "JSON, a document a line or GeoJSON, many fixes at once."),
)
_OF_A_SERVER = (
    ("Traccar", "traccar", "forward.url, with forward.type json. By the device's identifier."),
    ("OwnTracks messages", "owntracks", "By user and device of the topic, or else by tid."),
    ("Queries of OsmAnd", "osmand", "By id. Also what Traccar Client sends, by device_id."),
)


@dataclass(frozen=True)
class AppAddress:
    """What is typed into one kind of app."""

    app: str
    address: str
    told: str


def find_door(otherwise: str, environ: Mapping[str, str]) -> str:
    """Return the address at which phones reach the door for fixes, with a slash at its end.

    Parameters
    ----------
    otherwise : str
        The site's own, where a proxy leads /in/ to the door.
    environ : mapping of str
        `PATROLWISE_INGEST_URL`, where phones come another way.

    Returns
    -------
    str
    """
    told = environ.get(DOOR, "").strip().rstrip("/")
    return f"{told}/" if told else otherwise


def list_addresses(door: str, token: str) -> tuple[AppAddress, ...]:
    """Return the address for each kind of app.

    Parameters
    ----------
    door : str
        With a slash at its end.
    token : str

    Returns
    -------
    tuple of AppAddress
    """
    return _write_addresses(door, token, _OF_A_DEVICE)


def list_forwarding_addresses(door: str, token: str) -> tuple[AppAddress, ...]:
    """Return the address for each kind of server that forwards for many trackers.

    Parameters
    ----------
    door : str
        With a slash at its end.
    token : str

    Returns
    -------
    tuple of AppAddress
    """
    return _write_addresses(door, token, _OF_A_SERVER)


def _write_addresses(
    door: str, token: str, apps: Iterable[tuple[str, str, str]]
) -> tuple[AppAddress, ...]:
    return tuple(
        AppAddress(app, urljoin(door, f"{form}/{token}"), told) for app, form, told in apps
    )


def draw_code(address: str) -> str:
    """Return a QR code of an address as SVG.

    Parameters
    ----------
    address : str

    Returns
    -------
    str
        An element for a page, in black on nothing.
    """
    code = qrcode.QRCode(image_factory=SvgPathImage, box_size=16, border=2)
    code.add_data(address)
    drawn = BytesIO()
    code.make_image().save(drawn)
    return drawn.getvalue().decode().partition("?>")[2].strip()

"""How a site is configured: from the environment, every fault at once."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from patrolwise.errors import check_faults

DATA = "PATROLWISE_DATA"
SECRET = "PATROLWISE_SECRET_KEY"  # noqa: S105  (the variable's name)
HOSTS = "PATROLWISE_HOSTS"
ADDRESS = "PATROLWISE_ADDRESS"
DATABASE = "DATABASE_URL"
DEMO = "PATROLWISE_DEMO"
HTTP = "PATROLWISE_PLAIN_HTTP"
KEYRING = "PATROLWISE_KEYRING"
EXCHANGE = "PATROLWISE_EXCHANGE"
PEER = "PATROLWISE_EXCHANGE_PEER"
SECRET_FILE = "secret-key"  # noqa: S105
KEYRING_FILE = "keyring.json"
_LEAST_SECRET = 50
_HOST = re.compile(r"^\.?[a-z0-9.-]+$|^\[[0-9a-f:]+\]$")
_ADDRESS = re.compile(r"https?://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?")
_YES = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False, "": False}


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What one site was told."""

    site: str
    data: Path  # folder of the embedded database, of uploads and of reports
    secret_key: str
    hosts: tuple[str, ...]
    address: str  # at which the public reaches it, without a slash at its end: it stands in letters
    database: dict[str, Any]  # as Django's DATABASES wants it
    is_demo: bool  # made-up programme, sign-ins that are told to everybody
    is_plain_http: bool  # no HTTPS: for loopback, or where a proxy does not say
    exchange: Path | None  # folder that both sites reach; None: nothing crosses
    peer: Path  # the other site's public key


def read_configuration(site: str, environ: Mapping[str, str]) -> Configuration:
    """Return how a site is configured.

    Parameters
    ----------
    site : str
        police, or outreach.
    environ : mapping of str
        Environment variables.

    Returns
    -------
    Configuration

    Raises
    ------
    InputError
        Anything is missing or cannot be; all faults are named, and no secret is repeated.
    """
    faults: list[str] = []
    data = find_folder(site, environ)
    flags = {name: _read_flag(name, environ, faults) for name in (DEMO, HTTP)}
    hosts = tuple(host.strip() for host in environ.get(HOSTS, "").split(",") if host.strip())
    faults += [
        f"{HOSTS} has {host!r}. Give host names parted by commas, such as patrols.example.org; "
        "no https://, no port, no path, and no * for all."
        for host in hosts
        if not _HOST.match(host.lower())
    ]
    if not hosts and not flags[DEMO]:
        faults.append(f"{HOSTS} is missing. Give the host names that the site answers to.")
    hosts = hosts or ("127.0.0.1", "localhost", "[::1]")
    is_plain_http = flags[HTTP] or flags[DEMO]
    configuration = Configuration(
        site=site,
        data=data,
        secret_key=_read_secret(data, environ, faults),
        hosts=hosts,
        address=_read_address(environ.get(ADDRESS, ""), hosts, is_plain_http, faults),
        database=_read_database(environ.get(DATABASE, ""), data, faults),
        is_demo=flags[DEMO],
        is_plain_http=is_plain_http,
        exchange=Path(environ[EXCHANGE]).resolve() if environ.get(EXCHANGE) else None,
        peer=Path(environ.get(PEER) or data / "exchange-peer.pub").resolve(),
    )
    check_faults(f"Configuration of the {site} site", faults)
    return configuration


def find_folder(site: str, environ: Mapping[str, str]) -> Path:
    """Return the folder of a site's embedded database, uploads and reports.

    Parameters
    ----------
    site : str
    environ : mapping of str

    Returns
    -------
    Path
    """
    return Path(environ.get(DATA) or f"patrolwise-{site}").resolve()


def find_keyring(site: str, environ: Mapping[str, str]) -> Path:
    """Return the file of the keys that seal what is written about people.

    Parameters
    ----------
    site : str
    environ : mapping of str

    Returns
    -------
    Path
        In the data folder, unless another place is given; a backup never holds it.
    """
    return Path(environ.get(KEYRING) or find_folder(site, environ) / KEYRING_FILE).resolve()


def _read_flag(name: str, environ: Mapping[str, str], faults: list[str]) -> bool:
    given = environ.get(name, "").strip().lower()
    if given not in _YES:
        faults.append(f"{name} is {given!r}. Give yes or no.")
    return _YES.get(given, False)


def _read_address(given: str, hosts: tuple[str, ...], is_plain: bool, faults: list[str]) -> str:
    """Return the site's public address; where none is given, that of its first host name."""
    address = given.strip().rstrip("/").lower()
    if not address:
        return f"{'http' if is_plain else 'https'}://{hosts[0].lstrip('.')}"
    found = _ADDRESS.fullmatch(address)
    if found is None:
        faults.append(
            f"{ADDRESS} is {address.rpartition('@')[2]!r}. Give where the public reaches the site, "
            "such as https://patrols.example.org: no path, no name and no password."
        )
    elif not any(_answers(host.lower(), found["host"]) for host in hosts):
        faults.append(
            f"{ADDRESS} has the host {found['host']}, and the site answers to {', '.join(hosts)}. "
            f"Add it to {HOSTS}, or mend it."
        )
    return address


def _answers(host: str, asked: str) -> bool:
    return asked == host or (host.startswith(".") and f".{asked}".endswith(host))


def _read_secret(data: Path, environ: Mapping[str, str], faults: list[str]) -> str:
    """Return the secret that signs sessions: from the environment, or from the data folder."""
    secret, file = environ.get(SECRET, ""), data / SECRET_FILE
    if not secret and file.is_file():
        secret = file.read_text(encoding="ascii", errors="replace").strip()
    if not secret:
        faults.append(
            f"There is no secret key: neither {SECRET} nor {file}. Run the site's init command, "
            "which makes one."
        )
    elif len(secret) < _LEAST_SECRET:
        faults.append(
            f"The secret key has {len(secret)} characters. Give {_LEAST_SECRET} or more at random, "
            "or delete it and run the site's init command."
        )
    return secret


def _read_database(url: str, data: Path, faults: list[str]) -> dict[str, Any]:
    if not url:
        return _embedded(data)
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        faults.append(
            f"{DATABASE} begins with {parts.scheme or 'nothing'}://. Give "
            "postgresql://user:password@host:5432/name, or leave it out for the embedded database."
        )
        return _embedded(data)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _embedded(data: Path) -> dict[str, Any]:
    """Return SQLite, safe at power cuts and with one writer at a time.

    FULL: a commit that was answered is on the disk. IMMEDIATE: a transaction that is to write
    waits for its turn at its start, and not halfway, where it could only fail.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(data / "patrolwise.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;PRAGMA busy_timeout=20000;PRAGMA cache_size=-32000;",
        },
    }


def make_secret(folder: Path) -> None:
    """Write a secret key that only the owner of the folder can read; keep one that is there.

    Parameters
    ----------
    folder : Path
    """
    file = folder / SECRET_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64), encoding="ascii")

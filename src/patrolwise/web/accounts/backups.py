"""How a site is backed up while it runs, and put back where there is none."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolwise import __version__
from patrolwise.errors import InputError, RefusedError

MANIFEST = "manifest.json"
# made anew by init, or kept elsewhere
_LEFT_OUT = {"static", "secret-key", "keyring.json", "exchange-key"}
_BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a backup holds."""

    site: str
    version: str  # of Patrolwise
    made: str  # ISO, UTC
    vendor: str  # sqlite or postgresql
    files: dict[str, str]  # name in the archive → SHA-256


def make_backup(
    site: str, folder: Path, database: Mapping[str, Any], out: Path, now: datetime
) -> Backup:
    """Write a site's database and files into one archive; the site may go on working.

    The database is copied as it was at one moment. Files are never changed once they are named in
    it, so that those that it names are in the archive.

    Parameters
    ----------
    site : str
    folder : Path
        The site's data folder.
    database : mapping
        As Django's DATABASES has it.
    out : Path
        The archive, .tar.gz; must not exist.
    now : datetime
        Aware, UTC.

    Returns
    -------
    Backup

    Raises
    ------
    RefusedError
        The archive is there already.
    InputError
        Its folder is missing, or the database cannot be read.
    """
    if out.exists():
        raise RefusedError(
            f"{out} is there already. Give another name: no backup is ever replaced."
        )
    if not out.parent.is_dir():
        raise InputError(f"There is no folder {out.parent}. Make it, or give another one.")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".backup-") as held:
        dump = Path(held) / "database"
        vendor = _dump(database, dump)
        found = {"database": dump, **_list_files(folder, database)}
        backup = Backup(
            site=site,
            version=__version__,
            made=now.isoformat(timespec="seconds"),
            vendor=vendor,
            files={name: _hash(path) for name, path in found.items()},
        )
        manifest = Path(held) / MANIFEST
        manifest.write_text(json.dumps(asdict(backup), indent=1), encoding="utf-8")
        archive = Path(held) / "archive"
        with tarfile.open(archive, "w:gz") as tar:
            for name, path in {MANIFEST: manifest, **found}.items():
                tar.add(path, arcname=name, recursive=False)
        _sync(archive)
        os.replace(archive, out)  # noqa: PTH105  (atomic, and says so)
    return backup


def restore_backup(archive: Path, site: str, folder: Path, database: Mapping[str, Any]) -> Backup:
    """Put a site back from an archive, where there is none; all of it is checked first.

    Parameters
    ----------
    archive : Path
    site : str
        Must be the one that was backed up.
    folder : Path
        The site's data folder: without files, or absent.
    database : mapping
        As Django's DATABASES has it; of the kind that was backed up.

    Returns
    -------
    Backup

    Raises
    ------
    InputError
        The archive is no backup, or was changed.
    RefusedError
        There is a site already, or the backup is of another one.
    """
    kept = [path for path in folder.glob("*") if path.name not in _LEFT_OUT]
    if kept:
        raise RefusedError(
            f"{folder} holds {kept[0].name}. A backup is put back only where there is no site: "
            "move the folder away first."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as held:
        backup = _unpack(archive, Path(held))
        if backup.site != site:
            raise RefusedError(f"{archive.name} is of the {backup.site} site, not of {site}.")
        _load(database, Path(held) / "database", backup.vendor)
        for name in backup.files:
            if name != "database":
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(Path(held) / name, target)  # noqa: PTH105
    return backup


def _list_files(folder: Path, database: Mapping[str, Any]) -> dict[str, Path]:
    own = Path(str(database["NAME"])).name
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        first = name.parts[0]
        if first in _LEFT_OUT or first.startswith((".", own)) or not path.is_file():
            continue
        found[name.as_posix()] = path
    return found


def _dump(database: Mapping[str, Any], out: Path) -> str:
    if database["ENGINE"].endswith("sqlite3"):
        source, target = sqlite3.connect(database["NAME"]), sqlite3.connect(out)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
        return "sqlite"
    _run(["pg_dump", "--format=custom", f"--file={out}", "--no-owner"], database)
    return "postgresql"


def _load(database: Mapping[str, Any], dump: Path, vendor: str) -> None:
    is_own = database["ENGINE"].endswith("sqlite3")
    if is_own != (vendor == "sqlite"):
        raise RefusedError(
            f"The backup is of {vendor}, and the site is set up for "
            f"{'sqlite' if is_own else 'postgresql'}. Set DATABASE_URL as it was."
        )
    if is_own:
        shutil.copyfile(dump, database["NAME"])
        _sync(Path(str(database["NAME"])))
        return
    _run(["pg_restore", "--exit-on-error", "--no-owner", str(dump)], database)


def _run(command: list[str], database: Mapping[str, Any]) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, which no list shows."""
    options = {"USER": "--username", "HOST": "--host", "PORT": "--port"}
    given = [f"{flag}={database[name]}" for name, flag in options.items() if database.get(name)]
    program = shutil.which(command[0])
    if program is None:
        raise InputError(f"{command[0]} is missing: on Debian, apt install postgresql-client.")
    done = subprocess.run(
        [program, *given, f"--dbname={database['NAME']}", *command[1:]],
        env={**os.environ, "PGPASSWORD": str(database.get("PASSWORD", ""))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise InputError(f"{command[0]} failed: {done.stderr.strip()}")


def _unpack(archive: Path, into: Path) -> Backup:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(into, filter="data")  # refuses paths that lead out
        told = json.loads((into / MANIFEST).read_text(encoding="utf-8"))
        backup = Backup(**told)
    except (OSError, tarfile.TarError, ValueError, TypeError, EOFError) as error:
        raise InputError(f"{archive.name} is no backup that can be read: {error}.") from error
    changed = [
        name
        for name, sha256 in backup.files.items()
        if not (into / name).is_file() or _hash(into / name) != sha256
    ]
    if changed:
        raise InputError(
            f"{archive.name} was changed after it was made: {', '.join(changed[:5])}. Nothing was "
            "put back. Use another backup."
        )
    return backup


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

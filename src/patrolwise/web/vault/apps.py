"""The app's name, and what is wrong with its keys."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from patrolwise.errors import InputError
from patrolwise.web.vault.keyring import read_keyring


class VaultConfig(AppConfig):
    """Keys and sealed fields."""

    name = "patrolwise.web.vault"
    label = "vault"

    def ready(self) -> None:
        """Have `check` look at the keys."""
        checks.register(check_keyring, deploy=True)


def check_keyring(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Return what is wrong with the keyring, or with where it lies.

    Parameters
    ----------
    app_configs
        As Django gives it.

    Returns
    -------
    list of CheckMessage
    """
    path = Path(settings.KEYRING)
    try:
        read_keyring(path)
    except InputError as error:
        return [checks.Error(str(error), id="vault.E001")]
    found: list[checks.CheckMessage] = []
    if path.stat().st_mode & 0o077:
        hint = f"chmod 600 {path}"
        found.append(checks.Error(f"Others can read {path}.", hint=hint, id="vault.E002"))
    if settings.DATA_FOLDER in path.parents and not settings.IS_DEMO:
        found.append(
            checks.Warning(
                f"The keyring lies in the data folder, {settings.DATA_FOLDER}: who takes the "
                "folder takes both.",
                hint="Put it where the database's keeper has no access; set PATROLWISE_KEYRING.",
                id="vault.W001",
            )
        )
    return found

"""Where the optional solvers come from, and what is said when they are not installed."""

from importlib import import_module
from typing import Any

from patrolwise.errors import MissingExtraError


def need_ortools() -> Any:
    """Return the CP-SAT module of OR-Tools, which proves plans and rotas.

    Returns
    -------
    module
        ``ortools.sat.python.cp_model``.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    return _need("ortools.sat.python.cp_model", "ortools")


def _need(module: str, package: str) -> Any:
    # Imported when asked for: both are optional, and OR-Tools takes half a second to load.
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(
            f"This way of planning needs {package}, which is not installed. Run: "
            "pip install 'patrolwise[plan]'."
        ) from None

"""How the few functions that see every fix are made into machine code."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

# Without reference counting: it took nine tenths of the time, since every named tuple of arrays
# that is passed counts each of its arrays. Such a function may not make an array; it is given
# those that it writes to, and its caller holds them all.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
_MADE_OF: dict[Any, bytes] = {}  # function made here → hash of all that its code is made of


def compiled(function: Function) -> Function:
    """Return the function as machine code that runs beside other threads and makes no array.

    The code is kept on disk beside the module, or in the user's cache folder, so that only the
    first run on a machine waits for the compiler. Where neither can be written it is compiled
    in each process.

    Parameters
    ----------
    function : function of numbers, arrays and named tuples of them

    Returns
    -------
    function
    """
    made_of = _hash_of(function)
    made: Function
    try:
        made = numba.njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # no folder for the cache can be written
        made = numba.njit(**_OPTIONS)(function)
    else:
        _date_kept_code(made, made_of)
    return _note(made, made_of)


def inlined(function: Function) -> Function:
    """Return the function to be compiled into those that call it, for what is done at every fix.

    A call copies every field of every named tuple that it passes.

    Parameters
    ----------
    function : function of numbers, arrays and named tuples of them

    Returns
    -------
    function
    """
    made: Function = numba.njit(forceinline=True, **_OPTIONS)(function)
    return _note(made, _hash_of(function))


def _note(made: Function, made_of: bytes) -> Function:
    _MADE_OF[made] = made_of
    return made


def _date_kept_code(made: Any, made_of: bytes) -> None:
    """Have kept code forgotten when anything that it was made of has changed.

    numba looks at the file of the function alone: after an upgrade it would go on with the old
    code of functions of other files that it calls, and with their old constants.
    """
    file = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if file is not None:  # it is Python's own where the compiler is turned off
        file._source_stamp = (file._source_stamp, made_of)


def _hash_of(function: Callable[..., Any]) -> bytes:
    """Return a hash of a function's file and of all that the file has imported for it.

    Of the file and not of the function: what is defined further down is called too, and is not
    there yet.
    """
    digest = sha256(_read_file(function))
    for name, value in sorted(function.__globals__.items()):
        digest.update(name.encode() + _tell(value))
    return digest.digest()


def _read_file(function: Callable[..., Any]) -> bytes:
    try:
        return Path(function.__code__.co_filename).read_bytes()
    except OSError:  # made from text
        return function.__code__.co_code


def _tell(value: Any) -> bytes:
    if isinstance(value, np.ndarray):
        return value.tobytes()
    if isinstance(value, int | float | str | tuple):
        return repr(value).encode()
    if hasattr(value, "_fields"):  # a named tuple's class: the order of its fields
        return repr(value._fields).encode()
    return _MADE_OF.get(value, b"") if callable(value) else b""

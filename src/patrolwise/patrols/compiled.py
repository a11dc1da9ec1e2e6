"""How the few functions that see every fix are made into machine code."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

# Without reference counting: it took nine tenths of the time, since every named tuple of arrays
# that is passed counts each of its arrays. Such a function may not make an array; it is given
# those that it writes to, and its caller holds them all.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}


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
    try:
        made = numba.njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # no folder for the cache can be written
        made = numba.njit(**_OPTIONS)(function)
    return cast(Function, made)


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
    return cast(Function, numba.njit(forceinline=True, **_OPTIONS)(function))

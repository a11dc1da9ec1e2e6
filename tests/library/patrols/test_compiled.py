"""Machine code does what the Python it was made from does, and makes no array of its own."""

import os
import subprocess
import sys

import numba
import numpy as np
import pytest
from numba.core.registry import CPUDispatcher

from patrolwise.patrols import area_index, area_lattices, day_batches, fix_cleaning, visit_kernel
from patrolwise.patrols.compiled import compiled, inlined

from .visit_oracles import plain_modules


@inlined
def _twice(number):
    return 2 * number


@compiled
def _sum_of_doubles(numbers):
    total = 0
    for number in numbers:
        total += _twice(number)
    return total


def _made_from_text():
    """Return a function that no file holds, so that no folder can keep its machine code."""
    space = {}
    exec("def half(number):\n    return number / 2", space)
    return space["half"]


def test_a_compiled_function_and_those_inlined_into_it_give_what_python_gives():
    numbers = np.arange(5)
    assert isinstance(_sum_of_doubles, CPUDispatcher)
    assert _sum_of_doubles(numbers) == 20
    assert _sum_of_doubles.py_func(numbers) == 20
    assert _twice(4) == _twice.py_func(4) == 8


def test_machine_code_is_kept_on_disk_so_that_the_next_process_need_not_compile():
    _sum_of_doubles(np.arange(2))
    stats = _sum_of_doubles.stats
    assert sum(stats.cache_hits.values()) + sum(stats.cache_misses.values()) >= 1
    assert stats.cache_path


CALLED = """
from patrolwise.patrols.compiled import compiled, inlined
{decorator}
def twice(number):
    return multiply(number)
{decorator}
def multiply(number):
    return {factor} * number
"""
CALLING = """
from patrolwise.patrols.compiled import compiled
from called import twice
from limits import MOST
@compiled
def sum_up(number):
    return min(twice(number) + 1, MOST)
"""
ASK = "import calling; print(calling.sum_up(5), sum(calling.sum_up.stats.cache_hits.values()))"


@pytest.mark.parametrize("decorator", ["@compiled", "@inlined"])
def test_code_that_was_kept_is_forgotten_when_what_it_calls_in_another_file_changes(
    tmp_path, decorator
):
    def ask(factor=2, most=100):
        called = CALLED.format(decorator=decorator, factor=factor)
        for name, text in (("called", called), ("limits", f"MOST = {most}")):
            path = tmp_path / f"{name}.py"
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
        given = {"cwd": tmp_path, "env": os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}}
        done = subprocess.run(
            [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, **given
        )
        return done.stdout.split()

    (tmp_path / "calling.py").write_text(CALLING)
    assert ask() == ["11", "0"]
    assert ask() == ["11", "1"]  # of the kept code
    assert ask(factor=3) == ["16", "0"]
    assert ask(factor=3, most=12) == ["12", "0"]
    assert ask(factor=3, most=12) == ["12", "1"]


def test_a_function_whose_code_no_folder_can_keep_is_compiled_all_the_same():
    half = compiled(_made_from_text())
    assert isinstance(half, CPUDispatcher)
    assert half(3) == 1.5
    assert half.stats.cache_path is None


def test_a_compiled_function_that_makes_an_array_is_refused_at_once():
    @compiled
    def make(length):
        return np.zeros(length)

    with pytest.raises(numba.core.errors.NumbaError):
        make(3)


def test_what_tests_run_as_plain_python_holds_no_machine_code_and_the_library_holds_its_own():
    plain = plain_modules()
    for real in (area_lattices, area_index, fix_cleaning, visit_kernel, day_batches):
        copy = getattr(plain, real.__name__.rsplit(".", 1)[1])
        assert copy is not real
        assert copy.__name__ == real.__name__
        assert sys.modules[real.__name__] is real
    for copy in vars(plain).values():
        assert not [name for name, part in vars(copy).items() if isinstance(part, CPUDispatcher)]
    assert isinstance(visit_kernel.find_visits_of_days, CPUDispatcher)
    assert isinstance(fix_cleaning.keep_fixes, CPUDispatcher)
    assert day_batches.find_visits_of_days is visit_kernel.find_visits_of_days
    assert plain.day_batches.find_visits_of_days is plain.visit_kernel.find_visits_of_days
    assert plain_modules() is plain

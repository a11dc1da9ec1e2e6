import sys

import pytest

from patrolwise.errors import MissingExtraError
from patrolwise.planning.exact import plan_exactly
from patrolwise.planning.extras import need_ortools
from patrolwise.planning.searching import SearchRule

from .plan_worlds import seeds_case


def test_the_solver_is_there_when_it_is_installed():
    assert need_ortools().CpModel().validate() == ""


def test_without_the_solver_it_is_said_what_to_install(monkeypatch):
    # None in place of a module is how Python itself marks one that cannot be imported
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)
    with pytest.raises(MissingExtraError, match=r"needs ortools.*pip install 'patrolwise\[plan\]'"):
        plan_exactly(seeds_case(0), SearchRule())

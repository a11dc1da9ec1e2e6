"""The page on evidence by design holds what its script measures, and its example runs."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest
from scipy import stats

from patrolwise.planning.concealment import ROLES

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def script():
    path = ROOT / "scripts" / "calibrate_allocation.py"
    spec = importlib.util.spec_from_file_location("calibrate_allocation", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def page(script):
    return script.PAGE.read_text(encoding="utf-8")


def table(page, name):
    """Cells by label of one table of the page."""
    text = page.split(f"<!-- {name}: begin -->\n")[1].split(f"<!-- {name}: end -->")[0]
    lines = [line.strip("|").split("|") for line in text.splitlines()[2:]]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_tables_that_take_no_chance_are_what_the_script_makes_today(script, page):
    made = {"lasting": script.lasting_table(), "detectable": script.detectable_table()}
    assert script.fill_page(page, made) == page


def test_every_simulated_programme_is_in_the_page_and_keeps_its_level(script, page):
    rows = table(page, "placebos")
    assert list(rows) == [scenario.label for scenario in script.list_placebos()]
    for runs, _, *cells in rows.values():
        shares = [float(cell) for cell in cells]
        assert int(runs.replace(",", "")) >= 1000
        assert all(4 <= share <= 6 for share in shares[:4])


def test_power_by_formula_is_within_two_points_of_what_was_found(script, page):
    rows = table(page, "effects")
    assert list(rows) == [scenario.label for scenario in script.list_effects()]
    for _, runs, found, _, formula, covered in rows.values():
        assert int(runs.replace(",", "")) >= 1000
        assert abs(float(found) - float(formula)) <= 2
        assert not covered or 93 <= float(covered) <= 97
    for scenario, (_, _, _, _, formula, _) in zip(
        script.list_effects(), rows.values(), strict=True
    ):
        power = script.expect_power(scenario, script.lay_out(scenario))
        assert float(formula) == pytest.approx(100 * power, abs=0.051)


def test_in_a_short_run_the_test_keeps_its_level_and_the_usual_way_does_not(script):
    scenario = script.replace(script.list_placebos()[1], draws=39)
    tally = script.measure(scenario, 200, ("ratio", "difference", "naive"))
    assert tally.runs == 200
    low, high = stats.binom.interval(0.999, 200, 0.05)
    assert low <= tally.rejected["ratio"] <= high
    assert low <= tally.rejected["difference"] <= high
    assert tally.rejected["naive"] > 170
    again = script.measure(scenario, 20, ("ratio",))
    assert again.rejected == script.measure(scenario, 20, ("ratio",)).rejected


def test_in_a_short_run_an_effect_is_found_about_as_often_as_the_formula_says(script):
    scenario = script.replace(script.list_effects()[3], draws=199, runs_share=1.0)
    tally = script.measure(scenario, 150, ("ratio",))
    expected = script.expect_power(scenario, script.lay_out(scenario))
    low, high = stats.binom.interval(0.999, 150, expected)
    assert low <= tally.rejected["ratio"] <= high


def test_every_role_is_in_the_page_with_what_it_may_see(page):
    rows = page.split("| role | may see |\n|---|---|\n")[1].split("\n\n")[0]
    told = {}
    for line in rows.splitlines():
        names, sees = (cell.strip() for cell in line.strip("|").split("|"))
        told |= dict.fromkeys(names.split(", "), sees)
    assert told == {name: role.sees for name, role in ROLES.items()}


def test_the_example_prints_what_is_shown(page, capsys):
    code, shown = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL).groups()
    exec(code, {})
    assert capsys.readouterr().out == shown


def test_a_page_without_its_markers_is_not_filled(script):
    with pytest.raises(SystemExit, match="lacks the markers of lasting"):
        script.fill_page("text", {"lasting": ""})

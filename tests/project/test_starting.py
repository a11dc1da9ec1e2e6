"""What is loaded when, so that --help answers at once and the library needs no framework."""

import subprocess
import sys

HEAVY = ("numpy", "polars", "scipy", "shapely", "pyproj", "typst", "vl_convert", "tqdm", "jinja2")


def loaded_by(code):
    probe = f"{code}\nimport sys; print('\\n'.join(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert not loaded_by("import patrolwise") & set(HEAVY)


def test_help_loads_nothing_heavy():
    code = (
        "from patrolwise.cli.__main__ import main\n"
        "for words in (['--help'], ['evaluate', '--help'], ['hot-spots', '--help']):\n"
        "    try: main(words)\n"
        "    except SystemExit: pass\n"
    )
    assert not loaded_by(code) & set(HEAVY)


def test_the_library_loads_no_framework_and_no_plotting():
    modules = "patrolwise.study.evaluation, patrolwise.files.crimes, patrolwise.reporting.web_page"
    assert not loaded_by(f"import {modules}") & {"django", "pyspark", "matplotlib", "pandas"}

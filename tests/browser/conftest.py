"""A site of its own that is served as people serve it, and a real browser to look at it."""

import functools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from .visiting import DESK, SCREENS, KeyVisitor, Visitor

CHROMIUM = os.environ.get("PATROLWISE_CHROMIUM") or shutil.which("chromium")
HERE = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@dataclass
class Site:
    """A site that is served, and can be stopped and started again."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None
    password: str = ""
    key: str = "police"
    told: dict = field(default_factory=dict)  # what the script that filled it told

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PATROLWISE", "DATABASE"))}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return kept | {"PATROLWISE_DATA": str(self.folder), "PATROLWISE_DEMO": "yes"}

    def run(self, *arguments):
        command = [sys.executable, "-m", "patrolwise.web", self.key, *arguments]
        done = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=1200, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run_script(self, name):
        """Run a script of this folder in the site's shell, and return its last line."""
        told = self.run("shell", "-c", (HERE / name).read_text(encoding="utf-8"))
        return told.splitlines()[-1]

    def start(self):
        command = [sys.executable, "-m", "patrolwise.web", self.key, "serve", "--alone"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--workers", "1"],
            env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(600):
            assert self.process.poll() is None, "the server ended at once"
            try:
                with urlopen(f"{self.address}/health/", timeout=5):
                    return
            except HTTPError:
                raise
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def new_site(tmp_path_factory):
    """Return a maker of sites as `init` leaves them, which is run once for each kind of site."""

    @functools.cache
    def make_first(key):
        made = Site(tmp_path_factory.mktemp(f"first-{key}") / "data", 0, key=key)
        made.run("init")
        return made

    def make(key="police"):
        made = Site(tmp_path_factory.mktemp(key) / "data", _free_port(), key=key)
        shutil.copytree(make_first(key).folder, made.folder)
        return made

    return make


@pytest.fixture(scope="session")
def site(new_site):
    """Return a site with a plan of today, served."""
    made = new_site()
    made.run_script("field_world.py")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def chromium():
    """Return the browser; the tests are skipped only where there is none."""
    if not CHROMIUM:
        pytest.skip("there is no chromium here: on Debian, apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def filled(new_site):
    """Return a site that was filled as a demonstration is; it is copied, and never served."""
    made = new_site()
    told = made.run("fill_demo")
    made.password = re.search(r"Sign in with the password (\S+)", told).group(1)
    made.run_script("begun_shift.py")
    return made


@pytest.fixture(scope="session")
def copy(filled, tmp_path_factory):
    """Return a maker of sites that are filled as a demonstration is; all are stopped at the end."""
    running = []

    def make(*scripts):
        made = Site(tmp_path_factory.mktemp("site") / "data", _free_port())
        shutil.copytree(filled.folder, made.folder)
        made.password = filled.password
        for script in scripts:
            made.told = json.loads(made.run_script(script))
        made.start()
        running.append(made)
        return made

    yield make
    for made in running:
        made.stop()


@pytest.fixture(scope="session")
def demonstration(copy):
    """Return a site that was filled as a demonstration is, served."""
    return copy()


@pytest.fixture(scope="session")
def phone_demonstration(copy):
    """Return another: what is done on a phone must not be found done at a desk."""
    return copy()


@pytest.fixture(scope="session")
def bare(new_site):
    """Return a site with a person of each role and nothing else, served."""
    made = new_site()
    made.password = made.run_script("bare_world.py")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def stated(copy):
    """Return a demonstration with what it rarely shows: refusals, alarms, things that wait."""
    return copy("states_world.py")


@pytest.fixture(scope="session")
def crowded(copy):
    """Return a demonstration with many of everything, and long names."""
    return copy("many_world.py")


@pytest.fixture(scope="session")
def serve_copy(tmp_path_factory):
    """Return a way to serve a copy of a site that was made and is not served itself."""

    @contextmanager
    def serve(made):
        folder = tmp_path_factory.mktemp("copy") / "data"
        shutil.copytree(made.folder, folder)
        copied = replace(made, folder=folder, port=_free_port())
        copied.start()
        try:
            yield copied
        finally:
            copied.stop()

    return serve


@pytest.fixture(scope="module", params=list(SCREENS))
def screen(request):
    """Return a desk's or a phone's size: each journey is done on both, by keys alone."""
    return SCREENS[request.param]


@pytest.fixture
def visit(chromium):
    """Return a maker of visitors; what they saw go wrong fails the test at its end."""
    made = []

    def make(site, *, by_keys=False, **options):
        context = chromium.new_context(**({"viewport": DESK} | options))
        made.append((KeyVisitor if by_keys else Visitor)(context, site.address))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
    assert [fault for one in made for fault in one.faults] == []


@contextmanager
def serve_outreach(made):
    """Give a new site of the outreach service with a shift of today for each worker, served."""
    made.run_script("street_world.py")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def outreach(new_site):
    """Return the site that phones on the street talk to."""
    with serve_outreach(new_site("outreach")) as made:
        yield made


@pytest.fixture(scope="session")
def partnership_world(new_site):
    """Return the commissioning partnership's site with people, an agency and a school."""
    made = new_site("partnership")
    made.run_script("partnership_world.py")
    return made


@pytest.fixture(scope="session")
def partnership(partnership_world, serve_copy):
    """Return it served."""
    with serve_copy(partnership_world) as made:
        yield made

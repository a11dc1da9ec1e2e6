"""What a first visit loads: at most 400 kB compressed, 1.3 MB with the map."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from .patrol_rows import make_book, make_set

AT_ONCE = re.compile(r'(?:href|src)="/static/([^"]+)"')
LATER = re.compile(r'data-(?:library|worker|tiles)="/static/([^"]+)"')  # once the map is looked at
IMPORTED = re.compile(r'(?:import|from)\s*\(?"\./([^"]+)"')
HASHED = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")


def weigh(names):
    """Return the compressed bytes of static files, with the modules that they import."""
    waiting, weights = {HASHED.sub("", name) for name in names}, {}
    while waiting:
        name = waiting.pop()
        path = Path(finders.find(name))
        weights[name] = len(gzip.compress(path.read_bytes()))
        if path.suffix in {".js", ".mjs"}:
            folder = name.rpartition("/")[0]
            found = {f"{folder}/{one}" for one in IMPORTED.findall(path.read_text())}
            waiting |= found - set(weights)
    return sum(weights.values())


@pytest.mark.parametrize("name", ["home", "live", "rota", "insight-dose", "hot-spots", "field"])
def test_a_first_visit_loads_little(name, sign_in):
    make_set()
    make_book()
    page = sign_in("officer" if name == "field" else "coordinator").get(reverse(name))
    text = page.content.decode()
    at_once = len(gzip.compress(page.content)) + weigh(AT_ONCE.findall(text))
    later = weigh(LATER.findall(text))
    assert (later > 0) == (name == "live")
    assert 5_000 < at_once < 400_000
    assert at_once + later < 1_300_000

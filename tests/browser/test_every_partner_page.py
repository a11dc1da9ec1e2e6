"""Every page of the two sites of partners on a phone, filled as a demonstration: axe, width."""

import json
import re

import pytest

from .test_every_page import LIST, find_pages
from .visiting import PHONE, Visitor

# Those who together see the pages; each page is looked at as the first who sees it.
ROLES = {
    "asb": ("lead", "protection", "patrol", "administrator"),
    "partnership": ("programme", "analyst", "agency", "assessor", "administrator"),
}
LEAST = {"asb": 30, "partnership": 45}


@pytest.fixture(scope="module", params=sorted(ROLES))
def partners(request, new_site):
    """Return a site that was filled as a demonstration is, served."""
    made = new_site(request.param)
    told = made.run("fill_demo")
    made.password = re.search(r"Sign in with the password (\S+)", told).group(1)
    made.start()
    yield made
    made.stop()


def test_every_page_of_a_partners_site_is_in_order(partners, chromium):
    told = partners.run("shell", "-c", LIST).splitlines()[-1]
    addresses = [(name, re.compile(pattern)) for name, pattern in json.loads(told)]
    faults, seen = [], set()
    for role in ROLES[partners.key]:
        context = chromium.new_context(viewport=PHONE)
        one = Visitor(context, partners.address)
        one.sign_in(f"{role}@demo.example", partners.password)
        for name, path in find_pages(context.request, partners.address, addresses).items():
            if name in seen and name != "home":
                continue
            seen.add(name)
            one.go(path)
            one.page.wait_for_selector("h1")
            faults += [(partners.key, name, path, *fault) for fault in one.find_violations()]
            if one.is_wide():
                faults.append((partners.key, name, path, "has to be moved sideways"))
        faults += one.faults
        context.close()
    assert faults == []
    assert len(seen) >= LEAST[partners.key], sorted(seen)

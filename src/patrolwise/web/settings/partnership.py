"""The commissioning partnership's site: funds, agencies, schools, returns. No person's case."""

import os

from patrolwise.web.settings.configuration import find_keyring, read_configuration
from patrolwise.web.settings.shared import Site, make_settings

SITE = Site(
    key="partnership",
    title="Violence reduction partnership",
    apps=(
        "patrolwise.web.vault",
        "patrolwise.web.commons",
        "patrolwise.web.agencies",
        "patrolwise.web.schools",
        "patrolwise.web.grants",
        "patrolwise.web.learning",
        "patrolwise.web.sources",
        "patrolwise.web.returns",
    ),
    urls="patrolwise.web.urls.partnership",
    roles="patrolwise.web.accounts.partnership_roles.ROLES",
    ways="patrolwise.web.accounts.partnership_navigation.WAYS",
    init=("make_keyring",),
)

globals().update(make_settings(SITE, read_configuration(SITE.key, os.environ)))
KEYRING = find_keyring(SITE.key, os.environ)
CONTROLLERS = (SITE.key,)  # whose keys are in it
FIRST_PAGE = (
    "patrolwise.web.agencies.waiting.list_todos",
    "patrolwise.web.schools.waiting.list_todos",
    "patrolwise.web.returns.waiting.list_todos",
    "patrolwise.web.learning.waiting.list_todos",
    "patrolwise.web.sources.waiting.list_todos",
    "patrolwise.web.grants.waiting.list_waiting",
)
PUBLIC_WAYS = (  # of the sign-in page
    "patrolwise.web.grants.public_ways.list_public_ways",
    "patrolwise.web.returns.public_ways.list_public_ways",
)

"""The anti-social behaviour partnership's site: a zone with its own database and keys."""

import os

from patrolwise.web.settings.configuration import find_keyring, read_configuration
from patrolwise.web.settings.shared import Site, make_settings

SITE = Site(
    key="asb",
    title="Anti-social behaviour casework",
    apps=(
        "patrolwise.web.vault",
        "patrolwise.web.commons",
        "patrolwise.web.asb",
        "patrolwise.web.casereviews",
    ),
    urls="patrolwise.web.urls.asb",
    roles="patrolwise.web.accounts.asb_roles.ROLES",
    ways="patrolwise.web.accounts.asb_navigation.WAYS",
    init=("make_keyring",),
)

globals().update(make_settings(SITE, read_configuration(SITE.key, os.environ)))
KEYRING = find_keyring(SITE.key, os.environ)
CONTROLLERS = (SITE.key,)  # whose keys are in it
FIRST_PAGE: tuple[str, ...] = (
    "patrolwise.web.asb.first_page.list_todos",
    "patrolwise.web.casereviews.waiting.list_waiting",
)
PUBLIC_WAYS = ("patrolwise.web.casereviews.public_ways.list_public_ways",)  # of the sign-in page
DUE_MORE = ("patrolwise.web.casereviews.due.list_due",)  # what apps above asb keep too long

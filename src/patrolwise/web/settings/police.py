"""The police and partners' site."""

import os

from patrolwise.web.settings.configuration import read_configuration
from patrolwise.web.settings.shared import Site, make_settings

SITE = Site(
    key="police",
    title="Patrolwise",
    apps=(
        "patrolwise.web.records",
        "patrolwise.web.tasking",
        "patrolwise.web.field",
        "patrolwise.web.livemap",
        "patrolwise.web.insight",
    ),
    urls="patrolwise.web.urls.police",
    roles="patrolwise.web.accounts.police_roles.ROLES",
    ways="patrolwise.web.accounts.navigation.WAYS",
    handlers={},
)

globals().update(make_settings(SITE, read_configuration(SITE.key, os.environ)))

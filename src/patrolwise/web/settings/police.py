"""The police and partners' site."""

import os

from patrolwise.web.settings.configuration import read_configuration
from patrolwise.web.settings.shared import Site, make_settings

SITE = Site(
    key="police",
    title="Patrolwise",
    apps=(
        "patrolwise.web.exchange",
        "patrolwise.web.records",
        "patrolwise.web.tasking",
        "patrolwise.web.problems",
        "patrolwise.web.received",
        "patrolwise.web.field",
        "patrolwise.web.livemap",
        "patrolwise.web.insight",
    ),
    urls="patrolwise.web.urls.police",
    roles="patrolwise.web.accounts.police_roles.ROLES",
    ways="patrolwise.web.accounts.navigation.WAYS",
    handlers={
        "minutes": "patrolwise.web.received.taking.take_minutes",
        "counts": "patrolwise.web.received.taking.take_counts",
        "issues": "patrolwise.web.received.taking.take_issues",
        "debriefs": "patrolwise.web.received.taking.take_debriefs",
        "proposals": "patrolwise.web.received.taking.take_proposals",
        "disclosures": "patrolwise.web.received.taking.take_disclosures",
    },
    senders=("patrolwise.web.received.sending.gather_due",),
    places="patrolwise.web.received.sending.list_place_names",
    init=("make_exchange_keys",),
)

globals().update(make_settings(SITE, read_configuration(SITE.key, os.environ)))

"""The outreach service's site."""

import os

from patrolwise.web.settings.configuration import find_keyring, read_configuration
from patrolwise.web.settings.shared import Site, make_settings

SITE = Site(
    key="outreach",
    title="Street outreach",
    apps=(
        "patrolwise.web.exchange",
        "patrolwise.web.vault",
        "patrolwise.web.casework",
        "patrolwise.web.street",
        "patrolwise.web.desk",
        "patrolwise.web.team",
        "patrolwise.web.yourrecord",
        "patrolwise.web.keeping",
        "patrolwise.web.openness",
    ),
    urls="patrolwise.web.urls.outreach",
    roles="patrolwise.web.accounts.outreach_roles.ROLES",
    ways="patrolwise.web.accounts.outreach_navigation.WAYS",
    handlers={
        "places": "patrolwise.web.street.taking.take_places",
        "plan": "patrolwise.web.street.taking.take_plan",
        "released": "patrolwise.web.street.taking.take_released",
        "replies": "patrolwise.web.team.actions.take_replies",
        "receipts": "patrolwise.web.desk.receipts.take_receipts",
    },
    senders=(
        "patrolwise.web.street.crossing.gather_due",
        "patrolwise.web.desk.receipts.forget_told",
    ),
    places="patrolwise.web.street.places.list_names",
    init=("make_exchange_keys", "make_keyring"),
    context=("patrolwise.web.street.context.tell_worries",),
)

globals().update(make_settings(SITE, read_configuration(SITE.key, os.environ)))
HOT_SPOT_CHOICES = "patrolwise.web.street.places.list_choices"
KEYRING = find_keyring(SITE.key, os.environ)
CONTROLLERS = (SITE.key,)  # whose keys are in it
SAFEGUARDING_PHONE = os.environ.get("PATROLWISE_SAFEGUARDING_PHONE", "").strip()
FIRST_PAGE_MORE = (
    "patrolwise.web.yourrecord.waiting.list_waiting",
    "patrolwise.web.keeping.waiting.list_waiting",
    "patrolwise.web.openness.waiting.list_waiting",
)

"""Run inside a filled site's shell: somebody with codes as second factor, and an invitation."""

import json

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from patrolwise.web.accounts.actions import invitation_to, invite_person
from patrolwise.web.insight.demo_people import PASSWORD

keyholder = invite_person(
    by=None, email="keyholder@demo.example", name="Kim Demo", role="analyst", team=None
)
keyholder.set_password(PASSWORD)
keyholder.save()
TOTP.activate(keyholder, "JBSWY3DPEHPK3PXP")
RecoveryCodes.activate(keyholder)
invited = invite_person(
    by=None, email="invited@demo.example", name="Ina Demo", role="officer", team=None
)
codes = Authenticator.objects.get(user=keyholder, type="recovery_codes").wrap().get_unused_codes()
print(json.dumps({"invitation": invitation_to(invited), "codes": codes}))

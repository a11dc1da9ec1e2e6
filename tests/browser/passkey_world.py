"""Run inside a site's shell: a passkey for somebody who has signed in; nobody signs in by it."""

from allauth.mfa.models import Authenticator

from patrolwise.web.accounts.models import Person

passkey = Authenticator.objects.create(
    user=Person.objects.get(email="keyholder@demo.example"),
    type=Authenticator.Type.WEBAUTHN,
    data={"name": "Key on the ring", "credential": {}},
)
print(passkey.pk)

"""How people sign in: by invitation only, and nobody learns from a page who has an account."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """What the sign-in pages ask of us."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited by an administrator."""
        return False

"""How people sign in: by invitation only, and nobody learns from a page who has an account."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES


class Adapter(DefaultAccountAdapter):
    """What the sign-in pages ask of us."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited by an administrator."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the first page of somebody's role: whoever patrols wants today's card."""
        person = request.user
        role = ROLES.get(person.role) if isinstance(person, Person) else None
        return reverse(role.first_page) if role else super().get_login_redirect_url(request)

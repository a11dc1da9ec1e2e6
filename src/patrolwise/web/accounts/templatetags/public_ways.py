"""Which pages of a site are open to whoever does not sign in, for the sign-in page."""

from django import template
from django.conf import settings
from django.utils.module_loading import import_string

register = template.Library()


@register.simple_tag
def list_public_ways() -> list[tuple[str, str]]:
    """Return where the public can go from the sign-in page: titles and names of addresses.

    A site says by `PUBLIC_WAYS` which functions know of such pages; each tells only of those on
    which there is something now.
    """
    sources = getattr(settings, "PUBLIC_WAYS", ())
    return [way for path in sources for way in import_string(path)()]

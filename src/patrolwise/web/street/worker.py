"""What makes the phone's pages work without signal: the service worker's text and the manifest."""

import json
from hashlib import sha256

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse

from patrolwise.web.street.views import PAGES, tell_phone

_FILES = (
    "shell/shell.css",
    "street/icon.svg",
    "street/store.js",
    "street/queue.js",
    "street/phone.js",
    "street/items.js",
    "street/position.js",
)
_ICONS = (("any", "any"), ("512x512", "maskable"))


def write_worker() -> str:
    """Return the service worker. Its version is the hash of itself and of all that it keeps.

    Returns
    -------
    str
        JavaScript.
    """
    told = {
        "files": json.dumps([staticfiles_storage.url(name) for name in _FILES]),
        "pages": json.dumps([reverse(name) for name in PAGES]),
        "shell": reverse("street-shell"),
    }
    text = render_to_string("street/worker.js", told)
    # names of files hold the hash of their content, and the page without signal is in the text
    shell = render_to_string("street/shell.html", {**tell_phone(None), "day": ""})
    version = sha256((text + shell).encode()).hexdigest()[:16]
    return f'const VERSION = "{version}";\n{text}'


def write_manifest() -> str:
    """Return the manifest by which the pages are installed.

    Returns
    -------
    str
        JSON.
    """
    icons = [
        {
            "src": staticfiles_storage.url("street/icon.svg"),
            "sizes": sizes,
            "type": "image/svg+xml",
            "purpose": purpose,
        }
        for sizes, purpose in _ICONS
    ]
    told = {
        "name": "Street outreach: today",
        "short_name": "Outreach",
        "id": "/today/",
        "start_url": reverse("today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#4b2e63",
        "icons": icons,
    }
    return json.dumps(told)

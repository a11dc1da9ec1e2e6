"""What makes the phone page work without signal: the service worker's text and the manifest."""

import json
from hashlib import sha256

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse

_FILES = (
    "shell/shell.css",
    "shell/icon.svg",
    "field/queue.js",
    "field/phone.js",
    "field/position.js",
    "field/wipe.js",
    "field/icon-192.png",
)
_ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
_SCOPE = "/field/"


def write_worker() -> str:
    """Return the service worker. Its version is the hash of itself and of all that it keeps.

    Returns
    -------
    str
        JavaScript.
    """
    told = {
        "files": json.dumps([staticfiles_storage.url(name) for name in _FILES]),
        "page": reverse("field"),
        "unsent": reverse("field-unsent"),
    }
    text = render_to_string("field/worker.js", told)
    # names of files hold the hash of their content, and the page without signal is in the text
    version = sha256((text + render_to_string("field/unsent.html", {})).encode()).hexdigest()[:16]
    return f'const VERSION = "{version}";\n{text}'


def write_manifest() -> str:
    """Return the manifest by which the page is installed.

    Returns
    -------
    str
        JSON.
    """
    icons = [
        {
            "src": staticfiles_storage.url(f"field/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in _ICONS
    ]
    told = {
        "name": "Patrolwise: today",
        "short_name": "Today",
        "id": _SCOPE,
        "start_url": reverse("field"),
        "scope": _SCOPE,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#17364a",
        "icons": icons,
    }
    return json.dumps(told)

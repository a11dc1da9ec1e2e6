"""What a server of fixes calls. The site is named by DJANGO_SETTINGS_MODULE."""

import django

django.setup()

from patrolwise.web.field.ingest_rsgi import make_server  # noqa: E402  (models need the setup)

application = make_server()

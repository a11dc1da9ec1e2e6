"""What a server of fixes calls. The site is named by DJANGO_SETTINGS_MODULE."""

import gc

import django

django.setup()

from patrolwise.web.field.ingest_rsgi import make_server  # noqa: E402  (models need the setup)

# what was imported is never garbage: going through it took a sixth of the server's time
gc.collect()
gc.freeze()
gc.set_threshold(100_000)  # things made: those of a batch hold no cycle
application = make_server()

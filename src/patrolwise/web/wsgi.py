"""What a web server calls. The site is named by DJANGO_SETTINGS_MODULE."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()

# All pages are loaded before the first is asked for, and what that made is never gone through again
# in search of garbage: with some 200,000 objects that took 0.1 s each time, of whatever page was
# unlucky.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()

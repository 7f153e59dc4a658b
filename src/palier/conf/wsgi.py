"""What the web server calls."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.conf.settings")
os.environ.setdefault("PALIER_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

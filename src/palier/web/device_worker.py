"""The worker of a site on a device: what keeps its pages without network, one script made of two files."""

from importlib.resources import files

from django.http import HttpResponse


def worker_answer(package: str) -> HttpResponse:
    """The worker of that site (`palier.home`), after the sealing that all share.

    It is not a page: it may be fetched again at will, and reads nothing of anyone.
    """
    shared = files("palier.web") / "worker" / "sealing.js"
    own = files(package) / "worker" / "veilleur.js"
    script = shared.read_text(encoding="utf-8") + own.read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")

"""The language of an account: chosen on the tenants’ site, found again on the next device and in what is written."""

from django.http import HttpRequest, HttpResponse

from palier.agents.models import User
from palier.foundation.clock import now
from palier.web import preferences
from palier.web.languages import SPOKEN
from palier.web.sessions import account_of


def change(request: HttpRequest) -> HttpResponse:
    """The settings of `preferences.change`; a language is also kept on the account of who is signed in."""
    answer = preferences.change(request)
    code = request.POST.get("langue", "")
    if code in preferences.LANGUAGES:
        user = account_of(request, at=now())
        if user is not None:
            User.objects.filter(pk=user.pk).update(language=code)
            request.session[SPOKEN] = code
    return answer

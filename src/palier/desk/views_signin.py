"""Signing in and out of the desk, and what a person may set for themselves."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils import timezone

from palier.agents.models import Agent, User
from palier.privacy.declare import Role
from palier.privacy.rights import may_open
from palier.web import signin
from palier.web.sites import DESK


def _may_enter(user: User) -> bool:
    """An agent whose function has at least the desk's first page."""
    if user.agent_id is None:
        return False
    role = Agent.objects.filter(pk=user.agent_id, left_on__isnull=True).values_list("role", flat=True).first()
    return role is not None and may_open(Role(role), "desk:home")


WAY_IN = signin.WayIn(site=DESK, home="desk:home", may_enter=_may_enter)


def sign_in(request: HttpRequest) -> HttpResponse:
    """The way into the desk."""
    return signin.sign_in(request, WAY_IN)


def sign_out(request: HttpRequest) -> HttpResponse:
    """The way out."""
    return signin.sign_out(request, WAY_IN)


class PasswordForm(forms.Form):
    """A new password, given twice, by someone who knows the present one."""

    present = forms.CharField(
        label="Mot de passe actuel",
        max_length=signin.LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    wanted = forms.CharField(
        label="Nouveau mot de passe",
        help_text="Douze caractères au moins. Une phrase se retient mieux qu’un code.",
        max_length=signin.LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Nouveau mot de passe, encore une fois",
        max_length=signin.LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise forms.ValidationError("Ce n’est pas votre mot de passe actuel.")
        return present

    def clean_wanted(self) -> str:
        wanted: str = self.cleaned_data["wanted"]
        validate_password(wanted, self.user)
        return wanted

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "wanted" in self.cleaned_data and again != self.cleaned_data["wanted"]:
            raise forms.ValidationError("Ce mot de passe n’est pas le même que le nouveau.")
        return again


def my_preferences(request: HttpRequest) -> HttpResponse:
    """One's own session and password. Looks are chosen in the menu of the account, on every page."""
    user = signin.signed_in(request)
    if user is None:
        return HttpResponseRedirect(resolve_url(DESK.sign_in))
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["wanted"])
        user.save(update_fields=["password"])
        # The session in hand stays; those opened elsewhere with the former password are closed.
        update_session_auth_hash(request, user)
        messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
        return HttpResponseRedirect(resolve_url("desk:my_preferences"))
    context = {
        "form": form,
        "identifier": user.identifier,
        "ends_at": timezone.localtime(request.session.get_expiry_date()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/my_preferences.html", context, status=status)

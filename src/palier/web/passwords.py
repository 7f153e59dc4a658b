"""Passwords as they are chosen: typed twice, by who knows the present one or came by a link."""

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext, gettext_lazy

from palier.agents.models import User
from palier.web.recovery import forget_password_links
from palier.web.sessions import close_other_sessions, session_of
from palier.web.signin import LONGEST_PASSWORD


class NewPasswordForm(forms.Form):
    """A new password, given twice."""

    wanted = forms.CharField(
        label=gettext_lazy("Nouveau mot de passe"),
        help_text=gettext_lazy("Douze caractères au moins. Une phrase se retient mieux qu’un code."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Nouveau mot de passe, encore une fois"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_wanted(self) -> str:
        wanted: str = self.cleaned_data["wanted"]
        validate_password(wanted, self.user)
        return wanted

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "wanted" in self.cleaned_data and again != self.cleaned_data["wanted"]:
            raise forms.ValidationError(gettext("Ce mot de passe n’est pas le même que le nouveau."))
        return again


class PasswordForm(NewPasswordForm):
    """A new password, by someone who knows the present one."""

    present = forms.CharField(
        label=gettext_lazy("Mot de passe actuel"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "wanted", "again")

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise forms.ValidationError(gettext("Ce n’est pas votre mot de passe actuel."))
        return present


def change_password(request: HttpRequest, user: User, wanted: str) -> None:
    """Keep the new password; the session in hand stays, those opened elsewhere with the former one are closed.

    It is no proof of its own: whoever has a second factor gave it before.
    """
    here = session_of(request)
    user.set_password(wanted)
    user.save(update_fields=["password"])
    forget_password_links(user)
    close_other_sessions(user, this_one=here.id if here is not None else None)
    update_session_auth_hash(request, user)

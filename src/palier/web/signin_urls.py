"""The addresses of signing in, alike on every site."""

from django.urls import URLPattern, path

from palier.web import mail_views, my_access, openid_views, recovery_views, second_factor, signin
from palier.web.signin import WayIn


def addresses(way: WayIn) -> list[URLPattern]:
    """The addresses of a site whose way in is this one; its own sign-in and sign-out pages keep theirs."""
    entered: dict[str, object] = {"way": way}
    return [
        path("acces/cle/", signin.sign_in_by_passkey, entered, name="passkey"),
        path("acces/second-facteur/", second_factor.second_factor, entered, name="second_factor"),
        path("acces/choisir/", second_factor.enrol, entered, name="enrol"),
        path("acces/verifier/", my_access.prove, entered, name="prove"),
        path("acces/sessions/", my_access.my_sessions, entered, name="my_sessions"),
        path("acces/cles/", my_access.my_keys, entered, name="my_keys"),
        path("acces/mot-de-passe/", my_access.my_password, entered, name="my_password"),
        path("acces/courriel/", mail_views.mail_link, entered, name="mail_link"),
        path("acces/lien/", mail_views.mail_arrive, entered, name="mail_arrive"),
        path("acces/oubli/", recovery_views.forgotten, entered, name="forgotten"),
        path("acces/nouveau/", recovery_views.choose, entered, name="choose_password"),
        path("acces/fournisseur/", openid_views.begin, entered, name="provider"),
        path("acces/fournisseur/retour/", openid_views.come_back, entered, name="provider_return"),
    ]

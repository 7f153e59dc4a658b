"""E-mail without content: that something waits, and where. Neither what it is, nor for which lease, nor how much."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from palier.dispatch.channels import EMAIL, MESSAGE_KIND, Answer, Nature, Parcel, Said
from palier.foundation.mailing import leave_mail
from palier.mail.models import INVITATION_KIND

_SUBJECT: Final = "Un document vous attend"
# Its paragraphs, each said in the language of who is written to.
_BODY: Final = (
    "Bonjour,",
    "Un document vous attend dans votre espace locataire. Ouvrez votre espace comme d’habitude pour le lire.",
    "Ce message ne contient aucun lien. Nous ne demandons jamais votre mot de passe par courriel.",
    "Pour ne plus recevoir ce message\u00a0: votre espace, «\u00a0Mon dossier\u00a0», «\u00a0Mes accords\u00a0».",
)
# Nobody logs in yet: neither a link nor a code, which comes by a sealed letter.
_PROPOSES: Final = "Votre bailleur vous propose un espace en ligne"
_PROPOSED: Final = (
    "Bonjour,",
    "Vous pouvez lire vos documents, payer et signaler une panne depuis chez vous.",
    "Ce n’est jamais obligatoire\u00a0: sans rien faire, vous gardez le papier, l’accueil et le téléphone.",
    "Pour entrer, demandez votre lettre d’accès à votre agence. Elle arrive fermée, par la poste, à votre nom.",
    "Ce message ne contient aucun lien. Nous ne demandons jamais votre mot de passe par courriel.",
    "Vous ne voulez plus de cette proposition\u00a0? Dites-le à votre agence.",
)
_ANSWERED: Final = "Une réponse vous attend"
_ANSWER: Final = (
    "Bonjour,",
    "Votre agence vous a écrit. Ouvrez votre espace comme d’habitude pour lire sa réponse.",
    *_BODY[2:],
)
SENTENCES: Final = (_SUBJECT, *_BODY, _PROPOSES, *_PROPOSED[1:], _ANSWERED, _ANSWER[1])
# Of any other kind, a document waits.
_WORDS: Final = {INVITATION_KIND: (_PROPOSES, _PROPOSED), MESSAGE_KIND: (_ANSWERED, _ANSWER)}


@dataclass(frozen=True, slots=True)
class EmailNotice:
    """Messages left in a folder, where a mail server would take them."""

    folder: Path
    code: str = EMAIL
    label: str = "Courriel sans contenu"
    nature: Nature = Nature.SIMULATED

    def send(self, parcel: Parcel) -> Answer:
        if not parcel.reaches:
            return Answer(said=Said.REFUSED, code="NO_ADDRESS")
        subject, body = _WORDS.get(parcel.kind, (_SUBJECT, _BODY))
        spoken = parcel.spoken or ("",) * len(parcel.reaches)
        for rank, (to, language) in enumerate(zip(parcel.reaches, spoken, strict=True)):
            with translation.override(language or settings.LANGUAGE_CODE):
                told = "\n\n".join(gettext(paragraph) for paragraph in body)
                leave_mail(self.folder, name=f"{parcel.key}-{rank}", to=to, subject=gettext(subject), body=f"{told}\n")
        return Answer(said=Said.ACCEPTED, code="LEFT")

    def ask(self, _parcel: Parcel) -> Answer:
        """The file of a message bears our key: written again, it is the same message."""
        return Answer(said=Said.NOTHING)

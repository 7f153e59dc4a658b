"""Addresses of outgoing mail."""

from django.urls import path

from palier.desk import (
    views_mail_held,
    views_mail_register,
    views_mail_sendings,
    views_mail_templates,
    views_mail_writing,
)

_LETTER = "courrier/lettres/<int:outgoing_id>/"
_TEMPLATE = "courrier/modeles/<int:template_id>/"
_SENDING = "courrier/envois/<int:sending_id>/"

urlpatterns = [
    path("courrier/", views_mail_register.register, name="mail_register"),
    path(_LETTER, views_mail_register.letter, name="mail_letter"),
    path(f"{_LETTER}lettre.pdf", views_mail_register.letter_pdf, name="mail_letter_pdf"),
    path(f"{_LETTER}recommande/", views_mail_register.slip, name="mail_letter_slip"),
    path(f"{_LETTER}revenue/", views_mail_register.returned, name="mail_letter_returned"),
    path(f"{_LETTER}reponses/", views_mail_register.attach, name="mail_reply_attach"),
    path("courrier/reponses/<int:reply_id>/", views_mail_register.reply, name="mail_reply"),
    path("courrier/reponses/<int:reply_id>/repondue/", views_mail_register.answered, name="mail_reply_answered"),
    path("courrier/modeles/", views_mail_templates.templates, name="mail_templates"),
    path("courrier/modeles/nouveau/", views_mail_templates.template_new, name="mail_template_new"),
    path(_TEMPLATE, views_mail_templates.template, name="mail_template"),
    path(f"{_TEMPLATE}retirer/", views_mail_templates.retire, name="mail_template_retire"),
    path("courrier/essai/", views_mail_templates.preview, name="mail_preview"),
    path("courrier/essai/lettre.pdf", views_mail_templates.preview_pdf, name="mail_preview_pdf"),
    path("courrier/envois/", views_mail_sendings.sendings, name="mail_sendings"),
    path("courrier/envois/nouveau/", views_mail_writing.sending_new, name="mail_sending_new"),
    path(_SENDING, views_mail_sendings.sending, name="mail_sending"),
    path(f"{_SENDING}avancement/", views_mail_sendings.progress, name="mail_sending_progress"),
    path(f"{_SENDING}baux.csv", views_mail_sendings.lines_csv, name="mail_sending_csv"),
    path(f"{_SENDING}exemple.pdf", views_mail_sendings.sample, name="mail_sending_sample"),
    path(f"{_SENDING}signer/", views_mail_sendings.sign, name="mail_sending_sign"),
    path(f"{_SENDING}envoyer/", views_mail_sendings.launch, name="mail_sending_launch"),
    path(f"{_SENDING}reprendre/", views_mail_sendings.again, name="mail_sending_again"),
    path(f"{_SENDING}abandonner/", views_mail_sendings.cancel, name="mail_sending_cancel"),
    path(f"{_SENDING}poste/", views_mail_sendings.posted, name="mail_sending_posted"),
    path(f"{_SENDING}retrait/", views_mail_writing.withdraw, name="mail_sending_withdraw"),
    path("acces/protections/dossiers/<int:lease_id>/courrier/", views_mail_held.held_mail, name="protected_mail"),
    path(
        "acces/protections/dossiers/<int:lease_id>/courrier/<int:sending_id>.pdf",
        views_mail_held.held_mail_pdf,
        name="protected_mail_pdf",
    ),
    path("baux/<int:lease_id>/ecrire/", views_mail_writing.lease_write, name="lease_write"),
]

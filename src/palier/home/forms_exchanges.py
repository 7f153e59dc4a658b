"""What a tenant writes to their agency: a text and papers that the agency and they alone read, the sending's key."""

from collections.abc import Sequence
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from palier.exchanges.models import LONGEST
from palier.exchanges.operations.attaching import MOST_PAPERS
from palier.exchanges.operations.writing import Words
from palier.leases.queries.tenant import OwnLease
from palier.web.given_files import PapersField


class MessageForm(forms.Form):
    """A message. `found`: the screen showed its author something, and asks whether it is to be sent all the same."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None,
        files: "MultiValueDict[str, UploadedFile] | None" = None,
        *,
        leases: Sequence[OwnLease] = (),
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial or {"envoi": uuid4()})
        if leases:
            self.fields["bail"] = forms.TypedChoiceField(
                label=gettext("Pour quel logement"),
                coerce=int,
                choices=[(lease.id, lease.place) for lease in leases],
                widget=forms.Select if len(leases) > 1 else forms.HiddenInput,
            )
        self.fields["texte"] = forms.CharField(
            label=gettext("Votre message"),
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "true"}),
            help_text=gettext("2\u00a0000 signes au plus. Votre agence le lit, personne d’autre."),
            error_messages={
                "required": gettext("Écrivez votre message avant de l’envoyer."),
                "max_length": gettext("Ce message est trop long\u00a0: 2\u00a0000 signes au plus."),
            },
        )
        self.fields["fichiers"] = PapersField(
            most=MOST_PAPERS,
            label=gettext("Photos ou documents"),
            # A page shown again never holds the files that were chosen.
            help_text=gettext("Choisissez de nouveau vos fichiers.")
            if files
            else gettext("Trois au plus, en photo ou en PDF, 8\u00a0Mo chacun. Le lieu d’une photo est effacé."),
        )
        self.fields["choix"] = forms.BooleanField(
            label=gettext("J’ai relu, et je choisis d’envoyer ce message ainsi"),
            required=False,
            widget=forms.HiddenInput,
        )

    def ask_to_choose(self) -> None:
        """Show the box by which its author chooses to say it all the same."""
        self.fields["choix"].widget = forms.CheckboxInput()
        self.fields["choix"].widget.is_required = False

    @property
    def words(self) -> Words:
        """What was typed. Only once the form is valid."""
        sent = self.cleaned_data
        return Words(body=sent["texte"], key=sent["envoi"], is_chosen=sent["choix"], files=sent["fichiers"])

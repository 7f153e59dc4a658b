"""What is asked of the landlord, of an agency, of an agent's post, of a caretaker's mandate."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.http import QueryDict

from palier.agents.operations.staff import STAFF_ROLES, Post
from palier.agents.staffing import AgencyRow, AgentRow
from palier.desk.forms_leases import Day
from palier.estate.models import Landlord
from palier.estate.operations.landlord import Sheet
from palier.privacy.declare import ROLE_LABELS
from palier.web.choices import CHOOSE, offer


def _word(
    label: str, longest: int, *, required: bool = True, help_text: str = "", missing: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": missing or "Remplissez ce champ."},
    )


class SheetForm(forms.Form):
    """The landlord as its documents name it, but its IBAN."""

    name = _word("Nom", 80)
    legal_form = _word("Forme juridique", 80, help_text="Par exemple office public de l’habitat.")
    address = forms.CharField(
        label="Adresse postale",
        max_length=200,
        help_text="Une ligne par ligne, cinq au plus ; la dernière porte le code postal et la ville.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        error_messages={"required": "Donnez l’adresse imprimée sur les avis."},
    )
    siret = _word("SIRET", 20, help_text="Quatorze chiffres, dont les deux clés sont vérifiées.")
    phone = _word("Téléphone", 20, required=False)
    hours = _word("Horaires", 60, required=False)
    site = _word("Adresse du site des locataires", 80, required=False)
    bic = _word("BIC", 14, required=False)
    creditor = _word(
        "Identifiant créancier SEPA (ICS)",
        35,
        required=False,
        help_text="Donné par la Banque de France ; clé vérifiée.",
    )

    @property
    def sheet(self) -> Sheet:
        typed = self.cleaned_data
        return Sheet(
            name=typed["name"],
            legal_form=typed["legal_form"],
            address_lines=tuple(typed["address"].splitlines()),
            siret=typed["siret"],
            phone=typed["phone"],
            opening_hours=typed["hours"],
            tenant_site=typed["site"],
            bic=typed["bic"],
            creditor_id=typed["creditor"],
        )


def sheet_of(landlord: Landlord) -> dict[str, str]:
    """The form of the sheet as it stands."""
    return {
        "name": landlord.name,
        "legal_form": landlord.legal_form,
        "address": "\n".join(landlord.address_lines),
        "siret": landlord.siret,
        "phone": landlord.phone,
        "hours": landlord.opening_hours,
        "site": landlord.tenant_site,
        "bic": landlord.bic,
        "creditor": landlord.creditor_id,
    }


class LogoForm(forms.Form):
    """The picture that documents print."""

    file = forms.FileField(
        label="Image du logo",
        help_text="PNG ou JPEG, 2\u00a0Mo au plus, carré de préférence\u00a0: il tient dans 13\u00a0mm.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={"required": "Choisissez une image.", "empty": "Ce fichier est vide."},
    )


class IbanForm(forms.Form):
    """Another account for the rents."""

    iban = _word("Nouvel IBAN", 42, help_text="Sa clé est vérifiée. Rien ne change avant la seconde personne.")


class AgencyForm(forms.Form):
    """A new agency."""

    code = _word("Code", 20, help_text="Celui des fichiers du patrimoine, par exemple NORD. Il ne change plus.")
    name = _word("Nom", 80, help_text="Les locataires le lisent.")


class PostForm(forms.Form):
    """Who an agent is and what they do."""

    first_name = _word("Prénom", 80)
    last_name = _word("Nom", 80)
    role = forms.ChoiceField(label="Métier", error_messages=CHOOSE, help_text="Il ouvre les pages et les dossiers.")
    agency = forms.TypedChoiceField(
        label="Agence",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages=CHOOSE,
        help_text="Pour un gestionnaire ou un responsable d’agence seulement.",
    )
    service = _word("Service", 80, help_text="Les locataires le lisent avec chaque consultation, jamais le nom.")
    function = _word("Fonction", 80, help_text="Lue de même.")

    def __init__(
        self,
        data: QueryDict | None,
        *,
        agencies: Sequence[AgencyRow],
        initial: dict[str, str | int | None] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        offer(self, "role", [("", "Choisir"), *((role.value, ROLE_LABELS[role]) for role in STAFF_ROLES)])
        offer(self, "agency", [("", "Aucune\u00a0: tout l’organisme"), *((each.id, each.name) for each in agencies)])

    @property
    def post(self) -> Post:
        typed = self.cleaned_data
        return Post(
            first_name=typed["first_name"],
            last_name=typed["last_name"],
            service=typed["service"],
            function=typed["function"],
            role=typed["role"],
            agency_id=typed["agency"],
        )


class NewAgentForm(PostForm):
    """The same, with the address that will be the agent's identifier."""

    identifier = _word("Adresse électronique de travail", 120, help_text="Son identifiant. L’invitation y est envoyée.")
    field_order = ("identifier", "first_name", "last_name", "role", "agency", "service", "function")


def post_of(row: AgentRow) -> dict[str, str | int | None]:
    """The form of a post as it stands."""
    return {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "role": row.role,
        "agency": row.agency_id,
        "service": row.service,
        "function": row.function,
    }


class LeaveForm(forms.Form):
    """The last day of an agent."""

    last_day = Day(label="Dernier jour", help_text="Aujourd’hui ou avant.")


class MandateForm(forms.Form):
    """A residence under a caretaker's care."""

    residence = _word("Code de la résidence", 20)
    first_day = Day(label="Du")
    last_day = Day(label="Au", required=False, help_text="Compris. Vide : sans fin prévue.")

    def __init__(self, data: QueryDict | None, *, initial: dict[str, date] | None = None) -> None:
        # The day of a departure is on the same page.
        super().__init__(data, initial=initial, label_suffix="", auto_id="mandat_%s")

"""What is typed about a lease: a new one, a new amount, a departure."""

from datetime import date

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from palier.campaigns.rules.correction import ANNUAL_REVISION
from palier.desk.labels import labels_of
from palier.desk.tables_estate import PAYMENT_MODES
from palier.leases.models import Term
from palier.leases.operations import NewHousehold, NewLease, NewOccupant, NewTerm
from palier.leases.queries.lease import LeaseFacts, TermRow
from palier.web.amounts import Amount
from palier.web.choices import offer

TERM_KINDS: dict[str, str] = labels_of(Term, "kind")
TITLES = [("", "sans"), ("MME", "Mme"), ("M", "M.")]
_ASKED = (
    ("RENT", "Loyer du logement (€ par mois)", True),
    ("ANNEX", "Annexe (€ par mois)", False),
    ("PROVISION_WATER", "Avance eau (€ par mois)", False),
    ("PROVISION_HEATING", "Avance chauffage (€ par mois)", False),
    ("PROVISION_COMMON", "Avance parties communes (€ par mois)", False),
)


class Day(forms.DateField):
    def __init__(self, *, label: str, help_text: str = "", required: bool = True) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={
                "required": "Choisissez un jour.",
                "invalid": "Ce n’est pas une date. Écrivez le jour, le mois et l’année, par exemple 30/11/2026.",
            },
        )


def _name(label: str, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=80, error_messages={"required": "Tapez ce nom comme sur la pièce."}
    )


class LeaseForm(forms.Form):
    """A new lease, its holder, perhaps a co-holder, and the household."""

    starts_on = Day(label="Premier jour du bail")
    ends_on = Day(label="Dernier jour", required=False, help_text="Seulement pour un contrat à durée fixée.")
    deposit = Amount(label="Dépôt de garantie (€)", required=False, help_text="Un mois de loyer hors charges au plus.")
    payment_mode = forms.ChoiceField(label="Paiement", choices=list(PAYMENT_MODES.items()), initial="VIREMENT")
    holder_title = forms.ChoiceField(label="Civilité du titulaire", choices=TITLES, required=False)
    holder_last_name = _name("Nom du titulaire", required=True)
    holder_first_name = _name("Prénom du titulaire", required=True)
    holder_birth_date = Day(label="Date de naissance du titulaire", required=False)
    holder_phone = forms.CharField(label="Téléphone", required=False, max_length=30)
    holder_email = forms.EmailField(label="Courriel", required=False, max_length=120)
    coholder_last_name = _name("Nom du cotitulaire", required=False)
    coholder_first_name = _name("Prénom du cotitulaire", required=False)
    adults = forms.IntegerField(label="Adultes du foyer", min_value=1, max_value=20, initial=1)
    dependants = forms.IntegerField(label="Personnes à charge", min_value=0, max_value=30, initial=0)
    is_couple = forms.BooleanField(label="Couple", required=False)

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, label_suffix="")
        for kind, label, required in _ASKED:
            self.fields[f"amount_{kind}"] = Amount(label=label, required=required)

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The fields in four parts, as one fills them in."""
        amounts = [f"amount_{kind}" for kind, _, _ in _ASKED]
        parts = (
            ("Le bail", ["starts_on", "ends_on", "payment_mode"]),
            ("Les montants", [*amounts, "deposit"]),
            ("Le titulaire", [name for name in self.fields if name.startswith("holder_")]),
            ("Le foyer", ["adults", "dependants", "is_couple", "coholder_last_name", "coholder_first_name"]),
        )
        return [(title, [self[name] for name in names]) for title, names in parts]

    def clean(self) -> None:
        super().clean()
        cleaned = self.cleaned_data
        if bool(cleaned.get("coholder_last_name")) != bool(cleaned.get("coholder_first_name")):
            self.add_error("coholder_first_name", "Un cotitulaire a un nom et un prénom.")

    @property
    def lease(self) -> NewLease:
        """What was typed, once valid."""
        typed = self.cleaned_data
        holder = NewOccupant(
            role="HOLDER",
            title=typed["holder_title"],
            last_name=typed["holder_last_name"],
            first_name=typed["holder_first_name"],
            birth_date=typed["holder_birth_date"],
            phone=typed["holder_phone"],
            email=typed["holder_email"],
        )
        others = (
            [
                NewOccupant(
                    role="COHOLDER",
                    title="",
                    last_name=typed["coholder_last_name"],
                    first_name=typed["coholder_first_name"],
                )
            ]
            if typed["coholder_last_name"]
            else []
        )
        return NewLease(
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            deposit_cents=typed["deposit"] or 0,
            payment_mode=typed["payment_mode"],
            terms=[
                NewTerm(kind=kind, label=TERM_KINDS[kind], amount_cents=typed[f"amount_{kind}"])
                for kind, _, _ in _ASKED
                if typed[f"amount_{kind}"] is not None
            ],
            occupants=[holder, *others],
            household=NewHousehold(
                adults=typed["adults"], dependants=typed["dependants"], is_couple=typed["is_couple"]
            ),
        )


class _SeenForm(forms.Form):
    """A form that says from what it started."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None, *, initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial, label_suffix="")

    def start_again(self, latest: int) -> None:
        """Keep what was typed, over the history as it is now."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["seen"] = str(latest)
            self.data = data


# A closed list: no box where anything could be typed about a tenant (palier/privacy/free_text).
TERM_MOTIVES = (
    ANNUAL_REVISION,
    "avenant au bail",
    "annexe ajoutée ou retirée",
    "nouvelle surface du logement",
    "nouveau budget de charges",
    "travaux d’économie d’énergie",
    "correction d’une erreur",
)


class TermForm(_SeenForm):
    """A new amount of a lease from a day on."""

    which = forms.ChoiceField(label="Montant à modifier")
    amount = Amount(label="Nouveau montant (€ par mois)")
    first_day = Day(label="À partir du", help_text="Le montant d’avant s’arrête la veille.")
    basis = forms.ChoiceField(
        label="Motif",
        required=False,
        choices=[("", "Sans motif"), *((motive, motive) for motive in TERM_MOTIVES)],
        help_text="Le locataire le lit sur son avis. Une révision annuelle ne réclame rien pour les mois passés "
        "(loi du 6 juillet 1989, art. 17-1).",
    )

    def __init__(
        self, data: QueryDict | None, *, lease: LeaseFacts, terms: list[TermRow], which: str, on: date
    ) -> None:
        first = on.replace(day=1)
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        super().__init__(
            data,
            initial={"seen": lease.last_change_id, "which": which, "first_day": max(following, lease.starts_on)},
        )
        present = {f"{term.kind}:{term.label}": term.label for term in terms if term.is_current(on)}
        absent = {f"{kind}:{label}": label for kind, label in TERM_KINDS.items() if f"{kind}:{label}" not in present}
        offer(self, "which", [("Montants du bail", [*present.items()]), ("À ajouter", [*absent.items()])])

    @property
    def term(self) -> NewTerm:
        kind, _, label = self.cleaned_data["which"].partition(":")
        return NewTerm(
            kind=kind, label=label, amount_cents=self.cleaned_data["amount"], basis=self.cleaned_data["basis"]
        )


class EndForm(_SeenForm):
    """A notice received, and the last day of the lease."""

    notice_given_on = Day(
        label="Congé reçu le", help_text="Le jour de la lettre recommandée, de l’acte ou de la remise en main propre."
    )
    ends_on = Day(
        label="Dernier jour du bail",
        help_text="Trois mois après le congé ; un mois en zone tendue ou pour l’attribution d’un logement conventionné "
        "(loi du 6 juillet 1989, art. 15).",
    )

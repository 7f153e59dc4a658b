"""What is sent to the commission's pages: dates, codes of closed lists, and one factual precision that is screened."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.http import QueryDict

from palier.attribution.operations.commission import Adopted
from palier.attribution.queries.commission import AgentRow, ReadyRow
from palier.attribution.rules.deciding import Verdict
from palier.attribution.rules.words import DECISIONS, EXCEPTIONS, REFUSAL_MOTIVES
from palier.demandes.rules.pieces import PIECES
from palier.desk.commission_words import CASTING, MODES, QUALITIES
from palier.foundation.clock import today
from palier.screening.fields import ScreenedField, ScreenedForm
from palier.web import words

# A digit picks one in the list: the five decisions are five keys.
KEYED_DECISIONS = [(code, f"{rank} {label}") for rank, (code, label) in enumerate(DECISIONS.items(), start=1)]


class MeetingForm(forms.Form):
    """The day, the hour and the place of a sitting to come."""

    held_on = forms.DateField(label="Le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(label="À", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    mode = forms.ChoiceField(label="Se tient", choices=list(MODES.items()))
    place = forms.CharField(
        label="Lieu",
        required=False,
        max_length=120,
        help_text="Une salle, une adresse\u00a0: la convocation et le procès-verbal le portent. Vide à distance.",
    )

    def clean_held_on(self) -> date:
        """It opens on its own day alone."""
        given: date = self.cleaned_data["held_on"]
        if given < today():
            raise forms.ValidationError("Ce jour est passé\u00a0: une séance se prépare pour aujourd’hui ou plus tard.")
        return given


class SittingForm(MeetingForm):
    """A sitting to come, with its number."""

    number = forms.RegexField(r"^[A-Z0-9-]{1,20}$", label="Numéro", max_length=20, help_text="Par exemple 2026-11.")
    field_order = ("number",)


class AgendaForm(forms.Form):
    vacancy = forms.TypedChoiceField(label="Logement à examiner", coerce=int)

    def __init__(self, data: QueryDict | None, *, vacancies: Iterable[ReadyRow]) -> None:
        super().__init__(data)
        self.fields["vacancy"] = forms.TypedChoiceField(
            label="Logement à examiner",
            coerce=int,
            choices=[
                (each.id, f"{each.residence}, porte {each.door}, {words.count(each.candidates, 'candidat')}")
                for each in vacancies
            ],
        )


class ExceptionForm(forms.Form):
    exception = forms.ChoiceField(
        label="Exception de la loi", required=False, choices=[("", "aucune"), *EXCEPTIONS.items()]
    )


class VerdictForm(ScreenedForm):
    """One of the five decisions on one sheet."""

    kind = forms.ChoiceField(label="Décision", choices=[("", "à décider"), *KEYED_DECISIONS])
    rank = forms.IntegerField(label="Rang", required=False, min_value=1, max_value=99)
    motive = forms.ChoiceField(label="Motif", required=False, choices=[("", "sans objet"), *REFUSAL_MOTIVES.items()])
    other_motive = forms.ChoiceField(
        label="Second motif", required=False, choices=[("", "aucun"), *REFUSAL_MOTIVES.items()]
    )
    precision = ScreenedField(
        label="Précision", required=False, max_length=120, help_text="Un fait, que la personne lira."
    )
    condition_piece = forms.ChoiceField(
        label="Pièce qui manque",
        required=False,
        choices=[("", "sans objet"), *((code, piece.label.capitalize()) for code, piece in PIECES.items())],
    )
    condition_due_on = forms.DateField(
        label="À donner au plus tard le",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def verdict(self) -> Verdict:
        """What was sent, as the rules read it."""
        sent = self.cleaned_data
        return Verdict(
            kind=sent["kind"],
            rank=sent["rank"],
            condition_piece=sent["condition_piece"],
            condition_due_on=sent["condition_due_on"],
            motive=sent["motive"],
            other_motive=sent["other_motive"],
            precision=sent["precision"],
        )


class RulesForm(forms.Form):
    """A version of the règlement intérieur."""

    version = forms.CharField(label="Version", max_length=20)
    adopted_on = forms.DateField(label="Adoptée le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    first_day = forms.DateField(
        label="S’applique le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    quorum = forms.IntegerField(label="Quorum, en voix", min_value=1, max_value=30)
    quorum_in_person = forms.BooleanField(
        label="Quorum des seuls présents",
        required=False,
        help_text="En salle ou à distance\u00a0: les pouvoirs ne comptent pas.",
    )
    least_candidates = forms.IntegerField(label="Candidats au moins", min_value=1, max_value=20, initial=3)
    casting = forms.ChoiceField(label="Voix prépondérante", choices=list(CASTING.items()))
    proxies_each = forms.IntegerField(label="Pouvoirs par membre", min_value=0, max_value=5, initial=1)
    convened_days_before = forms.IntegerField(label="Jours de convocation", min_value=0, max_value=60, initial=5)
    remote_allowed = forms.BooleanField(label="Séance à distance permise", required=False)

    @property
    def adopted(self) -> Adopted:
        return Adopted(**self.cleaned_data)


class SeatForm(forms.Form):
    """A seat for an agent whose function is to sit."""

    agent = forms.TypedChoiceField(label="Membre", coerce=int)
    quality = forms.ChoiceField(label="Qualité", choices=list(QUALITIES.items()))
    has_vote = forms.BooleanField(label="Voix délibérative", required=False, initial=True)
    is_president = forms.BooleanField(label="Préside la commission", required=False)
    communes = forms.RegexField(
        r"^[0-9AB]{5}( [0-9AB]{5})*$",
        label="Communes ou codes postaux",
        required=False,
        max_length=120,
        help_text="Pour un maire, séparés par une espace\u00a0: il ne siège que pour ces logements.",
    )
    first_day = forms.DateField(label="À partir du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: QueryDict | None, *, agents: Iterable[AgentRow]) -> None:
        super().__init__(data)
        self.fields["agent"] = forms.TypedChoiceField(
            label="Membre", coerce=int, choices=[(each.id, each.name) for each in agents]
        )
        self.order_fields(["agent", "quality", "has_vote", "is_president", "communes", "first_day"])


class MandateEndForm(forms.Form):
    last_day = forms.DateField(label="Dernier jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

"""What the counter sends of the life of an application: a new one, what ends it, who instructs it."""

from collections.abc import Iterable
from typing import Final

from django import forms
from django.http import QueryDict

from palier.demandes.operations.filing import NewApplicant, NewApplication
from palier.demandes.queries.due import InstructorRow
from palier.demandes.rules.facts import Path
from palier.demandes.rules.words import INTERVIEW_OUTCOMES
from palier.desk.application_words import MOTIVES_OF_END, NATIONALITIES, PATHS
from palier.desk.forms_household import name_field
from palier.desk.forms_leases import TITLES, Day
from palier.web import words
from palier.web.choices import CHOOSE, offer

# A merge ends an application by itself, a signed lease too: neither is chosen at the counter.
ENDS: Final = {
    code: words.capital(label) for code, label in MOTIVES_OF_END.items() if code not in ("FUSION", "ATTRIBUTION")
}
# What follows each motive, in one sentence.
FOLLOWS: Final = {
    "NON_RENOUVELLEMENT": "Un mois après la fin de validité. Elle peut revenir, avec sa date, pendant les six mois qui "
    "suivent cette fin.",
    "RENONCIATION": "Tout de suite, sur un écrit de la personne. Elle ne revient pas\u00a0: il faudra une nouvelle "
    "demande.",
    "IRRECEVABLE_PLAFOND": "Si la commission l’a prononcé, un mois après l’avertissement. Elle ne revient pas.",
    "IRRECEVABLE_SEJOUR": "Si la commission l’a prononcé, un mois après l’avertissement. Elle ne revient pas.",
    "NON_REPONSE": "Deux mois après l’avertissement. Elle peut revenir pendant cinq mois si une réponse était arrivée.",
}
WARNINGS: Final = {
    code: label for code, label in ENDS.items() if code in ("NON_REPONSE", "IRRECEVABLE_PLAFOND", "IRRECEVABLE_SEJOUR")
}


class ApplicationForm(forms.Form):
    """A new application, as the attestation of the national system and the papers of the person write it."""

    number = forms.CharField(
        label="Numéro unique",
        max_length=30,
        help_text="Les dix-huit signes de l’attestation. Palier n’en fabrique jamais.",
        error_messages={"required": "Tapez le numéro de l’attestation."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    filed_on = Day(label="Déposée le", help_text="Ce jour fait l’ancienneté.")
    renewed_on = Day(label="Dernier renouvellement", required=False)
    path = forms.ChoiceField(label="Parcours", choices=list(PATHS.items()), error_messages=CHOOSE)
    title = forms.ChoiceField(label="Civilité", choices=TITLES, required=False)
    last_name = name_field("Nom")
    first_name = name_field("Prénom")
    birth_date = Day(label="Date de naissance")
    nationality = forms.ChoiceField(
        label="Nationalité",
        required=False,
        choices=[("", "Non dite"), *((code, words.capital(label)) for code, label in NATIONALITIES.items())],
        help_text="Trois réponses suffisent. La commission ne la voit pas.",
    )
    phone = forms.CharField(label="Téléphone", max_length=30, required=False)
    email = forms.EmailField(
        label="Courriel",
        max_length=120,
        required=False,
        error_messages={"invalid": "Ce n’est pas une adresse de courriel, par exemple nom@exemple.test."},
    )
    address = forms.CharField(
        label="Adresse",
        max_length=120,
        required=False,
        help_text="Une domiciliation suffit. Jamais l’adresse d’une personne protégée.",
    )
    postcode = forms.CharField(label="Code postal", max_length=10, required=False)
    city = forms.CharField(label="Ville", max_length=80, required=False)

    @property
    def new(self) -> NewApplication:
        """Only once the form is valid."""
        sent = self.cleaned_data
        return NewApplication(
            number=sent["number"],
            filed_on=sent["filed_on"],
            renewed_on=sent["renewed_on"],
            path=Path(sent["path"]),
            applicant=NewApplicant(
                title=sent["title"],
                first_name=sent["first_name"],
                last_name=sent["last_name"],
                birth_date=sent["birth_date"],
                nationality=sent["nationality"],
                phone=sent["phone"],
                email=sent["email"],
                address=sent["address"],
                postcode=sent["postcode"],
                city=sent["city"],
            ),
        )


class SeenForm(forms.Form):
    """A deed on an application as the page showed it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class WarnForm(SeenForm):
    motive = forms.ChoiceField(label="Avertir pour", choices=list(WARNINGS.items()), error_messages=CHOOSE)


class RadiateForm(SeenForm):
    motive = forms.ChoiceField(label="Motif de la loi", choices=list(ENDS.items()), error_messages=CHOOSE)


class InterviewForm(SeenForm):
    outcome = forms.ChoiceField(
        label="Suite de l’entretien",
        choices=[(code, words.capital(label)) for code, label in INTERVIEW_OUTCOMES.items()],
        error_messages=CHOOSE,
    )


class GiveForm(forms.Form):
    """Who instructs the file, until when."""

    agent = forms.TypedChoiceField(label="Confier à", coerce=int, error_messages=CHOOSE)
    last_day = Day(label="Jusqu’au", help_text="Compris. Un an au plus.")

    def __init__(self, data: QueryDict | None, *, instructors: Iterable[InstructorRow]) -> None:
        super().__init__(data)
        offer(self, "agent", [("", "Choisir"), *((each.id, f"{each.name}, {each.function}") for each in instructors)])

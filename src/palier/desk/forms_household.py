"""The forms of the persons to house, of their stay, of how to reach them: written by whoever instructs the file."""

from typing import ClassVar, Final

from django import forms
from django.http import QueryDict

from palier.demandes.models import Member
from palier.demandes.operations.headings import Change
from palier.demandes.operations.household import (
    CheckedStay,
    Expected,
    NewMember,
    add_contact,
    add_member,
    change_address,
    change_member,
    check_stay,
    remove_member,
    say_expected,
    say_work,
)
from palier.demandes.operations.nir import write_nir
from palier.demandes.queries.file import address_of, composition_of
from palier.demandes.queries.members import MemberRow, members_of
from palier.demandes.queries.work import works_of, works_told
from palier.demandes.rules.facts import Stay
from palier.demandes.rules.words import WORK
from palier.desk.application_words import NATIONALITIES, STAY_STATES, TIES
from palier.desk.forms_headings import Count, HeadingForm, Initial
from palier.desk.forms_leases import Day
from palier.desk.labels import labels_of
from palier.desk.views_applicants import CHANNELS
from palier.foundation.clock import today
from palier.web import words
from palier.web.choices import CHOOSE, offer

_ROLES = {code: words.capital(label) for code, label in labels_of(Member, "role").items() if code != "APPLICANT"}


def name_field(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=80, error_messages={"required": "Tapez ce nom comme sur la pièce d’identité."}
    )


# Chosen, never by leaving the list as it is.
_UNSAID: Final = "NON_DITE"


class PersonForm(HeadingForm):
    """One more person who will live there."""

    title = "Une personne de plus"
    why = "Pour connaître la taille du logement et le plafond de ressources."
    role = forms.ChoiceField(label="Qui est-ce", choices=list(_ROLES.items()), error_messages=CHOOSE)
    tie = forms.ChoiceField(
        label="Lien avec le demandeur",
        required=False,
        choices=[("", "Sans objet"), *((code, words.capital(label)) for code, label in TIES.items())],
    )
    last_name = name_field("Nom")
    first_name = name_field("Prénom")
    birth_date = Day(label="Date de naissance")

    def write(self, change: Change) -> None:
        add_member(change=change, member=self.member)

    @property
    def member(self) -> NewMember:
        sent = self.cleaned_data
        return NewMember(
            role=sent["role"],
            first_name=sent["first_name"],
            last_name=sent["last_name"],
            birth_date=sent["birth_date"],
            tie=sent["tie"],
        )


class _OfMemberForm(HeadingForm):
    """A form about one person of the file."""

    without_applicant: ClassVar[bool] = False
    adults_only: ClassVar[bool] = False
    which = forms.ChoiceField(label="Qui", error_messages=CHOOSE)

    def __init__(self, data: QueryDict | None, *, application_id: int, version: int) -> None:
        self.members: list[MemberRow] = [
            member
            for member in members_of(application_id)
            if not (self.without_applicant and member.role == "APPLICANT")
            and (member.is_adult(today()) or not self.adults_only)
        ]
        super().__init__(data, application_id=application_id, version=version)
        offer(self, "which", [(str(member.id), member.name) for member in self.members])

    @property
    def member_id(self) -> int:
        return int(self.cleaned_data["which"])


class CorrectionForm(_OfMemberForm):
    """A name or a birth date as the papers write it."""

    title = "Corriger un nom ou une naissance"
    why = "Tel que la pièce d’identité l’écrit."
    last_name = name_field("Nom")
    first_name = name_field("Prénom")
    birth_date = Day(label="Date de naissance")

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        known = next(member for member in self.members if member.id == self.member_id)
        member = NewMember(
            role=known.role,
            tie=known.tie,
            first_name=sent["first_name"],
            last_name=sent["last_name"],
            birth_date=sent["birth_date"],
        )
        change_member(change=change, member_id=self.member_id, member=member)


class RemovalForm(_OfMemberForm):
    title = "Une personne de moins"
    why = "Ce qui la concernait dans la demande est effacé\u00a0: séjour, ressources, pièces."
    without_applicant = True

    def write(self, change: Change) -> None:
        remove_member(change=change, member_id=self.member_id)


class ExpectedForm(HeadingForm):
    title = "Enfants à naître, cartes «\u00a0invalidité\u00a0»"
    why = "Des nombres, jamais une maladie."
    unborn = Count(label="Enfants à naître", required=True, most=6)
    due_on = Day(label="Naissance prévue le", required=False)
    disabled = Count(label="Cartes mobilité inclusion «\u00a0invalidité\u00a0»", required=True)

    def stands(self) -> Initial:
        here = composition_of(self.application_id)
        if here is None:
            return {"unborn": 0, "disabled": 0}
        return {"unborn": here.unborn, "due_on": here.due_on, "disabled": here.disabled}

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        expected = Expected(unborn=sent["unborn"], due_on=sent["due_on"], disabled=sent["disabled"])
        say_expected(change=change, expected=expected)


class StayForm(_OfMemberForm):
    title = "Le séjour d’un adulte"
    why = "Trois réponses de nationalité, et un oui ou un non. La commission ne voit que «\u00a0recevable\u00a0»."
    nationality = forms.ChoiceField(
        label="Nationalité", choices=[(code, words.capital(label)) for code, label in NATIONALITIES.items()]
    )
    state = forms.ChoiceField(
        label="Séjour", choices=[(code, words.capital(label)) for code, label in STAY_STATES.items()]
    )
    valid_until = Day(label="Titre valable jusqu’au", required=False)

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        stay = CheckedStay(nationality=sent["nationality"], state=Stay(sent["state"]), valid_until=sent["valid_until"])
        check_stay(change=change, member_id=self.member_id, stay=stay)


class WorkForm(_OfMemberForm):
    title = "Le travail d’un adulte"
    why = "Une réponse de la liste du formulaire. La commission ne la voit pas, aucun point n’en vient."
    adults_only = True
    status = forms.ChoiceField(
        label="Situation professionnelle",
        choices=[
            ("", "Choisissez"),
            *((code, words.capital(label)) for code, label in WORK.items()),
            (_UNSAID, "Non dite\u00a0: la réponse est effacée"),
        ],
        error_messages=CHOOSE,
    )
    commune = forms.CharField(
        label="Commune du travail", max_length=5, required=False, help_text="Son code INSEE, si la personne le dit."
    )

    def __init__(self, data: QueryDict | None, *, application_id: int, version: int) -> None:
        super().__init__(data, application_id=application_id, version=version)
        told = works_told(application_id)
        said = [(each, f" ({told[each.id]})" if each.id in told else "") for each in self.members]
        offer(self, "which", [(str(member.id), f"{member.name}{answer}") for member, answer in said])

    def stands(self) -> Initial:
        # Of several adults, what stands is said beside each name: it would be written for another one of them.
        if len(self.members) != 1:
            return {}
        status, commune = works_of(self.application_id).get(self.members[0].id, ("", ""))
        return {"which": str(self.members[0].id), "status": status, "commune": commune}

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        status = "" if sent["status"] == _UNSAID else sent["status"]
        say_work(change=change, member_id=self.member_id, status=status, commune=sent["commune"])


class NirForm(_OfMemberForm):
    title = "Le numéro de sécurité sociale d’un adulte"
    why = (
        "Le formulaire national le demande pour enregistrer la demande (CCH R441-2-2). Scellé dès qu’il est "
        "écrit\u00a0: aucune page ne le montre, rien ne le cherche ni ne le compare. Vide\u00a0: effacé."
    )
    number = forms.CharField(label="Numéro, avec sa clé", max_length=21, required=False)

    def write(self, change: Change) -> None:
        write_nir(change=change, member_id=self.member_id, number=self.cleaned_data["number"])


class AddressForm(HeadingForm):
    title = "Où écrire"
    why = "Une boîte postale ou une domiciliation suffit. Vide\u00a0: sans adresse."
    line = forms.CharField(label="Adresse", max_length=120, required=False)
    postcode = forms.CharField(label="Code postal", max_length=10, required=False)
    city = forms.CharField(label="Ville", max_length=80, required=False)

    def stands(self) -> Initial:
        here = address_of(self.application_id)
        return {} if here is None else {"line": here.line, "postcode": here.postcode, "city": here.city}

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        change_address(change=change, line=sent["line"], postcode=sent["postcode"], city=sent["city"])


class ContactForm(HeadingForm):
    title = "Un moyen de joindre la personne"
    why = "Pour prévenir du renouvellement et d’une proposition de logement."
    channel = forms.ChoiceField(
        label="Moyen", choices=[(code, words.capital(label)) for code, label in CHANNELS.items()]
    )
    value = forms.CharField(
        label="Numéro ou courriel", max_length=120, error_messages={"required": "Tapez le numéro ou le courriel."}
    )

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        applicant = next(member for member in members_of(self.application_id) if member.role == "APPLICANT")
        if applicant.person_id is not None:
            add_contact(change=change, person_id=applicant.person_id, channel=sent["channel"], value=sent["value"])

"""The forms of the headings without names: housing, wishes, statements, resources. Closed lists, numbers, amounts.

Each form knows what stands in the file, and which operation writes what is typed.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from django import forms
from django.http import QueryDict

from palier.demandes.operations.headings import (
    Change,
    CurrentHousing,
    Line,
    StatedIncome,
    Statements,
    Wished,
    change_housing,
    change_resource_lines,
    change_resources,
    change_statements,
    change_wishes,
    prove_statement,
)
from palier.demandes.operations.holding import ORIGINS_FR, Origin
from palier.demandes.queries.file import resource_lines_of, resources_of, situation_of, stated_of
from palier.demandes.queries.members import members_of
from palier.demandes.rules.facts import Proof
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES
from palier.desk.application_words import PROOFS, RESOURCES
from palier.estate.communes import commune_names
from palier.web import words
from palier.web.amounts import Amount
from palier.web.choices import CHOOSE, offer

Initial = dict[str, object]
_PAID: Final = ("PAV",)
_STATED: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    Statements.MOTIVES: ("MOTIVE", MOTIVES),
    Statements.PRIORITIES: ("PRIORITY", PRIORITIES),
    Statements.NEEDS: ("NEED", NEEDS),
}


class Count(forms.IntegerField):
    """A small whole number."""

    def __init__(self, *, label: str, required: bool = False, most: int = 30, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            min_value=0,
            max_value=most,
            help_text=help_text,
            error_messages={
                "required": "Tapez un nombre.",
                "invalid": "Tapez un nombre entier, par exemple 3.",
                "min_value": "Un nombre positif est attendu.",
                "max_value": f"{most} au plus.",
            },
        )


class HeadingForm(forms.Form):
    """A form of one heading: `version` is that of the page shown, `origin` where the change comes from."""

    title: ClassVar[str]
    why: ClassVar[str] = ""
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    origin = forms.ChoiceField(
        label="D’où vient ce changement",
        choices=[(origin.value, words.capital(label)) for origin, label in ORIGINS_FR.items()],
        error_messages=CHOOSE,
    )

    def __init__(self, data: QueryDict | None, *, application_id: int, version: int) -> None:
        self.application_id = application_id
        self.sent = data
        super().__init__(data, initial={"version": version, **self.stands()})
        self.order_fields([name for name in self.fields if name != "origin"])

    def stands(self) -> Initial:
        """What the file says today."""
        return {}

    def write(self, change: Change) -> None:
        """Write what is typed, by the operation of the heading. Only once the form is valid."""
        raise TypeError(f"{type(self).__name__} writes nothing of application {change.application_id}")

    def typed(self, name: str) -> list[str]:
        """What was typed in one field, as it came."""
        return [] if self.sent is None else [str(value) for value in self.sent.getlist(name)]

    def start_again(self, version: int) -> None:
        """What was typed stays; sent again, it is written over what the page now shows."""
        if self.sent is not None:
            again = self.sent.copy()
            again["version"] = str(version)
            self.data = again

    @property
    def wanted_origin(self) -> Origin:
        return Origin(self.cleaned_data["origin"])


class HousingForm(HeadingForm):
    title = "Le logement actuel"
    housing = forms.ChoiceField(
        label="Où vit le ménage", choices=[(code, words.capital(label)) for code, label in HOUSING.items()]
    )
    rooms = Count(label="Pièces", most=20)
    floor_area_m2 = Count(label="Surface (m²)", most=1000)
    occupants = Count(label="Occupants")
    cost = Amount(label="Loyer et charges (€ par mois)", required=False)

    def stands(self) -> Initial:
        here = situation_of(self.application_id)
        if here is None:
            return {}
        return {
            "housing": here.housing,
            "rooms": here.rooms,
            "floor_area_m2": here.floor_area_m2,
            "occupants": here.occupants,
            "cost": _typed(here.cost_cents),
        }

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        housing = CurrentHousing(
            housing=sent["housing"],
            rooms=sent["rooms"],
            floor_area_m2=sent["floor_area_m2"],
            occupants=sent["occupants"],
            cost_cents=sent["cost"],
        )
        change_housing(change=change, housing=housing)


class WishesForm(HeadingForm):
    title = "Le logement souhaité"
    communes = forms.CharField(
        label="Communes, dans l’ordre de préférence",
        max_length=60,
        required=False,
        help_text="Codes INSEE séparés par des espaces, huit au plus\u00a0: 93066 93001.",
    )
    rooms_min = Count(label="Pièces, au moins", most=20)
    rooms_max = Count(label="Pièces, au plus", most=20)
    highest_cost = Amount(label="Loyer et charges, au plus (€ par mois)", required=False)

    def __init__(self, data: QueryDict | None, *, application_id: int, version: int) -> None:
        super().__init__(data, application_id=application_id, version=version)
        codes = str(self.initial.get("communes", "")).split()
        if codes:
            told = ", ".join(name if code in name else f"{code} {name}" for code, name in commune_names(codes).items())
            self.fields["communes"].help_text += f" Dans le dossier\u00a0: {told}."

    def stands(self) -> Initial:
        here = situation_of(self.application_id)
        if here is None:
            return {}
        return {
            "communes": " ".join(here.communes),
            "rooms_min": here.wished_rooms_min,
            "rooms_max": here.wished_rooms_max,
            "highest_cost": _typed(here.highest_cost_cents),
        }

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        wished = Wished(
            communes=sent["communes"].replace(",", " ").split(),
            rooms_min=sent["rooms_min"],
            rooms_max=sent["rooms_max"],
            highest_cost_cents=sent["highest_cost"],
        )
        change_wishes(change=change, wished=wished)


class StatementsForm(HeadingForm):
    """The codes of one list; what stays ticked keeps its proof."""

    heading: ClassVar[str]
    codes = forms.MultipleChoiceField(
        label="Réponses", required=False, widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE
    )

    def __init__(self, data: QueryDict | None, *, application_id: int, version: int) -> None:
        super().__init__(data, application_id=application_id, version=version)
        offer(self, "codes", [(code, words.capital(label)) for code, label in _STATED[self.heading][1].items()])

    def stands(self) -> Initial:
        kind = _STATED[self.heading][0]
        return {"codes": [row.code for row in stated_of(self.application_id) if row.kind == kind]}

    def write(self, change: Change) -> None:
        change_statements(change=change, heading=self.heading, codes=self.cleaned_data["codes"])


class MotivesForm(StatementsForm):
    title = "Les motifs"
    heading = Statements.MOTIVES


class PrioritiesForm(StatementsForm):
    title = "Les priorités de la loi"
    why = "Elles se disent si la personne le veut. Le récit ne se demande pas."
    heading = Statements.PRIORITIES


class NeedsForm(StatementsForm):
    title = "Ce que le logement doit permettre"
    why = "Le besoin suffit, jamais sa cause."
    heading = Statements.NEEDS


class ProofForm(HeadingForm):
    """How far one statement is established, from the pieces examined."""

    title = "Justifier une déclaration"
    why = "Une déclaration est justifiée par une pièce de la liste, examinée."
    statement = forms.ChoiceField(label="Déclaration", error_messages=CHOOSE)
    proof = forms.ChoiceField(
        label="Elle est", choices=[(code, words.capital(label)) for code, label in PROOFS.items()]
    )

    def __init__(self, data: QueryDict | None, *, application_id: int, version: int) -> None:
        super().__init__(data, application_id=application_id, version=version)
        lists = {kind: (heading, labels) for heading, (kind, labels) in _STATED.items()}
        offer(
            self,
            "statement",
            [
                (f"{lists[row.kind][0]}:{row.code}", words.capital(lists[row.kind][1].get(row.code, row.code)))
                for row in stated_of(application_id)
            ],
        )
        self.initial["origin"] = Origin.PIECES.value

    def write(self, change: Change) -> None:
        heading, _, code = self.cleaned_data["statement"].partition(":")
        prove_statement(change=change, heading=heading, code=code, proof=Proof(self.cleaned_data["proof"]))


class ResourcesForm(HeadingForm):
    title = "Les revenus de l’année"
    why = "Revenus fiscaux de référence de toutes les personnes qui vivront là, additionnés."
    n2 = Amount(label="Avant-dernière année, N-2 (€)", required=False)
    n1 = Amount(label="Année dernière, N-1 (€)", required=False)
    last_12_months = Amount(label="Douze derniers mois (€)", required=False)
    nursing_home = Amount(label="EHPAD du conjoint (€ par an)", required=False)
    monthly = Amount(label="Ressources du mois (€)", help_text="Toutes les personnes, hors aide au logement.")
    proof = forms.ChoiceField(
        label="Ces revenus sont", choices=[(code, words.capital(label)) for code, label in PROOFS.items()]
    )

    def stands(self) -> Initial:
        here = resources_of(self.application_id)
        if here is None:
            return {}
        return {
            "n2": _typed(here.n2_cents),
            "n1": _typed(here.n1_cents),
            "last_12_months": _typed(here.last_12_months_cents),
            "nursing_home": _typed(here.nursing_home_cents),
            "monthly": _typed(here.monthly_cents),
            "proof": here.proof,
        }

    def write(self, change: Change) -> None:
        sent = self.cleaned_data
        income = StatedIncome(
            n2_cents=sent["n2"],
            n1_cents=sent["n1"],
            last_12_months_cents=sent["last_12_months"],
            nursing_home_cents=sent["nursing_home"] or 0,
            monthly_cents=sent["monthly"],
        )
        change_resources(change=change, income=income, proof=Proof(sent["proof"]))


class LinesForm(HeadingForm):
    """The monthly resources one by one: those that stay, and one more. Their sum is what comes in a month."""

    title = "Les ressources du mois, par nature"
    why = "Décochez une ligne qui n’existe plus, ou ajoutez-en une."
    kept = forms.MultipleChoiceField(
        label="Lignes qui restent", required=False, widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE
    )
    code = forms.ChoiceField(
        label="Ligne de plus",
        required=False,
        choices=[("", "Aucune"), *((code, words.capital(label)) for code, label in RESOURCES.items())],
    )
    member = forms.ChoiceField(label="De qui", required=False)
    amount = Amount(label="Montant (€ par mois)", required=False)

    def __init__(self, data: QueryDict | None, *, application_id: int, version: int) -> None:
        self.lines = resource_lines_of(application_id)
        super().__init__(data, application_id=application_id, version=version)
        names = {member.id: member.name for member in members_of(application_id)}
        offer(self, "kept", [(str(line.id), self._label(line.id, names)) for line in self.lines])
        offer(self, "member", [("", "Le demandeur"), *((str(number), name) for number, name in names.items())])

    def _label(self, line_id: int, names: Mapping[int, str]) -> str:
        line = next(each for each in self.lines if each.id == line_id)
        whose = f", {names[line.member_id]}" if line.member_id is not None and line.member_id in names else ""
        said = words.capital(RESOURCES.get(line.code, line.code))
        return f"{said}{whose}\u00a0: {words.euros(line.monthly_cents)}"

    def stands(self) -> Initial:
        return {"kept": [str(line.id) for line in self.lines]}

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("code") and self.cleaned_data.get("amount") is None:
            self.add_error("amount", "Tapez le montant de cette ligne.")

    def write(self, change: Change) -> None:
        change_resource_lines(change=change, lines=self._wanted())

    def _wanted(self) -> Sequence[Line]:
        sent = self.cleaned_data
        lines = [
            Line(
                code=line.code,
                monthly_cents=line.monthly_cents,
                direction=line.direction,
                member_id=line.member_id,
            )
            for line in self.lines
            if str(line.id) in sent["kept"]
        ]
        if sent["code"]:
            lines.append(
                Line(
                    code=sent["code"],
                    monthly_cents=sent["amount"],
                    direction="PAID" if sent["code"] in _PAID else "RECEIVED",
                    member_id=int(sent["member"]) if sent["member"] else None,
                )
            )
        return lines


def _typed(cents: int | None) -> str:
    """An amount as it is typed again."""
    return "" if cents is None else words.amount(cents)

"""The form by which an agent writes down what a holder signed or said at the counter: nothing is ticked beforehand."""

from datetime import date

from django import forms
from django.http import QueryDict

from palier.leases.consents import BY_AN_AGENT, FAMILIES_FR, MEANS_FR, Family, Means, Word
from palier.leases.queries.consents import Holder


class ConsentForm(forms.Form):
    """Who, which families, given or withdrawn, by what means, on what day."""

    def __init__(self, holders: list[Holder], *, on: date, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"le": on})
        self.fields["titulaire"] = forms.TypedChoiceField(
            label="Titulaire",
            coerce=int,
            choices=[(holder.person_id, holder.name) for holder in holders],
            initial=holders[0].person_id if len(holders) == 1 else None,
            widget=forms.RadioSelect,
            error_messages={"required": "Dites quel titulaire s’est prononcé."},
        )
        self.fields["familles"] = forms.TypedMultipleChoiceField(
            label="Pour",
            coerce=Family,
            choices=[(family.value, label) for family, label in FAMILIES_FR.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Cochez ce que le papier dit, et rien d’autre."},
        )
        self.fields["accord"] = forms.TypedChoiceField(
            label="Ce qu’il a dit",
            coerce=Word,
            choices=[(Word.GIVEN.value, "il est d’accord"), (Word.WITHDRAWN.value, "il retire son accord")],
            widget=forms.RadioSelect,
            error_messages={"required": "Dites s’il est d’accord ou s’il retire son accord."},
        )
        self.fields["moyen"] = forms.TypedChoiceField(
            label="Comment",
            coerce=Means,
            choices=[(means.value, MEANS_FR[means]) for means in BY_AN_AGENT],
            widget=forms.RadioSelect,
            error_messages={"required": "Dites comment vous l’avez su."},
        )
        self.fields["le"] = forms.DateField(
            label="Signé ou dit le",
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": "Donnez le jour écrit sur le papier."},
        )

"""What is chosen about a request on personal data: closed lists, and nothing to type."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from palier.privacy.catalogue import CATEGORIES
from palier.rights.models import IDENTITIES, REASONS
from palier.rights.queries.people import OccupantOfLease
from palier.rights.rules.answers import ABOUT, DECISIONS, READING, RIGHTS, WORDS, motives_for, sentences_for
from palier.rights.wording import DECISION_LABELS
from palier.web.choices import offer

_CHOOSE = {"required": "Choisissez une ligne."}


class AnswerForm(forms.Form):
    """An answer: a decision, its sentences, the ground when it refuses, and the agent's name when it is in question."""

    decision = forms.ChoiceField(label="Décision", widget=forms.RadioSelect, error_messages=_CHOOSE)
    motif = forms.ChoiceField(label="Motif du refus", required=False)
    phrases = forms.MultipleChoiceField(
        label="Phrases de la réponse", required=False, widget=forms.CheckboxSelectMultiple
    )
    identite = forms.ChoiceField(
        label="Nom de l’agent",
        choices=IDENTITIES,
        help_text="Communiqué par exception, quand il est indispensable à la personne (CJUE, C-579/21).",
    )

    def __init__(self, data: QueryDict | None, *, kind: str) -> None:
        super().__init__(data)
        offer(self, "decision", [(code, DECISION_LABELS[code].capitalize()) for code in DECISIONS[kind]])
        offer(self, "phrases", sentences_for(kind).items())
        offer(self, "motif", [("", "Aucun"), *motives_for(kind).items()])
        if kind == READING:
            del self.fields["motif"]
        else:
            del self.fields["identite"]


class ExtendForm(forms.Form):
    """Why two more months are needed."""

    raison = forms.ChoiceField(
        label="Pourquoi prolonger",
        choices=[("COMPLEX", "Demande complexe"), ("MANY", "Demandes nombreuses de la même personne")],
        error_messages=_CHOOSE,
    )


class WriteDownForm(forms.Form):
    """What someone of the lease asks at the counter or by letter."""

    personne = forms.TypedChoiceField(label="Qui demande", coerce=int, error_messages=_CHOOSE)
    droit = forms.ChoiceField(
        label="Ce qui est demandé",
        choices=[(code, f"{WORDS[code].label} ({WORDS[code].article})") for code in RIGHTS],
        error_messages=_CHOOSE,
    )
    raison = forms.ChoiceField(
        label="Raison donnée",
        required=False,
        choices=[("", "Aucune"), *REASONS[4:]],
        help_text="Rectification, effacement, limitation et opposition en demandent une.",
    )
    donnees = forms.MultipleChoiceField(
        label="Données concernées",
        required=False,
        choices=[(code, CATEGORIES[code].label.capitalize()) for code in ABOUT],
        widget=forms.CheckboxSelectMultiple,
    )
    voie = forms.ChoiceField(label="Reçue", choices=[("COUNTER", "Au guichet"), ("LETTER", "Par courrier")])
    preuve = forms.ChoiceField(
        label="Identité vérifiée",
        choices=[("PAPER", "Pièce d’identité vue, non copiée"), ("KNOWN", "Personne connue de l’agence")],
    )

    def __init__(self, data: QueryDict | None, *, people: Sequence[OccupantOfLease]) -> None:
        super().__init__(data)
        offer(self, "personne", [(each.person_id, each.display_name) for each in people])

"""What the payroll office fills in: a file and its month, the register, the words of the pages, a closing."""

from django import forms

from palier.foundation.periods import MalformedMonth, Month


def _label(label: str, *, required: bool = False, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=40,
        required=required,
        help_text=help_text,
        error_messages={"required": "Tapez les mots tels qu’ils sont imprimés."},
    )


class PayFileForm(forms.Form):
    """The payroll's PDF. Everything is set aside or matched; nobody sees anything before the release."""

    file = forms.FileField(
        label="Fichier de la paie",
        help_text="Un seul PDF pour tout le mois, 200\u00a0Mo au plus. Tout est pris, ou rien.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": "Choisissez le fichier.", "empty": "Ce fichier est vide."},
    )
    month = forms.CharField(
        label="Mois payé",
        max_length=7,
        help_text="Par exemple 2026-11.",
        error_messages={"required": "Dites le mois payé."},
    )
    issued_on = forms.DateField(
        label="Jour d’émission",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Dites le jour que portent les bulletins.", "invalid": "Cette date n’existe pas."},
    )

    def clean_month(self) -> Month:
        try:
            return Month.parse(self.cleaned_data["month"])
        except MalformedMonth as malformed:
            raise forms.ValidationError(str(malformed)) from malformed


class RegisterForm(forms.Form):
    """The employees' register, as a table."""

    file = forms.FileField(
        label="Registre des salariés",
        help_text="CSV ou XLSX\u00a0: matricule, nom, prenom, adresse_travail, entree, et au besoin sortie, naissance, "
        "courriel, information_le, information_par, opposition_le.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": "Choisissez le fichier.", "empty": "Ce fichier est vide."},
    )


class LayoutForm(forms.Form):
    """Where the pages say their number, their net pay and their totals."""

    number_label = _label("Avant le matricule", required=True, help_text="Par exemple\u00a0: Matricule")
    net_label = _label(
        "Avant le net à payer", required=True, help_text="Sur la dernière page de chaque bulletin, et là seulement."
    )
    totals_label = _label(
        "Titre de la page de totaux", help_text="La dernière page du fichier\u00a0; vide sans totaux."
    )
    count_label = _label("Avant le nombre de bulletins")
    sum_label = _label("Avant le total des nets")


class ClosingForm(forms.Form):
    """The day the service closes."""

    closes_on = forms.DateField(
        label="Jour de la fermeture",
        help_text="Trois mois après aujourd’hui au plus tôt\u00a0: chaque salarié le lit aussitôt.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Dites le jour.", "invalid": "Cette date n’existe pas."},
    )

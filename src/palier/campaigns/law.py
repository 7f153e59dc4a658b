"""The article that a formal notice must reproduce: without it, no provisional supplement may be asked."""

# CCH, art. L441-9, version in force since 1 September 2019: the article's own words, as its last paragraph requires.
# To confirm against Légifrance each year before the first formal notices leave.
L441_9_VERSION = "version en vigueur depuis le 1er septembre 2019"
L441_9 = (
    (
        "L’organisme d’habitations à loyer modéré demande annuellement à chaque locataire communication des avis "
        "d’imposition ou de non-imposition à l’impôt sur le revenu et des renseignements concernant l’ensemble "
        "des personnes vivant au foyer permettant de calculer l’importance du dépassement éventuel du plafond de "
        "ressources et de déterminer si le locataire est redevable du supplément de loyer. Il demande notamment à "
        "chaque locataire, le cas échéant, communication de sa carte « mobilité inclusion » portant la mention « "
        "invalidité » prévue à l’article L. 241-3 du code de l’action sociale et des familles. Le locataire est "
        "tenu de répondre à cette demande dans un délai d’un mois. L’organisme d’habitations à loyer modéré n’est "
        "tenu de présenter cette demande ni aux locataires bénéficiant de l’aide personnalisée au logement "
        "mentionnée au 1° de l’article L. 821-1, ni aux locataires bénéficiant des allocations de logement "
        "prévues au 2° du même article."
    ),
    (
        "A défaut et après mise en demeure restée infructueuse pendant quinze jours, l’organisme d’habitations à "
        "loyer modéré liquide provisoirement le supplément de loyer. Pour cette liquidation, il est fait "
        "application d’un coefficient de dépassement du plafond de ressources égal à la valeur maximale prévue "
        "par le décret mentionné à l’article L. 441-8. L’organisme d’habitations à loyer modéré perçoit en outre "
        "une indemnité pour frais de dossier dont le montant maximum est fixé par décret en Conseil d’Etat."
    ),
    (
        "Lorsque le locataire a communiqué les renseignements et avis mentionnés au premier alinéa, le supplément "
        "de loyer afférent à la période de retard est liquidé définitivement. Le trop-perçu de supplément de "
        "loyer est reversé au locataire dans les deux mois."
    ),
    "La mise en demeure comporte la reproduction du présent article.",
)

"""The survey that comes before a campaign, answered with the code of the paper; and « ne plus me proposer »."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from palier.adoption.operations.answers import answer_survey, propose_again, propose_no_more
from palier.adoption.questionnaire import QUESTIONS
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.home.navigation import me, page, trail
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest


class SurveyForm(forms.Form):
    """The code of the paper and three closed questions; each may be left empty."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["code"] = forms.CharField(
            label=gettext("Le code de votre questionnaire"),
            max_length=10,
            error_messages={"required": gettext("Tapez le code écrit sur la feuille.")},
        )
        for question in QUESTIONS:
            choices = [(code, told(label)) for code, label in question.choices]
            field = forms.MultipleChoiceField if question.several else forms.ChoiceField
            self.fields[question.code] = field(
                label=told(question.text),
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple if question.several else forms.RadioSelect,
            )

    @property
    def answers(self) -> dict[str, list[str]]:
        given = {question.code: self.cleaned_data[question.code] for question in QUESTIONS}
        return {code: [said] if isinstance(said, str) else list(said) for code, said in given.items() if said}


def survey(request: ActorRequest) -> HttpResponse:
    """Answer, once a code: the answers are counted, nobody's are kept."""
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_survey(code=form.cleaned_data["code"], answers=form.answers, at=now())
        except Refusal as refusal:
            form.add_error(None, why_refused(refusal))
        else:
            request.reading.saw([me(request)])
            messages.success(request, gettext("Merci. Vos réponses sont comptées, sans votre nom."))
            return HttpResponseRedirect(reverse("home:home"))
    answer = page(request, "home/survey.html", {"crumbs": trail((gettext("Un questionnaire"), "")), "form": form})
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return answer


def no_proposal(request: ActorRequest) -> HttpResponse:
    """One click: no more proposals, or again."""
    wanted = request.POST.get("proposer", "")
    if wanted not in ("oui", "non"):
        raise Http404
    request.reading.saw([me(request)])
    if wanted == "non":
        propose_no_more(actor=request.actor, at=now())
        messages.success(request, gettext("C’est noté. Nous ne vous proposerons plus rien."))
    else:
        propose_again(actor=request.actor)
        messages.success(request, gettext("C’est noté. Nous pourrons vous faire des propositions."))
    return HttpResponseRedirect(reverse("home:consents"))

"""What somebody types who objects to a listing; what may be, the rules say."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from registry.models import Listing
from repair.actions import ObjectionDraft
from repair.forms import LONGEST_TEXT, OnceForm, PaperField
from repair.models import Filing, Objection
from repair.papers import Paper
from repair.statements import Statement

Kind, Role = Objection.Kind, Filing.Role
OFFERED = tuple(kind for kind in Kind if kind != Kind.REVIEW)


class ObjectionForm(OnceForm):
    """One objection to one listing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("哪里不对"),
        widget=forms.RadioSelect,
        choices=[(kind.value, kind.label) for kind in OFFERED],
        error_messages={
            "required": gettext_lazy("请选择哪里不对。"),
            "invalid_choice": gettext_lazy("请从所列的事项中选择。"),
        },
    )
    statement = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写明哪里不对、应当怎样、有什么可以核实。只给办理的人看。"),
        error_messages={"required": gettext_lazy("请写明哪里不对、有什么可以核实。")},
    )
    paper = PaperField(
        label=gettext_lazy("证明材料"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "一个 PDF、JPEG 或者 PNG 文件，不超过 10 MB；多份材料请合并成一个 PDF。"
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    said = forms.CharField(
        label=gettext_lazy("您的声明"),
        max_length=Objection.LONGEST_SAID,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "不超过 200 字。审核之后公开显示在记录旁，异议办结时撤下；不要写个人信息。"
        ),
        error_messages={"max_length": gettext_lazy("声明超过 200 字。请缩短。")},
    )
    name = forms.CharField(
        label=gettext_lazy("您的姓名"),
        max_length=60,
        help_text=gettext_lazy("办理这件事的人，不是单位名称。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请填写您的姓名。")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("您的身份"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选择您的身份。"),
            "invalid_choice": gettext_lazy("请从所列的身份中选择。"),
        },
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("填写后，每一步的结果会发到这里。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy("邮箱的写法不对。请照 name@example.cn 的样子填写。")
        },
    )

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        is_of_person = listing.person_id is not None
        own = Role.PERSON if is_of_person else Role.REPRESENTATIVE
        roles = (own, Role.AGENT, Role.OTHER)
        self.offer("role", ((role.value, role.label) for role in roles))
        self.fields["role"].initial = own.value
        if is_of_person:
            # What a person says beside the own entry would be read with it.
            del self.fields["said"]

    def field_of(self, code: str) -> str | None:
        return "statement" if code == "no_objection" else super().field_of(code)

    @property
    def papers(self) -> tuple[Paper, ...]:
        paper: Paper | None = self.cleaned_data["paper"]
        return (paper,) if paper else ()

    def draft(self) -> ObjectionDraft:
        data = self.cleaned_data
        return ObjectionDraft(
            listings=(self.listing,),
            role=data["role"],
            statement=Statement(
                name=data["name"],
                text=data["statement"],
                phone=data["phone"],
                email=data["email"],
            ),
            done=False,
            committed=False,
            papers=self.papers,
            language=get_language() or "",
            kind=data["kind"],
            said=data.get("said", ""),
        )

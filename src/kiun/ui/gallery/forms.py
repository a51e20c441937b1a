from typing import Any

from django import forms

from kiun.ui.widgets import DateInput


class SampleForm(forms.Form):
    statement = forms.CharField(
        label="何を、どれだけ、いつまでに",
        help_text="計画書の文のままで構いません。足りないところだけお尋ねします。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    value = forms.DecimalField(label="現状の値", widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))
    measured_on = forms.DateField(label="いつの値ですか", widget=DateInput())
    department = forms.ChoiceField(
        label="所管課", choices=[("", "選んでください"), ("1", "市民課"), ("2", "税務課"), ("3", "DX推進課")]
    )
    direction = forms.ChoiceField(
        label="どちらへ", choices=[("up", "増やす"), ("down", "減らす"), ("keep", "保つ")], widget=forms.RadioSelect
    )
    audiences = forms.MultipleChoiceField(
        label="だれに見せますか",
        help_text="あとから変えられます。",
        choices=[("staff", "職員"), ("residents", "住民"), ("partners", "企業・大学・NPO")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    evidence = forms.FileField(label="根拠の資料", help_text="Excel、CSV、PDF。20MBまで。", required=False)
    is_public = forms.BooleanField(
        label="公開ページに載せる", help_text="住民も、この指標と更新日を見られます。", required=False
    )

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if value < 0:
            raise forms.ValidationError("件数は0以上で書いてください。例：1240")
        return value

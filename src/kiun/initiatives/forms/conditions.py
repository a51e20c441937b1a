from django import forms


class ConditionsForm(forms.Form):
    """What narrows a list down. A phone folds it away and tells how many conditions are set."""

    @property
    def conditions(self) -> int:
        """Those that are set to something else than what a list begins with."""
        values = ((self.cleaned_data.get(one.name), one.field.initial) for one in self.visible_fields())
        return sum(bool(value) and value != initial for value, initial in values)

"""What a user may change about themselves."""

from accounts.models import User
from accounts.web.forms import PlainModelForm


class PreferencesForm(PlainModelForm):
    """Language and time zone; a field that was not sent keeps its value."""

    class Meta:
        model = User
        fields = ["language", "time_zone"]

    def __init__(self, data, *, instance):
        super().__init__(data, instance=instance)
        for name in [name for name in self.fields if name not in data]:
            del self.fields[name]

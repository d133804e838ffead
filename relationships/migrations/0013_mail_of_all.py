"""The index of the list of all mail, newest first."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_contact_email"),
        ("relationships", "0012_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("channel", "in_app"), _negated=True),
                fields=["-send_at", "-id"],
                name="delivery_mail",
            ),
        ),
    ]

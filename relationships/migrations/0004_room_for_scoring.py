"""Leave room in the pages that scoring rewrites each night.

A new version of a row then stays in its page and no index is touched; otherwise every night would write each
client's entry in nine indexes anew. The tables would grow to about this size anyway.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial"), ("relationships", "0003_first_scoring_model")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (fillfactor = 50)", f"ALTER TABLE {table} RESET (fillfactor)"
        )
        for table in ("clients_client", "relationships_healthscore")
    ]

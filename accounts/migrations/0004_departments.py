"""The departments that every installation starts with. An admin edits them afterwards."""

from django.db import migrations

DEPARTMENTS = [
    ("technical", "Technical", "Kỹ thuật"),
    ("production", "Production", "Sản xuất"),
    ("marketing", "Marketing", "Tiếp thị"),
    ("finance", "Finance", "Tài chính"),
    ("legal", "Legal", "Pháp chế"),
]


def create_departments(apps, schema_editor):
    departments = apps.get_model("accounts", "Department").objects
    for code, name, name_vi in DEPARTMENTS:
        departments.get_or_create(code=code, defaults={"name": name, "name_vi": name_vi})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_care")]

    # Going back keeps them: people and requests may already belong to one.
    operations = [migrations.RunPython(create_departments, migrations.RunPython.noop)]

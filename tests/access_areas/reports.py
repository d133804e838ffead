"""Reports to clients."""

import datetime

from relationships.models import ClientReport

TABLE = """
relationships:reports                  GET     -     404   404   404   200   200   200   200   200   403
relationships:report_new               GET     -     404   404   404   403   200   200   200   200   403
relationships:report_new               POST    -     404   404   404   403   422   422   422   422   403
relationships:report_page              GET     -     404   404   404   200   200   200   200   200   403
relationships:report_page              POST    -     404   404   404   403   422   422   422   422   403
relationships:report_pdf               GET     -     404   404   404   200   200   200   200   200   403
relationships:report_send              GET     -     404   404   404   403   200   200   200   200   403
relationships:report_send              POST    -     404   404   404   403   422   422   422   422   403
"""
WATCHED = ["relationships_clientreport"]


def scene(book):
    """A draft for Alpha."""
    report = ClientReport.objects.create(
        client=book.alpha,
        period_from=datetime.date(2026, 10, 1),
        period_to=datetime.date(2026, 10, 31),
        language="vi",
        content={"words": ["Chúc một tháng tốt lành"]},
        created_by=book.lan,
    )
    return {"report_id": report.pk}

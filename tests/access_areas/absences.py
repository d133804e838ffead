"""Addresses of leave, cover and return: Lan (the lead) is away from the week after next, Mai (mate) stands in."""

import datetime

from django.utils import timezone

from accounts.models import Absence

TABLE = """
relationships:absences                 GET     -     200   200   200   200   200   200   200   200   403
relationships:absence_new              GET     -     200   200   200   200   200   200   200   200   403
relationships:absence_new              POST    -     422   422   422   422   422   422   422   422   403
relationships:absence_edit             GET     -     404   404   403   404   200   200   200   200   403
relationships:absence_edit             POST    -     404   404   403   404   422   422   422   422   403
relationships:absence_cancel           GET     -     404   404   403   404   405   405   405   405   403
relationships:absence_cancel           POST    -     404   404   403   404   302   302   302   302   403
relationships:absence_back             GET     -     404   404   200   404   200   200   200   200   403
"""
WATCHED = ["accounts_absence"]


def scene(book):
    """In the future, so that today nobody stands in and the other lines of the table hold."""
    begin = timezone.localdate() + datetime.timedelta(days=14)
    end = begin + datetime.timedelta(days=4)
    absence = Absence.objects.create(person=book.lan, substitute=book.mai, first_day=begin, last_day=end)
    return {"absence_id": absence.pk}

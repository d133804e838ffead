"""Internal requests to departments."""

from django.http import HttpResponse


def requests(request):
    return HttpResponse()

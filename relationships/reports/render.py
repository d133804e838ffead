"""A report as PDF: one page, in its own language, made of its content and a few names."""

from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts.templatetags.tend import day as written_day
from accounts.web.pdf import render_pdf

from .content import SECTIONS, read_content


def render_report(report):
    """The PDF (bytes). Fetch the report with its client and its people; no query then."""
    content, person = read_content(report.content), report.sent_by or report.created_by
    with translation.override(report.language):
        data = {
            "title": gettext("Report"),
            "client": report.client.name,
            "period": period_in_words(report),
            "house": house_name(),
            "person": person.name if person else "",
            "person_email": person.email if person else "",
            "person_label": gettext("Your account manager"),
            "words": content["words"],
            "sections": [
                {"heading": str(heading), "lines": content[name]}
                for name, heading in SECTIONS.items()
                if name != "words" and content[name]
            ],
        }
    return render_pdf("report.typ", data, language=report.language)


def house_name():
    """As mail carries it."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Tend"


def period_in_words(report):
    """From day to day, in the language that is active."""
    days = {"first": written_day(report.period_from), "last": written_day(report.period_to)}
    return gettext("%(first)s to %(last)s") % days


def file_name(report):
    """Plain letters, so that every mail program and disk takes it."""
    name = slugify(report.client.name.replace("đ", "d").replace("Đ", "D"))[:60] or "report"
    return f"{name}-{report.period_from:%Y%m%d}-{report.period_to:%Y%m%d}.pdf"

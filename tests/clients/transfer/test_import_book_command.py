"""The command: its words on the screen, its report file, and a whole book."""

import csv
import datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import Team, User
from clients.models import Assignment, Client, Deal, MonthlyRevenue, Product

from . import shape

REAL_BOOK = settings.BASE_DIR.parent / "shared" / "data" / "maven"
WHOLE_BOOKS = ["generated", *(["maven"] if REAL_BOOK.is_dir() else [])]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=WHOLE_BOOKS)
def whole_book(request, tmp_path):
    """A book of 8,800 deals: the generated one, and the practice data where it lies beside the project."""
    if request.param == "maven":
        return REAL_BOOK
    shape.write_book(tmp_path)
    return tmp_path


def run(folder, *options):
    out = StringIO()
    call_command("import_book", str(folder), "--as-of", "2018-01-01", *options, stdout=out)
    return out.getvalue()


def test_whole_book_is_loaded_with_its_figures_and_read_again_changes_nothing(whole_book):
    said = run(whole_book)
    assert Client.objects.count() == 85
    assert Client.objects.filter(members__isnull=False).distinct().count() == 7
    assert User.objects.filter(role="account_manager").count() == 35
    assert Team.objects.values("region").distinct().count() == 3
    assert Team.objects.count() == User.objects.filter(role="manager").count() == 6
    assert Product.objects.count() == 7
    assert Deal.objects.count() == 8_800 - 1_425
    assert Assignment.objects.leads().count() == 85
    won = Deal.objects.filter(stage="won").aggregate(sum=Sum("amount"), count=Count("pk"))
    assert MonthlyRevenue.objects.aggregate(sum=Sum("amount"))["sum"] == won["sum"]
    assert f"Won revenue: {int(won['sum']):,} USD in {won['count']:,} deals." in said
    assert "New: 85 clients, 41 people" in said
    assert "Left out: the deal has no client (sales_pipeline.csv account, 1,425 lines" in said
    assert "“technolgy” read as Technology" in said
    assert "“Philipines” read as Philippines (PH)" in said
    check_that_reading_again_changes_nothing(whole_book)


def check_that_reading_again_changes_nothing(whole_book):
    tables = (User, Team, Product, Client, Assignment, Deal, MonthlyRevenue)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    assert "Nothing new" in run(whole_book, "--shift-to-today")
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before


# What the README says of the practice data, and the same of the generated book.
FIGURES = {
    "maven": [
        "Won revenue: 10,005,534 USD in 4,238 deals.",
        "59 of the 85 clients make 80% of it.",
        "“GTXPro” read as GTX Pro (sales_pipeline.csv product, 1,480 lines",
        "Darcel Schlecht leads 27 clients, more than the 20 of an AM",
    ],
    "generated": ["“ProOne” read as Pro One", "AgentAa Surname leads "],
}


def test_whole_book_says_its_figures(whole_book):
    said = run(whole_book, "--dry-run")
    for words in FIGURES["maven" if whole_book == REAL_BOOK else "generated"]:
        assert words in said


def test_report_file_tells_every_line(folder, tmp_path):
    run(folder.path, "--report", str(tmp_path / "report.csv"))
    with (tmp_path / "report.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {"file": "sales_pipeline.csv", "line": "6", "outcome": "Left out"}.items() <= next(
        row for row in rows if row["file"] == "sales_pipeline.csv" and row["line"] == "6"
    ).items()
    assert [row["outcome"] for row in rows if (row["file"], row["line"]) == ("sales_pipeline.csv", "2")] == [
        "Corrected",
        "Taken",
    ]


def test_report_goes_to_the_screen_on_request(folder):
    assert "file,line,outcome,column,detail" in run(folder.path, "--report", "-")
    assert "file,line,outcome,column,detail" not in run(folder.path)


def test_refused_book_says_why_and_writes_nothing(folder):
    folder.sale("S9,Eve Nobody,GTX Pro,Alpha,Won,1/1/2017,13/13/2017,-5")
    with pytest.raises(CommandError) as refused:
        run(folder.path)
    assert str(refused.value).splitlines() == [
        "Nothing was written.",
        "sales_pipeline.csv, line 8, column close_date: “13/13/2017” is not a date written month/day/year",
        "sales_pipeline.csv, line 8, column close_value: “-5” is negative",
    ]
    assert Client.objects.count() == User.objects.count() == 0


def test_refused_book_has_a_report_too(folder, tmp_path):
    folder.sale("S9,Eve Nobody,GTX Pro,Alpha,Won,1/1/2017,13/13/2017,5")
    with pytest.raises(CommandError):
        run(folder.path, "--report", str(tmp_path / "report.csv"))
    assert "sales_pipeline.csv,8,Refused,close_date," in (tmp_path / "report.csv").read_text(encoding="utf-8")


def test_report_that_cannot_be_written_stops_the_import(folder, tmp_path):
    with pytest.raises(CommandError, match="The report cannot be written"):
        run(folder.path, "--report", str(tmp_path / "no" / "such" / "folder.csv"))
    assert Client.objects.count() == 0


def test_report_never_overwrites_the_book(folder):
    with pytest.raises(CommandError, match="would overwrite"):
        run(folder.path, "--report", str(folder.path / "accounts.csv"))
    assert "Alpha" in (folder.path / "accounts.csv").read_text()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1/1/2018", "2018-02-30"])
def test_impossible_day_of_the_book_is_refused(folder, day):
    with pytest.raises(CommandError, match="as-of"):
        call_command("import_book", str(folder.path), f"--as-of={day}")


def test_missing_folder_is_one_sentence_a_file(tmp_path):
    with pytest.raises(CommandError, match="accounts.csv, line 1, column 1: the file cannot be read"):
        run(tmp_path / "nowhere")


def test_dry_run_says_would_be(folder):
    assert "Would be new: 3 clients, 5 people" in run(folder.path, "--dry-run")
    assert Client.objects.count() == 0


def test_shift_makes_yesterday_the_newest_day(folder):
    said = run(folder.path, "--shift-to-today")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert Deal.objects.filter(stage="won").latest("closed_on").closed_on == yesterday
    assert f"Dates are moved by {(yesterday - datetime.date(2017, 5, 9)).days:,} days." in said

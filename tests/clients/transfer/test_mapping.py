"""Mapping files: what they may say, what is refused, and which one fits a header."""

import datetime

import pytest
from django.conf import settings

from clients.transfer.dates import DateFormat
from clients.transfer.mapping import ROLES, MappingWrong, choose_mapping, read_mapping, shipped_mappings

WHOLE = """
source = "erp"
[columns]
number = "No"
client = "Customer"
issued = "Date"
amount = "Total"
{columns}
[defaults]
currency = "VND"
{rest}
"""


def mapping(tmp_path, columns="", rest="", text=WHOLE):
    path = tmp_path / "erp.toml"
    path.write_text(text.format(columns=columns, rest=rest), encoding="utf-8")
    return read_mapping(path)


def test_the_least_mapping_has_sensible_defaults(tmp_path):
    found = mapping(tmp_path)
    assert (found.name, found.source, found.currency) == ("erp", "erp", "VND")
    assert found.columns == {"number": "No", "client": "Customer", "issued": "Date", "amount": "Total"}
    assert (found.date.pattern, found.decimals, found.delimiter) == ("YYYY-MM-DD", 2, ",")
    assert found.payments_known
    assert found.needs == ["No", "Customer", "Date", "Total"]


@pytest.mark.parametrize(
    ("columns", "rest", "words"),
    [
        ('colour = "C"', "", "no key “columns.colour”"),
        ("due = 3", "", "“columns.due” must be the name of a column"),
        ('due = "Date"', "", "“Date” cannot be two things"),
        ("", 'size = "XL"', "no key “defaults.size”"),
        ("", "due_days = true", "“defaults.due_days” must be of the kind int"),
        ("", "due_days = 1000", "“defaults.due_days”"),
        ("", 'client_name = "X"', "must contain {client}"),
        ("", '[formats]\ndate = "DD/MM"', "“DD/MM” is no date format"),
        ("", '[formats]\ndate = "DD/MM/YYYY DD"', "is no date format"),
        ("", "[formats]\ndecimals = 3", "“formats.decimals” must be 0, 1 or 2"),
        ("", '[formats]\ndelimiter = ";;"', "one character"),
        ("", '[formats]\ndecimal_sign = ","\nthousands_sign = ","', "no thousands sign"),
        ("", '[disputed]\ncolumn = "D"', "“disputed” needs a column and the words"),
        ("", '[disputed]\ncolumn = "D"\nyes = ["1"]\nno = ["1"]', "different texts"),
        ("", "[countries]\nEIRE = 5", "“countries.EIRE” must be a text"),
        ("", '[countries]\nEIRE = "Ireland"', "“Ireland” is no country of two capital letters"),
        ("", 'country = "vn"', "“vn” is no country of two capital letters"),
        ("", "[colours]\nred = 1", "no key “colours”"),
    ],
)
def test_wrong_mappings_are_refused_by_the_name_of_the_key(tmp_path, columns, rest, words):
    with pytest.raises(MappingWrong, match="erp.toml: ") as refused:
        mapping(tmp_path, columns, rest)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source = [", "is not TOML"),
        ('source = "erp"', "“columns.number” is missing"),
        ('[columns]\nnumber = "No"', "“source” must be"),
        ('source = "erp"\ncolumns = 5', "“columns” must be a table"),
        (WHOLE.replace('currency = "VND"', ""), "defaults.currency"),
        (WHOLE.replace("VND", "vnd"), "three capital letters"),
    ],
)
def test_files_that_are_no_mapping_are_refused(tmp_path, text, words):
    with pytest.raises(MappingWrong) as refused:
        mapping(tmp_path, text=text)
    assert words in str(refused.value)


def test_the_mapping_in_the_documentation_can_be_read(tmp_path):
    page = (settings.BASE_DIR / "docs" / "importing.md").read_text(encoding="utf-8")
    (tmp_path / "erp.toml").write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    found = read_mapping(tmp_path / "erp.toml")
    assert set(found.columns) == set(ROLES)
    assert (found.due_days, found.credit_prefix, found.countries) == (30, "C", {"EIRE": "IE"})


def test_a_mapping_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(MappingWrong, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


def test_shipped_mappings_fit_their_headers_alone():
    headers = {
        "ibm_receivables": "countrycode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,"
        "InvoiceAmount,Disputed,SettledDate,PaperlessBill,DaysToSettle,DaysLate",
        "online_retail": "invoice_no,customer_id,country,invoice_datetime,amount,lines,is_cancellation",
    }
    assert [found.name for found in shipped_mappings()] == sorted(headers)
    for name, header in headers.items():
        assert choose_mapping(shipped_mappings(), {",": header.split(",")}).name == name


def test_of_two_that_fit_the_one_that_uses_more_is_chosen(tmp_path):
    small, large = mapping(tmp_path), mapping(tmp_path, columns='due = "Due"')
    header = {",": ["No", "Customer", "Date", "Total", "Due", "More"]}
    assert choose_mapping([small, large], header) is large
    with pytest.raises(MappingWrong, match="Two mappings fit"):
        choose_mapping([small, small], header)
    with pytest.raises(MappingWrong, match="No mapping fits this file.*Its columns: No, Sum"):
        choose_mapping([small, large], {",": ["No", "Sum"]})


@pytest.mark.parametrize(
    ("pattern", "text", "day"),
    [
        ("DD/MM/YYYY", "03/01/2012", "2012-01-03"),
        ("DD/MM/YYYY", "3/1/2012", "2012-01-03"),
        ("MM/DD/YYYY", "03/01/2012", "2012-03-01"),
        ("YYYY-MM-DDThh:mm:ss", "2011-12-09T08:26:00", "2011-12-09"),
        ("DD.MM.YYYY", "29.02.2024", "2024-02-29"),
        ("YYYYMMDD", "20240229", "2024-02-29"),
        ("DD/MM/YYYY", "31/02/2024", None),
        ("DD/MM/YYYY", "2024-02-01", None),
        ("DD.MM.YYYY", "01x02x2024", None),
        ("DD/MM/YYYY", "٠٣/٠١/٢٠١٢", None),
        ("DD/MM/YYYY", "03/01/2012 ", None),
    ],
)
def test_dates_are_read_as_the_pattern_says(pattern, text, day):
    assert DateFormat(pattern).read(text) == (day and datetime.date.fromisoformat(day))

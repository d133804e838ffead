"""A small book in a folder, one file of which a test may write anew."""

import pytest

ACCOUNTS = """account,sector,year_established,revenue,employees,office_location,subsidiary_of
Alpha,technolgy,1996,1100.04,2822,United States,
Beta,medical,1999,251.41,495,Philipines,Alpha
Gamma,retail,2001,9.5,,Viet Nam,
"""
TEAMS = """sales_agent,manager,regional_office
Ann Ames,Max Moor,East
Bob Bay,Max Moor,East
Zoë Núñez,Nia Nord,West
"""
PRODUCTS = """product,series,sales_price
GTX Pro,GTX,4821
MG Special,MG,55
"""
SALES = """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
S1,Ann Ames,GTXPro,Alpha,Won,10/20/2016,3/1/2017,4000
S2,Bob Bay,GTX Pro,Alpha,Won,10/20/2016,5/9/2017,5000.50
S3,Ann Ames,MG Special,Beta,Won,1/5/2015,2/1/2015,60
S4,Bob Bay,MG Special,Beta,Lost,1/5/2017,2/1/2017,0
S5,Ann Ames,MG Special,,Engaging,11/3/2016,,
S6,Zoë Núñez,MG Special,Gamma,Prospecting,,,
"""


class Folder:
    """Writes the files of a book; keywords replace whole files, given as text or as bytes."""

    def __init__(self, path):
        self.path = path
        self.write(accounts=ACCOUNTS, sales_teams=TEAMS, products=PRODUCTS, sales_pipeline=SALES)

    def write(self, **files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (self.path / f"{name}.csv").write_bytes(data)

    def sale(self, line):
        """The book with one more deal."""
        self.write(sales_pipeline=SALES + line + "\n")


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)

"""The access table, an area each: `TABLE` (a line for each address and method, see tests.test_access_table), `WATCHED`
(tables that a refused request must leave as they were) and `scene(book)`, which makes the rows that its addresses name:
{keyword of the URL: value}, all of the client Alpha.
"""

"""What a device fetches to install Tend and to keep a part of it; the same for everyone, with no client in it."""

TABLE = """
manifest                               GET     200   200   200   200   200   200   200   200   200   200
service_worker                         GET     200   200   200   200   200   200   200   200   200   200
offline                                GET     200   200   200   200   200   200   200   200   200   200
"""
WATCHED = []


def scene(book):
    del book
    return {"language": "vi"}

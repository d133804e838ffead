"""What stands around the client page: notes, the page of a contact, the map of people, the group."""

from relationships.models import Note

TABLE = """
relationships:stakeholders             GET     -     404   404   404   200   200   200   200   200   403
relationships:company_tree             GET     -     404   404   404   200   200   200   200   200   403
relationships:contact_page             GET     -     404   404   404   200   200   200   200   200   403
relationships:note_new                 GET     -     404   404   404   403   200   200   200   200   403
relationships:note_new                 POST    -     404   404   404   403   422   422   422   422   403
relationships:note                     GET     -     404   404   404   200   200   200   200   200   403
relationships:note_edit                GET     -     404   404   404   403   200   403   403   403   403
relationships:note_edit                POST    -     404   404   404   403   422   403   403   403   403
relationships:note_pin                 GET     -     404   404   404   403   405   405   405   405   403
relationships:note_pin                 POST    -     404   404   404   403   302   302   302   302   403
relationships:note_document_new        GET     -     404   404   404   403   200   200   200   200   403
relationships:note_document_new        POST    -     404   404   404   403   422   422   422   422   403
relationships:note_delete              GET     -     404   404   404   403   200   403   403   200   403
relationships:note_delete              POST    -     404   404   404   403   422   403   403   422   403
"""
WATCHED = [
    "relationships_note",
    "relationships_note_documents",
    "clients_attachment",
    "relationships_delivery",
]


def scene(book):
    """A note of Alpha's lead."""
    return {"note_id": Note.objects.create(client=book.alpha, text="They move in May", author=book.lan).pk}

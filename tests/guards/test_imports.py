from tests.guards.imports import broken_imports


def test_imports_run_one_way():
    assert broken_imports() == []


def test_guard_sees_a_wrong_direction_and_a_hidden_import(tmp_path):
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "models.py").write_text("from clients.models import Client\n")
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients" / "views.py").write_text(
        "import accounts.access\n\n\ndef client_list():\n    from accounts import access\n"
    )
    assert broken_imports(tmp_path) == [
        "accounts/models.py:1: accounts must not import clients",
        "clients/views.py:5: import inside a function",
    ]

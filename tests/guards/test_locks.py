"""Locks install from any mirror: they hold hashes and no address."""

import json
import re

import pytest

from config.paths import ROOT

PYTHON_LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
ADDRESS = re.compile(r"\w+://|\bindex-url\b|\bfind-links\b|\b(?:[\w-]+\.)+(?:org|com|net|io|dev)\b", re.I)


def addresses(text):
    return [line for line in text.splitlines() if ADDRESS.search(line)]


def test_all_python_locks_are_looked_at():
    assert {"requirements.lock", "requirements-dev.lock", "requirements-uv.lock"} <= set(PYTHON_LOCKS)


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_python_lock_holds_no_address_and_a_hash_for_each_package(name):
    text = (ROOT / name).read_text()
    assert addresses(text) == []
    packages = re.split(r"^(?=\w)", text, flags=re.M)[1:]
    assert packages
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize("folder", ["", "relationships/benchmarks/lighthouse_packages"])
def test_npm_lock_holds_no_address_and_a_hash_for_each_package(folder):
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    third_party = {name: package for name, package in packages.items() if name}
    assert third_party
    for name, package in third_party.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
        kept = {key: value for key, value in package.items() if key not in ("funding", "license")}
        assert addresses(json.dumps(kept).replace("htmx.org", "")) == [], name


def test_npm_is_told_to_leave_addresses_out():
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text().split()

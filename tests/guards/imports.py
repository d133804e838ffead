"""Which imports break the rule that they run one way: relationships → clients → accounts.

Run as a program it lists them and fails; tests/guards/test_imports.py holds the same rule in the suite.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What each package may import of the others. The settings and the URLs know the apps by name only.
ALLOWED = {
    "accounts": set(),
    "clients": {"accounts"},
    "relationships": {"accounts", "clients"},
    "config": {"accounts"},  # the error pages, and the signs of life of worker and beat
}
INSIDE_PACKAGES = set(ALLOWED) | {"tests"}


def broken_imports(root=ROOT):
    """One line for each import in the wrong direction or inside a function: `file:line: reason`."""
    found = []
    for package, allowed in ALLOWED.items():
        for path in sorted((root / package).rglob("*.py")):
            tree = ast.parse(path.read_text(), str(path))
            where = path.relative_to(root)
            found += [f"{where}:{line}: {reason}" for line, reason in wrong_ways(tree, package, allowed)]
            found += [f"{where}:{line}: import inside a function" for line in imports_in_functions(tree)]
    return found


def wrong_ways(tree, package, allowed):
    """(line, reason) of each import of a package of ours that this one may not know."""
    forbidden = INSIDE_PACKAGES - allowed - {package}
    for node in ast.walk(tree):
        for name in imported_names(node):
            top = name.split(".")[0]
            if top in forbidden:
                yield node.lineno, f"{package} must not import {top}"


def imported_names(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module]
    return []


def imports_in_functions(tree):
    """Lines of imports inside functions: they hide a cycle until the function runs."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = {node.lineno for function in functions for node in ast.walk(function) if is_import(node)}
    return sorted(inner)


def is_import(node):
    return isinstance(node, ast.Import | ast.ImportFrom)


if __name__ == "__main__":
    lines = broken_imports()
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(1 if lines else 0)

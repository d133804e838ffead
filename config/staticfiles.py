"""Where the browser's files come from: exactly the npm files we use, under vendor/…, two bundles of our own, the
figures font, which is cut from one of the npm fonts, and the icons, which are drawn from the mark.

Pages load bundle/tend.css and bundle/tend.js, each made of the small files of static/css and static/js; the first visit
then takes a handful of requests instead of thirty. Nothing is minified: compression takes most of what that would.
"""

import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

from config.figures import cut_figures
from config.icons import ICONS, MARK, draw_icon

FONTS, WEIGHTS = "@fontsource/be-vietnam-pro/files", (400, 500, 600)
FONT_FILES = [
    f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "latin-ext", "vietnamese")
    for weight in WEIGHTS
]
VENDOR_FILES = {f"vendor/fonts/{name}": f"{FONTS}/{name}" for name in FONT_FILES}
FIGURES = {
    f"fonts/tend-figures-{weight}.woff2": f"{FONTS}/be-vietnam-pro-latin-{weight}-normal.woff2"
    for weight in WEIGHTS
}

# Later styles win, so their order is given.
STYLES = [
    "tokens",
    "fonts",
    "base",
    "shell",
    "forms",
    "components",
    "tables",
    "lists",
    "work",
    "client",
    "stakeholders",
    "receivables",
    "boards",
    "delivery",
    "contracts",
    "growth",
    "health",
    "rating",
    "scoring",
    "queue",
    "calendar",
    "search",
    "rules",
    "absences",
    "reminders",
    "log",
    "overlays",
    "touch",
    "offline",
    "print",
]
# Every behaviour listens at the document, so the order of scripts does not matter and a new file needs no mention.
SCRIPTS = sorted(path.name for path in (Path(__file__).parent.parent / "static" / "js").glob("*.js"))
BUNDLES = {
    "bundle/tend.css": [f"static/css/{name}.css" for name in STYLES],
    "bundle/tend.js": [
        "node_modules/htmx.org/dist/htmx.min.js",
        *(f"static/js/{name}" for name in SCRIPTS),
    ],
}


class VendorFinder(BaseFinder):
    """Finds the files above. What is made of others lies beside the data and follows them when they change."""

    def __init__(self, app_names=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.base = Path(settings.BASE_DIR)
        self.node_modules = FileSystemStorage(location=self.base / "node_modules")
        self.built = FileSystemStorage(location=self.base / ".data" / "assets")

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        """The file's place on disk, or an empty list. Django 5.2 renamed the second argument, hence kwargs."""
        found = self._locate(path)
        if found is None:
            return []
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns):
        """Pairs of path and storage, as collectstatic wants them. Bundles are made first."""
        for path, source in VENDOR_FILES.items():
            if not matches_patterns(path, ignore_patterns or []):
                yield path, MappedStorage(self.node_modules, {path: source})
        for path, parts in BUNDLES.items():
            self._join(path, parts)
            yield path, self.built
        for path, source in FIGURES.items():
            self._cut(path, source)
            yield path, self.built
        for path in ICONS:
            self._draw(path)
            yield path, self.built

    def _locate(self, path):
        if path in VENDOR_FILES:
            return self.node_modules.path(VENDOR_FILES[path])
        if path in BUNDLES:
            return str(self._join(path, BUNDLES[path]))
        if path in FIGURES:
            return str(self._cut(path, FIGURES[path]))
        if path in ICONS:
            return str(self._draw(path))
        return None

    def _join(self, path, parts):
        """Joins the parts of a bundle."""
        sources = [self.base / part for part in parts]
        target = Path(self.built.path(path))
        text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            _replace(target, lambda half: half.write_text(text, encoding="utf-8"))
        return target

    def _cut(self, path, source):
        """The figures of a font, cut once for each version of it."""
        target, font = Path(self.built.path(path)), Path(self.node_modules.path(source))
        if not target.exists() or target.stat().st_mtime < font.stat().st_mtime:
            _replace(target, lambda half: cut_figures(font, half))
        return target

    def _draw(self, path):
        """An icon, drawn once for each version of the mark."""
        target = Path(self.built.path(path))
        if not target.exists() or target.stat().st_mtime < MARK.stat().st_mtime:
            _replace(target, lambda half: draw_icon(ICONS[path], half))
        return target


def _replace(target, write):
    """Writes under another name and swaps it in at once, so that a reader never sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}")
    write(half)
    half.replace(target)


class MappedStorage:
    """One file of another storage under another name; as much of a storage as collectstatic uses."""

    prefix = ""

    def __init__(self, storage, names):
        self.storage = storage
        self.names = names

    def open(self, name, mode="rb"):
        return self.storage.open(self.names[name], mode)

    def path(self, name):
        return self.storage.path(self.names[name])

    def get_modified_time(self, name):
        return self.storage.get_modified_time(self.names[name])

"""axe-core in a page: what it finds there, one line a rule; and the pages to look at, out of the access table."""

from config.paths import ROOT
from tests import test_access_table as table

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rules that look at colours: all that a theme can change.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
LANGUAGES = ["en", "vi"]
READERS = ["lead", "admin", "dept", "anon"]
# Files, and parts that stand in pages which have addresses of their own.
WITHOUT_A_PAGE = {
    "clients:attachment",
    "clients:names",
    "clients:receivables_export",
    "clients:statement",
    "manifest",
    "relationships:bell",
    "relationships:report_pdf",
    "service_worker",
}
# Nothing of ours stands in frames, and none of the rules reads style sheets.
RUN = """([where, rules]) => axe.run(where ?? document, {
    runOnly: rules, resultTypes: ["violations"], iframes: false, preload: false, performanceTimer: false,
}).then(({violations}) => violations.map(({id, nodes}) => `${id} (${nodes.length}): ` + nodes.slice(0, 3).map(
    ({target, any, all, none}) => `${target.join(" ")} ${[...any, ...all, ...none][0]?.message ?? ""}`
).join(" | ")))"""
SHOW = "(theme) => { document.documentElement.dataset.theme = theme; }"
AT_REST = """() => document.readyState === "complete" && document.fonts.status === "loaded"
    && !document.querySelector(".htmx-request, .panel-waiting")"""
# Menus lie over each other when all are open, so each kind of them once, and everything else that is folded at once.
UNFOLD = """() => {
    const folded = [...document.querySelectorAll("#main details:not([open], .menu)")];
    folded.forEach((each) => { each.open = true; });
    return folded.length;
}"""
MENUS = """() => {
    const seen = new Set();
    return [...document.querySelectorAll("#main details.menu")].flatMap((menu, place) => {
        const kind = menu.textContent.replace(/\\s+/g, " ");
        if (!menu.checkVisibility() || seen.has(kind)) return [];
        seen.add(kind);
        return [place];
    }).slice(0, 4);
}"""
OPEN_MENU = """(place) => document.querySelectorAll("#main details.menu").forEach((menu, at) => {
    menu.open = at === place;
    menu.toggleAttribute("data-looked-at", at === place);
})"""


def findings(page, name, *, where=None):
    """{"name, theme": what axe-core calls a violation}: all rules in light, those of colour in dark. `where` is a
    selector of the part to look at, else the whole page."""
    page.wait_for_function(AT_REST)
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE)
    found = {}
    for theme, rules in (("light", EVERYTHING), ("dark", OF_COLOUR)):
        page.evaluate(SHOW, theme)
        if problems := page.evaluate(RUN, [where, rules]):
            found[f"{name}, {theme}"] = problems
    return found


def findings_unfolded(page, name):
    """The same for the page and for what is folded away in it."""
    found = findings(page, name)
    if page.evaluate(UNFOLD):
        found |= findings(page, f"{name}, unfolded", where="#main details:not(.menu)")
    for place in page.evaluate(MENUS):
        page.evaluate(OPEN_MENU, place)
        found |= findings(page, f"{name}, menu {place}", where="#main details[data-looked-at]")
    return found


def rows(method, answers, part=0, parts=1):
    """[(route, persona)] of the access table: the first of READERS whom the method answers so."""
    found = []
    for route, of_method, *codes in table.ROWS:
        answered = dict(zip(table.PERSONAS, codes, strict=True))
        who = next((reader for reader in READERS if answered[reader] in answers), None)
        if of_method == method and who and route not in WITHOUT_A_PAGE:
            found.append((route, who))
    return found[part::parts]


def keywords(route):
    """The names that an address is made with, such as ["client_id"]."""
    return table.get_resolver_entry(route)[0][1]


def report(found):
    """What a failing test shows: every line whole."""
    return "\n".join(f"{name}\n    " + "\n    ".join(problems) for name, problems in found.items())

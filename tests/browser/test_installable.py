"""A browser finds what it needs to install Tend, and finds nothing wrong with it."""

import json

import pytest

from tests.browser.offline import has_kept


@pytest.mark.parametrize(
    "language, name", [("en", "Tend, for account managers"), ("vi", "Tend, cho quản lý khách hàng")]
)
def test_tend_can_be_installed(book, open_page, cable, language, name):
    book.lan.language = language
    book.lan.save()
    page = open_page(book.lan, "/today/", through=cable.url)
    has_kept(page, "pages", "/today/")
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == [] and json.loads(found["data"])["name"] == name
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] in ([], IN_PRIVATE)


# Each test has a private window of its own, from which nothing is installed.
IN_PRIVATE = [{"errorId": "in-incognito", "errorArguments": []}]


def test_the_icons_are_pictures_of_the_sizes_that_are_said(book, open_page):
    page = open_page(book.lan, "/today/")
    sizes = page.evaluate(
        """async () => {
          const manifest = await (await fetch(document.querySelector("link[rel=manifest]").href)).json();
          return Promise.all(manifest.icons.map(async (icon) => {
            const picture = await createImageBitmap(await (await fetch(icon.src)).blob());
            return [`${picture.width}x${picture.height}`, icon.sizes];
          }));
        }"""
    )
    assert len(sizes) == 3 and all(real == said for real, said in sizes)

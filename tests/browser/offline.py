"""What the tests without a connection share: opening and saving the log, and what lies on the device."""

SHEET = "#sheet form[data-log-form]"
KEPT = """async ([kind, path]) => {
  for (const name of await caches.keys()) {
    if (name.startsWith(`tend-${kind}-`) && await (await caches.open(name)).match(path)) return true;
  }
  return false;
}"""
ENTRIES = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("tend-outbox", 1);
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const found = asked.result.transaction("entries").objectStore("entries").getAll();
    found.onsuccess = () => { asked.result.close(); resolve(found.result); };
  };
})"""


def until(page, condition, arg=None):
    """Waits until the asynchronous `condition` of script holds; Playwright's own waiting takes its promise for true."""
    page.evaluate(
        f"""async (arg) => {{
          for (let tries = 0; tries < 600; tries += 1) {{
            if (await ({condition})(arg)) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
          }}
          throw new Error("not so within 30 s");
        }}""",
        arg,
    )


def has_kept(page, kind, path):
    """Waits until the device has kept something of this kind under this path."""
    until(page, KEPT, [kind, path])


def entries(page):
    """What waits on the device to be sent, of everybody, the oldest first."""
    return page.evaluate(ENTRIES)


def has_sent(page):
    """Waits until nothing is left on the device."""
    until(page, f"async () => (await ({ENTRIES})()).length === 0")


def has_forgotten(page, user):
    """Waits until no cache of this user is left."""
    until(page, "async (end) => !(await caches.keys()).some((name) => name.endsWith(end))", f"-{user.pk}")


def state(page):
    return page.locator("#connection [data-state]")


def toast(page):
    return page.locator("#toasts .toast").last


def open_log(page):
    page.locator("#rail-log[data-htmx-powered]").wait_for(state="attached")
    page.keyboard.press("l")
    page.locator(f"{SHEET} input:focus").wait_for()


def save(page):
    page.keyboard.press("Control+Enter")

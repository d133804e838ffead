// Lists of what is on this device, filled in where a page has a place for one: <ul data-kept="pages"> or "sheets", with a
// <template> of a row inside.
(() => {
  const kept = async (kind) => {
    const prefix = `tend-${kind}-`;
    const name = (await caches.keys()).find((cache) => cache.startsWith(prefix));
    if (!name) return [];
    const cache = await caches.open(name);
    const copies = await Promise.all((await cache.keys()).map(async (key) => [key, await cache.match(key)]));
    return copies.reverse().map(([key, copy]) => ({
      path: new URL(key.url).pathname,
      name: decodeURIComponent(copy.headers.get("Tend-Name")),
      at: new Date(copy.headers.get("Tend-Kept-At")),
    }));
  };

  const fill = async (list) => {
    if (list.dataset.filled || !("caches" in self)) return;
    list.dataset.filled = "yes";
    const found = await kept(list.dataset.kept);
    for (const { path, name, at } of found) {
      const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
      const link = row.querySelector("a");
      link.href = path;
      if (list.dataset.kept === "sheets") link.setAttribute("hx-get", path);
      link.textContent = name;
      row.querySelector("[data-at]").textContent = connection.when(at);
      list.append(row);
      htmx.process(row);
    }
    list.parentElement.querySelector("[data-none]").hidden = found.length > 0;
    list.querySelector("a")?.focus();
  };

  const look = () => document.querySelectorAll("[data-kept]").forEach(fill);
  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:after:swap", look);
})();

// The log sheets of the clients on the page are fetched one by one while nothing else goes on: the worker keeps them. One
// that it brings back was drawn earlier: it gets a number and a time of its own, and what its link asked for.
(() => {
  const SHEET = /\/\d+\/log\/$/;
  const FRESH_FOR_MS = 3600000, PAUSE_MS = 400, MOST = 30;
  const HEADERS = { "HX-Request": "true", "HX-Request-Type": "partial" };
  const user = () => document.documentElement.dataset.user;
  let fetching = false;

  const pathsOnPage = () => {
    const links = [...document.querySelectorAll("a[hx-get]")];
    const paths = links.map((link) => new URL(link.getAttribute("hx-get"), location).pathname);
    return [...new Set(paths)].filter((path) => SHEET.test(path)).slice(0, MOST);
  };

  const isFresh = async (path) => {
    const copy = await caches.match(path, { cacheName: `tend-sheets-${user()}` });
    return copy && Date.now() - Date.parse(copy.headers.get("Tend-Kept-At")) < FRESH_FOR_MS;
  };

  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

  const fetchSheets = async () => {
    if (fetching || !user() || !navigator.serviceWorker?.controller || navigator.connection?.saveData) return;
    fetching = true;
    for (const path of pathsOnPage()) {
      if (connection.isGone()) break;
      if (await isFresh(path)) continue;
      await fetch(path, { headers: { ...HEADERS, "X-Page-User": user() }, priority: "low" }).catch(() => {});
      await pause(PAUSE_MS);
    }
    fetching = false;
  };

  addEventListener("load", () => setTimeout(fetchSheets, 2000));
  navigator.serviceWorker?.addEventListener("controllerchange", fetchSheets);

  // --- A sheet that was kept ----------------------------------------------------------------------------------------

  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  // The moment as the reader's zone calls it: 2026-11-22T14:05.
  const now = (zone) => new Date().toLocaleString("sv-SE", { timeZone: zone }).slice(0, 16).replace(" ", "T");

  const follow = (form, asked) => {
    const box = form.querySelector(`input[name="closes"][value="${CSS.escape(asked.get("follow_up") ?? "")}"]`);
    if (box) {
      Object.assign(box.dataset, { named: "yes", chosen: "yes" });
      box.checked = true;
    }
    const kind = asked.get("kind") ?? box?.dataset.dueKind;
    const radio = form.querySelector(`input[name="kind"][value="${CSS.escape(kind ?? "")}"]`);
    if (radio) {
      radio.checked = true;
      changed(radio);
    }
    const met = form.querySelector(`input[name="contacts"][value="${CSS.escape(asked.get("contact") ?? "")}"]`);
    if (met) met.checked = true;
  };

  // "Tomorrow" was another day then; any day can be typed.
  const dropOldDays = (form, today) => {
    if (form.dataset.day === today) return;
    for (const radio of form.querySelectorAll("input[name='next_step_on']:not([value=''])")) radio.closest("label").remove();
    form.querySelector("input[name='next_step_other']").closest("details").open = true;
  };

  const freshen = (form, asked) => {
    const moment = now(form.dataset.zone);
    form.elements.idempotency_key.value = crypto.randomUUID();
    dropOldDays(form, moment.slice(0, 10));
    if (form.dataset.restored) return; // a draft has its own
    form.elements.occurred_at.value = moment;
    follow(form, asked);
  };

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const form = document.querySelector("#sheet form[data-log-form]");
    if (!form || !ctx?.response?.headers.has("Tend-Kept-At") || ctx.target?.id !== "sheet") return;
    freshen(form, new URL(ctx.request.action, location).searchParams);
  });
})();

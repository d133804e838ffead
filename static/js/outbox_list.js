// What waits to be sent: how much, in the line above the page, and each with what was typed, in #outbox. What the server
// refused can be opened and corrected, or discarded. Whoever logs out hears first what would be lost.
(() => {
  const TYPED = ["line", "summary", "outcome", "next_step"];
  const NOT_FOR_THEM = new Set([403, 404]); // the sheet would not open either
  const strip = () => document.getElementById("connection");
  const list = () => document.getElementById("outbox");
  const valuesOf = (entry, name) => entry.fields.filter(([field]) => field === name).map(([, value]) => value);
  let correcting = null;

  // --- The line and the list ----------------------------------------------------------------------------------------

  const counts = (entries) => {
    const refused = entries.filter((entry) => entry.refused).length;
    const { waitsText, stuckText } = strip().dataset;
    const parts = [[waitsText, entries.length - refused], [stuckText, refused]];
    return parts.filter(([, count]) => count).map(([text, count]) => text.replace("{count}", count)).join(" · ");
  };

  const put = (row, name, text) => {
    const place = row.querySelector(`[data-${name}]`);
    place.textContent = text;
    place.hidden = !text;
  };

  const rowOf = (entry) => {
    const row = list().querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.entry = entry.id;
    row.toggleAttribute("data-refused", Boolean(entry.refused));
    put(row, "client", entry.client);
    put(row, "saved", [entry.kind, connection.when(new Date(entry.at), list().dataset)].join(" · "));
    put(row, "typed", TYPED.flatMap((name) => valuesOf(entry, name)).filter(Boolean).join(" · "));
    put(row, "reason", entry.reason ?? "");
    row.querySelector("[data-waits]").hidden = Boolean(entry.refused);
    const correct = row.querySelector("[data-correct]");
    correct.hidden = !entry.refused || NOT_FOR_THEM.has(entry.refused);
    correct.href = entry.address;
    correct.setAttribute("hx-get", entry.address);
    return row;
  };

  const paint = async () => {
    if (!strip()) return;
    const entries = await outbox.all().catch(() => []);
    strip().toggleAttribute("data-waiting", entries.length > 0);
    if (!entries.length) strip().removeAttribute("data-login");
    strip().querySelector("[data-count]").textContent = counts(entries);
    const rows = list().querySelector("ul");
    rows.replaceChildren(...entries.map(rowOf));
    htmx.process(rows);
    if (!list().open) return;
    if (!entries.length) list().close();
    else if (!list().contains(document.activeElement)) list().querySelector("button").focus();
  };

  document.addEventListener(outbox.TELL, paint);
  document.addEventListener("DOMContentLoaded", paint);

  // --- Correcting and discarding ------------------------------------------------------------------------------------

  const choose = (row, isAsking) => {
    row.toggleAttribute("data-asking", isAsking);
    row.querySelector(isAsking ? "[data-discard-no]" : "[data-discard-ask]").focus();
  };

  document.addEventListener("click", async (event) => {
    const row = event.target.closest("[data-entry]");
    if (!row) return;
    const id = Number(row.dataset.entry);
    if (event.target.closest("[data-discard-ask]")) choose(row, true);
    else if (event.target.closest("[data-discard-no]")) choose(row, false);
    else if (event.target.closest("[data-discard-yes]")) await outbox.remove(id);
    else if (event.target.closest("[data-correct]")) {
      list().close();
      correcting = (await outbox.all()).find((entry) => entry.id === id);
    }
  });

  const fill = (form, entry) => {
    Object.assign(form.dataset, { corrects: entry.id, restored: "yes" });
    form.querySelector("[data-draft-note]").hidden = true;
    for (const field of form.elements) {
      const values = valuesOf(entry, field.name);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.name === "idempotency_key" || (values.length && field.type !== "hidden")) [field.value] = values;
    }
    const lost = valuesOf(entry, "next_step_on").filter(Boolean).map((day) => ["next_step_on", day]);
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true, detail: { lost } }));
  };

  document.addEventListener("htmx:after:swap", (event) => {
    const form = document.querySelector("#sheet form[data-outbox]");
    if (!correcting || !form || event.detail.ctx?.target?.id !== "sheet") return;
    if (new URL(form.action).pathname === correcting.address) fill(form, correcting);
    correcting = null;
  });

  // --- Logging out --------------------------------------------------------------------------------------------------

  const leaving = () => document.getElementById("outbox-leave");
  let leave = null;

  const forgetAll = async () => {
    const names = "caches" in self ? await caches.keys() : [];
    await Promise.all(names.filter((name) => /^tend-(pages|sheets)-/.test(name)).map((name) => caches.delete(name)));
    await outbox.forget();
  };

  const ask = (count) => {
    leaving().querySelector("[data-count]").textContent = leaving().dataset.countText.replace("{count}", count);
    leaving().showModal();
  };

  // Nothing is thrown away before this was asked, so the other listeners of the form hear of it only afterwards.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form.getAttribute("action") ?? "").endsWith("/logout/") || "forgot" in form.dataset || !leaving()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    leave = async () => {
      await forgetAll().catch(() => {});
      form.dataset.forgot = "";
      form.requestSubmit();
    };
    const count = await outbox.count().catch(() => 0);
    if (count) ask(count);
    else await leave();
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-leave]")) leave();
  });
})();

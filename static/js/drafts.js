// What was typed into <form data-draft="log-42"> survives Escape, a reload and a crash. Kept on this device under the
// user's id, thrown away when the form was accepted, when it is a day old, and at log-out or another user's log-in.
(() => {
  const PREFIX = "tend-draft:";
  const KEPT_FOR_MS = 86400000;
  const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "idempotency_key", "password"]);

  const user = () => document.documentElement.dataset.user || "";
  const keyOf = (form) => `${PREFIX}${user()}:${form.dataset.draft}`;

  const storage = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    remove(key) { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
    keys() { try { return Object.keys(localStorage); } catch { return []; } },
  };

  const forgetOthers = () => {
    const mine = `${PREFIX}${user()}:`;
    for (const key of storage.keys()) {
      if (!key.startsWith(PREFIX)) continue;
      const draft = storage.read(key);
      if (!user() || !key.startsWith(mine) || !draft || Date.now() - draft.at > KEPT_FOR_MS) storage.remove(key);
    }
  };

  const kept = (form) => [...form.elements].filter((field) => field.name && !NEVER_KEPT.has(field.name) && field.type !== "file" && field.type !== "hidden");

  const save = (form) => {
    const values = kept(form).map((field) => {
      const boxed = field.type === "checkbox" || field.type === "radio";
      return [field.name, boxed ? [field.value, field.checked] : field.value];
    });
    storage.write(keyOf(form), { at: Date.now(), values });
  };

  const restore = (form) => {
    const draft = storage.read(keyOf(form));
    if (!draft || form.dataset.restored) return;
    form.dataset.restored = "yes";
    for (const [name, value] of draft.values) {
      for (const field of kept(form).filter((candidate) => candidate.name === name)) {
        if (!Array.isArray(value)) field.value = value;
        else if (field.value === value[0]) field.checked = value[1];
      }
    }
    form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  };

  const look = (root) => root.querySelectorAll?.("form[data-draft]").forEach(restore);

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) save(form);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.detail.ctx?.sourceElement?.closest?.("form[data-draft]");
    const { status } = event.detail.ctx?.response ?? {};
    if (form && event.detail.ctx.request.method === "POST" && status >= 200 && status < 300) storage.remove(keyOf(form));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-discard]");
    if (!button) return;
    const form = button.closest("form");
    storage.remove(keyOf(form));
    form.reset();
    form.querySelector("[data-draft-note]")?.setAttribute("hidden", "");
  });
  document.addEventListener("htmx:after:swap", (event) => look(event.detail.ctx?.target ?? document));
  document.addEventListener("DOMContentLoaded", () => {
    forgetOthers();
    look(document);
  });
})();

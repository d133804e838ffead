// What was typed into <form data-draft="log-42"> survives Escape, a reload and a crash. Kept on this device under the
// user's id, thrown away when the form was accepted, when it is a day old, and at log-out or another user's log-in.
// localStorage answers at once but reaches the disk only after a while; IndexedDB is what a crash leaves behind.
(() => {
  const PREFIX = "tend-draft:";
  const KEPT_FOR_MS = 86400000;
  const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "idempotency_key", "password"]);

  const user = () => document.documentElement.dataset.user || "";
  const keyFor = (name) => `${PREFIX}${user()}:${name}`;
  const keyOf = (form) => keyFor(form.dataset.draft);

  const disk = new Promise((resolve) => {
    try {
      const asked = indexedDB.open("tend-drafts", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
      asked.onsuccess = () => resolve(asked.result.transaction ? asked.result : null);
      asked.onerror = asked.onblocked = () => resolve(null);
    } catch { resolve(null); } // forbidden
  });
  const onDisk = async (mode, work) => {
    try { return work((await disk)?.transaction("drafts", mode).objectStore("drafts")); } catch { return null; }
  };

  const storage = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write(key, value) {
      try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ }
      onDisk("readwrite", (store) => store?.put(value, key));
    },
    remove(key) {
      try { localStorage.removeItem(key); } catch { /* forbidden */ }
      onDisk("readwrite", (store) => store?.delete(key));
    },
    keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
  };

  // After a crash the disk is right: what it has is brought back, and what it no longer has was accepted or discarded.
  const bringBack = async () => {
    const here = storage.keys();
    const found = await onDisk("readonly", (store) => store && new Promise((resolve) => {
      const drafts = new Map();
      const cursor = store.openCursor();
      cursor.onerror = () => resolve(null);
      cursor.onsuccess = () => {
        if (!cursor.result) return resolve(drafts);
        drafts.set(cursor.result.key, cursor.result.value);
        cursor.result.continue();
      };
    }));
    if (!found) return;
    for (const key of here) if (!found.has(key)) storage.remove(key);
    for (const [key, draft] of found) if (!(storage.read(key)?.at >= draft.at)) storage.write(key, draft);
    forgetOthers();
    look(document);
  };

  const forgetOthers = () => {
    const mine = keyFor("");
    for (const key of storage.keys()) {
      const draft = storage.read(key);
      const isOld = !draft || Date.now() - draft.at > KEPT_FOR_MS;
      if (isOld || (user() && !key.startsWith(mine))) storage.remove(key);
    }
  };

  const isKept = (field) => field.name && !NEVER_KEPT.has(field.name) && field.type !== "file" && field.type !== "hidden";
  const kept = (form) => [...form.elements].filter(isKept);
  const isBoxed = (field) => field.type === "checkbox" || field.type === "radio";
  let typedLast = null;

  const save = (form) => {
    if (!form.isConnected || form.dataset.accepted) return; // a field left behind changes as its sheet closes
    const values = kept(form).map((field) => [field.name, isBoxed(field) ? [field.value, field.checked] : field.value]);
    storage.write(keyOf(form), { at: Date.now(), values });
    typedLast = form.closest("dialog") && { form, key: keyOf(form), text: form.dataset.draftKept };
  };

  // `lost` are choices of the draft that the form no longer offers, such as the chip of a day that has come since.
  const restore = (form) => {
    const draft = storage.read(keyOf(form));
    if (!draft || form.dataset.restored) return;
    form.dataset.restored = "yes";
    const lost = [];
    for (const [name, value] of draft.values) {
      const fields = kept(form).filter((field) => field.name === name);
      if (!Array.isArray(value)) fields.forEach((field) => { field.value = value; });
      else if (fields.some((field) => field.value === value[0])) {
        fields.filter((field) => field.value === value[0]).forEach((field) => { field.checked = value[1]; });
      } else if (value[1]) lost.push([name, value[0]]);
    }
    form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true, detail: { lost } }));
  };

  const look = (root) => {
    root.querySelectorAll?.("form[data-draft]").forEach(restore);
    root.querySelectorAll?.("[data-draft-of]").forEach((mark) => {
      mark.hidden = !storage.read(keyFor(mark.dataset.draftOf));
    });
  };

  // A page that says that something was saved settles what its form had sent; one that does not leaves it as a draft.
  const settleSent = () => {
    const accepted = document.querySelector("#toasts .toast-success");
    for (const key of storage.keys()) {
      const draft = storage.read(key);
      if (draft?.sent && accepted) storage.remove(key);
      else if (draft?.sent) storage.write(key, { ...draft, sent: false });
    }
  };

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest("form[data-draft]");
      if (!form) return;
      save(form);
      setTimeout(() => save(form)); // and what other scripts changed because of it
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ((form.getAttribute("action") ?? "").endsWith("/logout/")) storage.keys().forEach(storage.remove);
    if (form.matches("form[data-draft]:not([hx-post])")) storage.write(keyOf(form), { ...storage.read(keyOf(form)), at: Date.now(), sent: true });
  });

  // An accepted form's draft goes. Taking the log back brings it again: who saved too early need not type it twice.
  const accepted = new Map();
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const form = ctx?.sourceElement;
    const { status } = ctx?.response ?? {};
    if (!form?.matches?.("form[data-draft]") || ctx.request.method !== "POST" || !(status >= 200 && status < 300)) return;
    form.dataset.accepted = "yes";
    accepted.set(keyOf(form), storage.read(keyOf(form)));
    storage.remove(keyOf(form));
    typedLast = null;
  });
  document.addEventListener("log-taken-back", (event) => {
    const key = keyFor(`log-${event.detail.client}`);
    if (accepted.get(key)) storage.write(key, { ...accepted.get(key), at: Date.now() });
    accepted.delete(key);
  });
  document.addEventListener("close", (event) => {
    if (!typedLast || !event.target.contains(typedLast.form)) return; // another that lay over it
    if (typedLast.text && storage.read(typedLast.key)) {
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: typedLast.text } }));
    }
    typedLast = null;
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-discard]");
    if (!button) return;
    const form = button.closest("form");
    storage.remove(keyOf(form));
    form.reset();
    form.querySelector("[data-draft-note]")?.setAttribute("hidden", "");
    typedLast = null;
  });
  document.addEventListener("htmx:after:swap", (event) => look(event.detail.ctx?.target ?? document));
  document.addEventListener("DOMContentLoaded", () => {
    forgetOthers();
    settleSent();
    look(document);
    bringBack();
  });
})();

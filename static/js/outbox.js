// Contacts that were logged without a connection. They lie in IndexedDB under the user's id until the server has answered,
// and are sent one after the other, each with the number that its form had: the server saves a number once. What it
// refuses stays, with its reason, until the user has corrected or discarded it. See docs/offline.md.
const outbox = (() => {
  const NAME = "tend-outbox", ENTRIES = "entries", TELL = "outbox-changed";
  const GIVEN_UP_AFTER_MS = 8000, ANSWERED_WITHIN_MS = 30000, FIRST_WAIT_MS = 5000, LONGEST_WAIT_MS = 300000;
  const HEADERS = { "HX-Request": "true", "HX-Request-Type": "partial" };
  const SEND_AGAIN = new Set([408, 429]);
  const tabs = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
  let wait = FIRST_WAIT_MS, timer = 0;

  const user = () => document.documentElement.dataset.user ?? "";
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const words = () => document.getElementById("connection").dataset;
  const toast = (text, kind) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));

  // --- What lies here -----------------------------------------------------------------------------------------------

  const opened = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(ENTRIES, { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
  // What was written counts once it is on the disk, not when the page believes so.
  const onDisk = async (mode, work) => {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const change = database.transaction(ENTRIES, mode, { durability: "strict" });
        const asked = work(change.objectStore(ENTRIES));
        change.oncomplete = () => resolve(asked.result);
        change.onerror = change.onabort = () => reject(change.error);
      });
    } finally { database.close(); }
  };

  const tell = () => {
    document.dispatchEvent(new Event(TELL));
    tabs?.postMessage(TELL);
  };
  const write = async (entry) => {
    await onDisk("readwrite", (store) => store.put(entry));
    tell();
  };
  const remove = async (id) => {
    await onDisk("readwrite", (store) => store.delete(id));
    tell();
  };
  const all = async () => {
    const entries = await onDisk("readonly", (store) => store.getAll());
    return entries.filter((entry) => entry.user === user());
  };
  const count = () => onDisk("readonly", (store) => store.count());
  const waiting = async () => (await all()).filter((entry) => !entry.refused);

  // --- Sending ------------------------------------------------------------------------------------------------------

  const wrongIn = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const said = [...answer.querySelectorAll(".errors li, .form-error li")];
    return [...new Set(said.map((element) => element.textContent.trim().replace(/\s+/g, " ")))].filter(Boolean).join(" ");
  };

  const reasonOf = async (response) => {
    const { status } = response;
    const said = status === 422 ? wrongIn(await response.text()) : "";
    return said || words()[`refused-${status}Text`] || words().reasonText;
  };

  const post = (entry) => fetch(entry.address, {
    method: "POST",
    headers: { ...HEADERS, "X-CSRFToken": token(), "X-Page-User": entry.user },
    body: new URLSearchParams(entry.fields),
    signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
  });

  // "sent", "refused", or why it is to be tried again: "gone" (no answer), "busy" (the server's trouble), "login".
  const send = async (entry) => {
    const used = token();
    let response;
    try { response = await post(entry); } catch { return { outcome: "gone" }; }
    if (response.status === 401 || response.redirected) return { outcome: "login" };
    if (response.ok) {
      await remove(entry.id);
      return { outcome: "sent", events: JSON.parse(response.headers.get("HX-Trigger") ?? "{}") };
    }
    if (response.status === 403 && token() !== used) return send(entry); // the answer brought a token that holds
    if (response.status >= 500 || SEND_AGAIN.has(response.status)) return { outcome: "busy" };
    await write({ ...entry, refused: response.status, reason: await reasonOf(response) });
    return { outcome: "refused" };
  };

  const report = (sent, refused) => {
    for (const events of sent) {
      for (const [name, detail] of Object.entries(events)) {
        if (name === "toast" && sent.length > 1) continue;
        document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
      }
    }
    if (sent.length > 1) toast(words().sentText.replace("{count}", sent.length), "success");
    if (refused) toast(words().refusedText, "error");
  };

  const tryLater = (outcome) => {
    clearTimeout(timer);
    strip("data-login", outcome === "login");
    if (outcome === "gone") connection.lost(); // it says when it is back
    if (outcome !== "busy") return;
    timer = setTimeout(flush, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  };
  const strip = (name, on) => document.getElementById("connection")?.toggleAttribute(name, on);

  // The oldest first; one tab at a time, the others find nothing left.
  const sendAll = async (lock) => {
    if (!lock) return;
    const sent = [];
    let refused = false;
    let last = "sent";
    for (const entry of await waiting()) {
      const { outcome, events } = await send(entry);
      last = outcome;
      if (outcome === "sent") sent.push(events);
      else if (outcome === "refused") refused = true;
      else break;
    }
    report(sent, refused);
    if (last === "sent" || last === "refused") wait = FIRST_WAIT_MS;
    tryLater(last);
  };

  const flush = () => {
    if (!user() || !document.getElementById("connection")) return;
    navigator.locks.request(NAME, { ifAvailable: true }, sendAll).catch(() => {});
  };

  // --- Keeping ------------------------------------------------------------------------------------------------------

  const chosenKind = (form) => form.querySelector("input[name='kind']:checked")?.labels[0]?.cloneNode(true);
  const kindOf = (form) => {
    const label = chosenKind(form);
    label?.querySelectorAll("kbd, svg").forEach((part) => part.remove());
    return label?.textContent.trim() ?? "";
  };

  const keep = async (form, address, body) => {
    const at = new Date().toISOString();
    const fields = [...body].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "saved_at");
    const entry = { user: user(), address, fields: [...fields, ["saved_at", at]], client: form.dataset.client, kind: kindOf(form), at };
    await write(form.dataset.corrects ? { ...entry, id: Number(form.dataset.corrects) } : entry);
    toast(words().savedText, "success");
  };

  // The log's own way to the server: where that gives no answer, or something older waits to go first, it is kept here
  // and htmx hears that it was accepted.
  const sendOrKeep = (form) => async (address, request) => {
    const isDirect = !connection.isGone() && (await waiting().catch(() => [])).length === 0;
    if (isDirect) {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(GIVEN_UP_AFTER_MS)]);
      const response = await fetch(address, { ...request, signal }).catch(() => null);
      if (response?.ok && form.dataset.corrects) await remove(Number(form.dataset.corrects));
      if (response) return response;
      connection.lost();
    }
    await keep(form, address, request.body);
    if (!connection.isGone()) setTimeout(flush);
    return new Response(null, { status: 204, headers: connection.isGone() ? { "Tend-Kept-At": "" } : {} });
  };

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement?.matches?.("form[data-outbox]")) ctx.fetch = sendOrKeep(ctx.sourceElement);
  });

  document.addEventListener("connection-back", flush);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  tabs?.addEventListener("message", () => document.dispatchEvent(new Event(TELL)));
  addEventListener("load", flush);

  // --- Throwing away ------------------------------------------------------------------------------------------------

  const forgetOthers = async () => {
    if (!user()) return;
    const entries = await onDisk("readonly", (store) => store.getAll());
    for (const entry of entries) if (entry.user !== user()) await remove(entry.id);
  };
  const forget = async () => {
    await onDisk("readwrite", (store) => store.clear());
    tell();
  };
  document.addEventListener("DOMContentLoaded", () => forgetOthers().catch(() => {}));

  return { all, count, remove, forget, TELL };
})();

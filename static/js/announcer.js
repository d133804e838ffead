// Says what happened to screen readers, and shows it as a toast where there is something to see.
// The server sends HX-Trigger: {"announce": {"text": "…"}} or {"toast": {"text": "…", "kind": "success"}}, the latter
// with "action" and "url" for a button that posts there, such as "Undo".
(() => {
  const SHOWN_FOR_MS = 10000;

  const announce = (text) => {
    const region = document.getElementById("announcer");
    if (!region || !text) return;
    region.textContent = "";
    // A reader only speaks what changes, so the same words twice need a moment between them.
    setTimeout(() => { region.textContent = text; }, 60);
  };

  // What somebody asked the page to show is said: the words they pressed and how things now stand, or for a panel that
  // came after its page its heading. What the server says itself, what reads itself out, and what opens over the page need
  // no more.
  const ASKED = new Set(["click", "submit", "change", "input"]);
  const wordsOf = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("svg, kbd, [aria-hidden]").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const standing = () => {
    const place = document.querySelector("main .lede");
    return place ? wordsOf(place) : "";
  };

  const asked = new WeakMap();
  const remember = ({ sourceElement, sourceEvent, request, target }) => {
    const isPanel = sourceElement.matches(".panel-waiting");
    const reads = target.closest?.("dialog, [aria-live], [role='status']");
    if (request.method !== "GET" || reads || !(isPanel || ASKED.has(sourceEvent?.type))) return;
    asked.set(request, { isPanel, pressed: sourceElement.matches("a, button") ? wordsOf(sourceElement) : "" });
  };

  const sayWhatCame = ({ request, response, hx }) => {
    if (!asked.has(request) || !response.raw.ok || hx?.trigger?.includes("announce")) return;
    const { isPanel, pressed } = asked.get(request);
    const heading = document.querySelector(".client-tabs h2");
    if (!isPanel) announce([pressed, standing()].filter(Boolean).join(". "));
    else if (heading) announce(wordsOf(heading));
  };

  const dismissLater = (toast) => {
    if (toast.dataset.timed) return;
    toast.dataset.timed = "yes";
    let timer = 0;
    const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_FOR_MS); };
    const hold = () => clearTimeout(timer);
    for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, hold);
    for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, start);
    start();
  };

  const showToast = ({ text, kind = "success", action, url }) => {
    const template = document.getElementById("toast-template");
    const region = document.getElementById("toasts");
    if (!template || !region) return;
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.classList.add(`toast-${kind}`);
    toast.querySelector(".text").textContent = text;
    const form = toast.querySelector("form");
    if (url) {
      form.setAttribute("hx-post", url);
      form.querySelector("button").textContent = action;
    } else {
      form.remove();
    }
    region.append(toast);
    if (url) htmx.process(form);
  };

  const watch = () => {
    const region = document.getElementById("toasts");
    if (!region) return;
    const each = () => region.querySelectorAll(".toast").forEach(dismissLater);
    new MutationObserver(each).observe(region, { childList: true });
    each();
  };

  document.addEventListener("announce", (event) => announce(event.detail.text ?? event.detail.value));
  document.addEventListener("htmx:before:request", (event) => remember(event.detail.ctx));
  document.addEventListener("htmx:after:swap", (event) => event.detail.ctx && sayWhatCame(event.detail.ctx));
  document.addEventListener("toast", (event) => showToast(event.detail));
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss-toast]")?.closest(".toast").remove());
  // A toast whose button was pressed goes, but only after the answer's events were sent from it.
  document.addEventListener("htmx:after:request", (event) => {
    event.detail.ctx?.sourceElement?.closest?.(".toast form")?.closest(".toast").setAttribute("data-answered", "");
  });
  document.addEventListener("htmx:finally:request", () => {
    document.querySelectorAll(".toast[data-answered]").forEach((toast) => toast.remove());
  });
  document.addEventListener("DOMContentLoaded", watch);
  // No answer at all: say so, rather than leave a button that seems to do nothing. What asks by itself asks again.
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx?.sourceElement?.closest?.("[data-quiet]")) return;
    if (event.detail.ctx) showToast({ text: document.documentElement.dataset.offlineText, kind: "error" });
  });
})();

// Whether the server answers. While it does not, a line above the page says so and as of when the page is, and nothing
// asks by itself; the worker answers for the server (static/service_worker.js). `connection` tells the outbox.
const connection = (() => {
  const FIRST_LOOK_MS = 3000, LONGEST_LOOK_MS = 60000, ANSWERED_WITHIN_MS = 8000;
  const BY_HAND = new Set(["click", "submit"]);
  const root = document.documentElement;
  const isCopy = "keptAt" in root.dataset;
  const asOf = isCopy ? new Date(root.dataset.keptAt) : new Date();
  let gone = false, timer = 0, wait = FIRST_LOOK_MS;

  const strip = () => document.getElementById("connection");

  // A copy was drawn before the theme was last chosen.
  const chosen = document.cookie.match(/(?:^|; )tend_theme=(light|dark)/)?.[1];
  if (isCopy && chosen) root.dataset.theme = chosen;

  const when = (moment, { todayText, dayText } = strip().dataset) => {
    const time = moment.toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const day = moment.toLocaleDateString(root.lang, { day: "numeric", month: "numeric" });
    const isToday = moment.toDateString() === new Date().toDateString();
    return (isToday ? todayText : dayText).replace("{time}", time).replace("{day}", day);
  };

  const paint = () => {
    if (!strip()) return;
    const stale = !gone && isCopy;
    const { goneText, backText } = strip().dataset;
    const words = [gone ? goneText : backText, ...("notKept" in root.dataset ? [] : [when(asOf)])];
    strip().toggleAttribute("data-gone", gone);
    strip().toggleAttribute("data-stale", stale);
    strip().querySelector("[data-state]").textContent = gone || stale ? words.join(" · ") : "";
    document.querySelectorAll("[data-offline-note]").forEach((note) => { note.hidden = !gone; });
  };

  const say = () => {
    const text = strip()?.querySelector("[data-state]").textContent;
    if (text) document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
  };

  const lookLater = () => {
    clearTimeout(timer);
    if (!gone) return;
    timer = setTimeout(look, wait);
    wait = Math.min(2 * wait, LONGEST_LOOK_MS);
  };

  const set = (isGone) => {
    if (gone === isGone) return;
    gone = isGone;
    wait = FIRST_LOOK_MS;
    paint();
    say();
    lookLater();
    if (!gone) document.dispatchEvent(new Event("connection-back"));
    // Nothing is on this page that could be lost.
    if (!gone && "notKept" in root.dataset && !document.querySelector("dialog[open]")) location.reload();
  };

  const look = async () => {
    const signal = AbortSignal.timeout(ANSWERED_WITHIN_MS);
    const answer = await fetch(strip().dataset.worker, { method: "HEAD", cache: "no-store", signal }).catch(() => null);
    if (answer) set(false);
    else lookLater();
  };

  const lookNow = () => {
    wait = FIRST_LOOK_MS;
    if (gone && strip() && !document.hidden) look();
  };

  document.addEventListener("htmx:before:request", (event) => {
    if (gone && !BY_HAND.has(event.detail.ctx.sourceEvent?.type)) event.preventDefault();
  });
  document.addEventListener("htmx:before:response", (event) => set(event.detail.ctx.response.headers.has("Tend-Kept-At")));
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx && !event.detail.ctx.response) set(true);
  });
  document.addEventListener("htmx:after:swap", paint);
  document.addEventListener("visibilitychange", lookNow);
  addEventListener("online", lookNow);
  addEventListener("offline", () => set(true));

  document.addEventListener("DOMContentLoaded", () => {
    if (!strip()) return;
    if (isCopy || "notKept" in root.dataset || !navigator.onLine) set(true);
  });
  // Once everything that the page needs has come.
  addEventListener("load", () => {
    if (strip()) setTimeout(() => navigator.serviceWorker?.register(strip().dataset.worker)?.catch(() => {}), 1000);
  });

  return { isGone: () => gone, lost: () => set(true), when };
})();

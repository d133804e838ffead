// A thin line at the top when an answer takes longer than people notice; quick ones show nothing.
(() => {
  const NOTICED_AFTER_MS = 250;
  let running = 0;
  let timer = 0;

  const line = () => document.getElementById("progress");

  const isQuiet = (event) => event.detail.ctx?.sourceElement?.closest?.("[data-quiet]");

  document.addEventListener("htmx:before:request", (event) => {
    if (isQuiet(event)) return;
    running += 1;
    clearTimeout(timer);
    timer = setTimeout(() => line()?.classList.toggle("is-on", running > 0), NOTICED_AFTER_MS);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (isQuiet(event)) return;
    running = Math.max(0, running - 1);
    if (running) return;
    clearTimeout(timer);
    line()?.classList.remove("is-on");
  });
})();

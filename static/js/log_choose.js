// Choosing whom to log for, from the search field: Enter opens the first one found, Ctrl+Enter saves it at once, and the
// arrow keys walk through them. Keys typed faster than the answer wait for it.
(() => {
  const SEARCH = "[data-log-search]";
  let waiting = null;

  const list = () => document.querySelector("dialog[open] #log-choices") ?? document.getElementById("log-choices");
  const rows = () => [...(list()?.querySelectorAll(".log-choices > li") ?? [])];
  const isStale = (search) => search.value.trim() !== (list()?.dataset.words ?? "");

  const take = (row, atOnce) => {
    if (!row) return;
    if (atOnce) row.querySelector("form").requestSubmit();
    else row.querySelector(".row-link").click();
  };

  const walk = (from, step) => {
    const all = rows();
    const at = all.indexOf(from) + step;
    if (at < 0) document.querySelector(`dialog[open] ${SEARCH}`)?.focus();
    else all[Math.min(at, all.length - 1)]?.querySelector(".row-link").focus();
  };

  document.addEventListener("keydown", (event) => {
    const search = event.target.closest(SEARCH);
    const row = event.target.closest(".log-choices > li");
    if ((!search && !row) || event.isComposing || event.altKey) return;
    const atOnce = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && (search || (atOnce && row))) {
      event.preventDefault();
      if (event.repeat) return;
      if (search && isStale(search)) {
        waiting = { atOnce };
        search.form.requestSubmit();
      } else take(row ?? rows()[0], atOnce);
    } else if (!atOnce && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      walk(row, event.key === "ArrowDown" ? 1 : -1);
    }
  }, true);

  document.addEventListener("input", (event) => {
    if (event.target.closest(SEARCH)) waiting = null;
  });
  document.addEventListener("htmx:after:swap", () => {
    const search = document.querySelector(SEARCH);
    if (!waiting || !search || isStale(search)) return;
    const { atOnce } = waiting;
    waiting = null;
    take(rows()[0], atOnce);
  });
})();

// Ticking rows of a list marked data-picks: "x" ticks the row that has the focus, Shift and a click tick all between, the
// box in the head ticks the page, Escape ticks none. What is done with them has a key of its own (data-pick-key), which
// acts while something is ticked. What stays on screen when the list is fetched anew stays ticked.
(() => {
  const table = () => document.querySelector("[data-picks]");
  const boxes = () => [...(table()?.querySelectorAll("[data-pick]") ?? [])];
  const bar = () => table()?.closest("form")?.querySelector(".pick-bar");
  let ticked = new Set();
  let last = null;

  const show = () => {
    const all = boxes();
    const chosen = all.filter((box) => box.checked);
    ticked = new Set(chosen.map((box) => box.value));
    all.forEach((box) => box.closest("tr").toggleAttribute("data-picked", box.checked));
    const head = table()?.querySelector("[data-pick-all]");
    if (head) {
      head.checked = all.length > 0 && chosen.length === all.length;
      head.indeterminate = chosen.length > 0 && !head.checked;
    }
    const everything = bar()?.querySelector("[data-pick-everything]");
    if (everything && !chosen.length) everything.checked = false;
    const number = everything?.checked ? everything.dataset.pickEverything : chosen.length;
    const count = bar()?.querySelector("[data-pick-count]");
    if (count) count.textContent = count.dataset.pickCount.replace("{n}", number);
  };

  const tick = (some, on) => {
    some.forEach((box) => { box.checked = on; });
    show();
  };

  document.addEventListener("click", (event) => {
    if (!event.target.matches("[data-pick]")) return;
    const all = boxes();
    const at = all.indexOf(event.target);
    if (event.shiftKey && last !== null && last < all.length) {
      tick(all.slice(Math.min(at, last), Math.max(at, last) + 1), event.target.checked);
    }
    last = at;
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) tick(boxes(), event.target.checked);
    else if (event.target.matches("[data-pick], [data-pick-everything]")) show();
  });

  document.addEventListener("reset", (event) => {
    if (event.target.querySelector("[data-picks]")) setTimeout(show);
  });

  const actionOf = (key) => /^[a-z]$/.test(key) && ticked.size && bar()?.querySelector(`[data-pick-key="${key}"]`);

  // Before the page's own single keys: with rows ticked a key is about them.
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!table() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open], details.menu[open]")) return;
    if (target.matches("input[type='checkbox']") && key === "Enter" && target.form?.contains(table())) {
      event.preventDefault(); // it would send the form
      target.closest("tbody tr")?.querySelector(".row-link").click();
      return;
    }
    if (target.matches("input:not([type='checkbox']), select, textarea, summary")) return;
    if (key === "Escape" && ticked.size) return tick(boxes(), false);
    const box = target.closest("[data-picks] tbody tr")?.querySelector("[data-pick]");
    if (key === "x" && box) {
      event.preventDefault();
      box.checked = !box.checked;
      last = boxes().indexOf(box);
      show();
      return;
    }
    const action = actionOf(key);
    if (!action || event.repeat) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    action.click();
  }, true);

  const restore = () => {
    if (!table()) return;
    const kept = ticked;
    boxes().forEach((box) => { box.checked ||= kept.has(box.value); });
    show();
  };

  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:after:swap", restore);
  addEventListener("pageshow", show); // the browser brings ticks back with the page
})();

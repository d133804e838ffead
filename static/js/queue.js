// Keys of a list marked data-queue, such as Today: up and down (or j and k) choose an item, and a letter presses what
// the item marks with it: <a data-do="s">. The first item is chosen from the start. Before the page's own single keys,
// since "l" logs for the chosen item; nothing while typing, with a modifier, or behind an open dialog.
(() => {
  const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
  const TYPING = "input, textarea, select, [contenteditable]";
  let chosen = { id: "", at: 0 };

  const items = () => [...document.querySelectorAll("[data-queue] .task")];

  const choose = (item) => {
    const all = items();
    all.forEach((other) => other.toggleAttribute("data-chosen", other === item));
    if (item) chosen = { id: item.id, at: all.indexOf(item) };
  };

  // The one chosen before, else what now stands in its place.
  const current = () => {
    const all = items();
    return all.find((item) => item.id === chosen.id) ?? all[Math.min(chosen.at, all.length - 1)];
  };

  const free = (target) => target === document.body || target.id === "main" || target.closest("#today-work");

  const move = (step) => {
    const all = items();
    const at = all.indexOf(current()) + step;
    const item = all[Math.max(0, Math.min(all.length - 1, at))];
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || target.matches(TYPING) || !free(target)) return;
    const item = current();
    if (!item) return;
    if (STEPS[key]) {
      if (key.length > 1 && !target.closest("[data-queue]")) return; // arrows scroll until the list has the focus
      event.preventDefault();
      move(STEPS[key]);
      return;
    }
    const button = /^[a-z]$/.test(key) && item.querySelector(`[data-do="${key}"]`);
    if (!button) return;
    event.preventDefault();
    choose(item);
    if (!event.repeat) button.click();
  }, true);

  document.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-queue] .task");
    if (item) choose(item);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest(".pager a")) chosen = { id: "", at: 0 };
  });

  const restore = () => {
    const item = current();
    if (!item) return;
    choose(item);
    if (document.activeElement.id === "today-work") item.focus({ preventScroll: true });
  };

  document.addEventListener("DOMContentLoaded", restore);
  document.addEventListener("htmx:after:swap", restore);
})();

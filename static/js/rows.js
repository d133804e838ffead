// Up and down (or j and k) walk through the links of a list marked data-rows; Enter or "o" opens, as Enter does on any
// link. Ticking rows is picks.js.
(() => {
  const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
  const TYPING = "input:not([type='checkbox']), select, textarea, summary, details *";

  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const opens = event.key === "o";
    if (!(step || opens) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.matches(TYPING)) return;
    const inside = event.target.closest("[data-rows]");
    const free = event.target === document.body || event.target.id === "main";
    if (!inside && !(free && event.key.length === 1)) return;
    const list = inside ?? document.querySelector("[data-rows]");
    const own = event.target.closest("tr, li")?.querySelector(".row-link");
    if (opens) {
      if (!inside || !own) return;
      event.preventDefault();
      own.click();
      return;
    }
    const links = [...(list?.querySelectorAll(".row-link") ?? [])];
    if (!links.length) return;
    event.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, links.indexOf(own) + step))].focus();
  });
})();

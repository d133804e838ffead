// Up and down (or j and k) walk through the links of a list marked data-rows; Enter opens, as it does on any link.
(() => {
  const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const inside = event.target.closest("[data-rows]");
    const free = event.target === document.body || event.target.id === "main";
    if (!inside && !(free && event.key.length === 1)) return;
    if (event.target.matches("input, select, textarea, summary, details *")) return;
    const list = inside ?? document.querySelector("[data-rows]");
    const links = [...(list?.querySelectorAll(".row-link") ?? [])];
    if (!links.length) return;
    event.preventDefault();
    const at = links.indexOf(event.target.closest("tr, li")?.querySelector(".row-link"));
    links[Math.max(0, Math.min(links.length - 1, at + step))].focus();
  });
})();

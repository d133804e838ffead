// A row of tabs that is wider than the screen shows the chosen one; the page itself does not move.
(() => {
  const show = (root) => {
    root.querySelectorAll?.(".tabs [aria-current]").forEach((tab) => {
      const row = tab.closest(".tabs");
      const box = tab.getBoundingClientRect();
      const frame = row.getBoundingClientRect();
      if (box.left < frame.left || box.right > frame.right) {
        row.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
      }
    });
  };
  document.addEventListener("DOMContentLoaded", () => show(document));
  document.addEventListener("htmx:after:swap", () => show(document));
})();

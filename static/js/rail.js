// Folds the rail to icons and back; remembered in a cookie that the server reads, so the page never jumps.
(() => {
  const YEAR_SECONDS = 31536000;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rail-toggle]");
    if (!button) return;
    const root = document.documentElement;
    const folded = root.dataset.rail !== "collapsed";
    if (folded) root.dataset.rail = "collapsed";
    else delete root.dataset.rail;
    button.setAttribute("aria-expanded", String(!folded));
    document.cookie = `tend_rail=${folded ? "collapsed" : "open"};path=/;max-age=${YEAR_SECONDS};samesite=lax`;
  });
})();

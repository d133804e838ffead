// Light, dark or the system's. The choice is a cookie, so that the server writes it into <html> and nothing flashes.
(() => {
  const YEAR_SECONDS = 31536000;

  const show = (theme) => {
    document.querySelectorAll("[data-set-theme]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
    });
  };

  // What the browser paints itself: the empty page before ours, and its own bar.
  const tellBrowser = (theme) => {
    const [scheme, light, dark] = document.head.querySelectorAll("[name='color-scheme'], [name='theme-color']");
    scheme.content = theme === "system" ? "light dark" : theme;
    light.content = theme === "dark" ? dark.dataset.dark : light.dataset.light;
    dark.content = theme === "light" ? light.dataset.light : dark.dataset.dark;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    const theme = button.dataset.setTheme;
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    document.cookie = `tend_theme=${theme};path=/;max-age=${YEAR_SECONDS};samesite=lax`;
    show(theme);
    tellBrowser(theme);
    document.dispatchEvent(new CustomEvent("theme-changed"));
  });
})();

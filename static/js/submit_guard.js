// One submission at a time: a second click while the first is on its way does nothing. The server has the last word
// (an idempotency key, unique); this only spares people the doubt.
(() => {
  const release = (form) => {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
    form.querySelectorAll("[data-held]").forEach((button) => {
      delete button.dataset.held;
      button.disabled = false;
    });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" && !form.matches("[hx-post]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
    // After the browser has read the form: a disabled button would not send its own name and value.
    setTimeout(() => {
      if (event.defaultPrevented && !form.dataset.htmxPowered) return release(form);
      form.querySelectorAll("button[type='submit'], button:not([type])").forEach((button) => {
        if (!button.disabled) {
          button.dataset.held = "yes";
          button.disabled = true;
        }
      });
    });
  }, true);

  document.addEventListener("htmx:finally:request", (event) => {
    const form = event.detail.ctx?.sourceElement?.closest?.("form");
    if (form?.dataset.sending) release(form);
  });
  // Back to a page kept whole by the browser: its form must not stay locked.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });
})();

// <form data-autosubmit>: choosing filters at once, typing filters after a pause. Without script the form's own button
// (class "no-script-only") sends it. Empty fields stay out of the address, so that it reads well when shared.
(() => {
  const PAUSE_MS = 300;
  const timers = new WeakMap();

  const submitLater = (form, delay) => {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => form.requestSubmit(), delay));
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && !isTyped(event.target)) submitLater(form, 0);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && isTyped(event.target) && !event.isComposing) submitLater(form, PAUSE_MS);
  });
  document.addEventListener("compositionend", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) submitLater(form, PAUSE_MS);
  });

  const isTyped = (field) => field.matches("input[type='search'], input[type='text'], input[type='number'], textarea");

  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form[data-autosubmit]")) return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
})();

// One typed line fills the log sheet: the server reads it and answers with chips, each with a field and its value. What
// the user has set by hand stays; what the line no longer says goes back to what it was. `line_read` tells the server
// which line the fields show: any other is saved as a note, so that nothing typed is lost and no guess is saved unseen.
(() => {
  const BOXED = "input[type='radio'], input[type='checkbox']";
  const fieldsOf = (form, name) => [...form.querySelectorAll(`[name="${name}"]`)];
  const state = new WeakMap(); // form → what each field was before the line filled it

  const stateOf = (form) => {
    if (!state.has(form)) state.set(form, { before: new Map(), chosen: new Set(), filling: false });
    return state.get(form);
  };

  const read = (field) => (field.matches(BOXED) ? field.checked : field.value);
  const write = (field, value) => {
    if (field.matches(BOXED)) field.checked = value;
    else field.value = value;
  };
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  const remember = (form, name) => {
    const { before } = stateOf(form);
    if (!before.has(name)) before.set(name, fieldsOf(form, name).map(read));
  };

  const putBack = (form, name) => {
    const { before } = stateOf(form);
    fieldsOf(form, name).forEach((field, place) => write(field, before.get(name)[place]));
    before.delete(name);
  };

  const fill = (form, name, values) => {
    remember(form, name);
    const fields = fieldsOf(form, name);
    for (const field of fields) {
      if (field.matches(BOXED)) field.checked = values.includes(field.value);
      else field.value = values[0];
      field.closest("details")?.setAttribute("open", "");
    }
    const told = fields.find((field) => !field.matches(BOXED) || field.checked);
    if (told) changed(told);
  };

  const apply = (form, answer) => {
    const known = stateOf(form);
    const said = new Map();
    for (const chip of answer.querySelectorAll("[data-line-field]")) {
      const { lineField: name, lineValue: value } = chip.dataset;
      if (!known.chosen.has(name)) said.set(name, [...(said.get(name) ?? []), value]);
    }
    known.filling = true;
    for (const name of [...known.before.keys()]) if (!said.has(name) && !known.chosen.has(name)) putBack(form, name);
    // The kind first: it brings what is usual for it, and what the line says comes over that.
    for (const [name, values] of said) fill(form, name, values);
    known.filling = false;
    const line = form.querySelector("input[name='line_read']");
    if (line) line.value = answer.dataset.line;
  };

  document.addEventListener("htmx:after:swap", () => {
    for (const answer of document.querySelectorAll("[data-line]:not([data-applied])")) {
      answer.dataset.applied = "yes";
      const form = answer.closest("form");
      if (form) apply(form, answer);
    }
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-log-form]");
    if (!form || !event.isTrusted || ["line", ""].includes(event.target.name)) return;
    stateOf(form).chosen.add(event.target.name);
    if (event.target.name === "next_step_on") stateOf(form).chosen.add("next_step_other");
  });

  document.addEventListener("draft-restored", (event) => {
    const line = event.target.querySelector?.("input[name='line']");
    if (line?.value) line.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();

// The log sheet follows the kind that is chosen: "reached" as usual for it, until the user says otherwise, and the due
// follow-ups of that kind ticked as closed. What was ticked here is sent along as `ticked`: the server then knows what
// was shown.
(() => {
  const WRITTEN = new Set(["email", "message"]);
  const TWO_WAY = new Set(["call", "meeting", "visit", "event", "review"]);

  const chosen = (form, name) => form.querySelector(`input[name="${name}"]:checked`)?.value;

  const setReached = (form) => {
    if (form.dataset.reachedChosen) return;
    const kind = chosen(form, "kind");
    const reached = TWO_WAY.has(kind) || (WRITTEN.has(kind) && chosen(form, "direction") === "in");
    const radio = form.querySelector(`input[name="reached"][value="${reached ? "yes" : "no"}"]`);
    if (radio) radio.checked = true;
  };

  const tickDue = (form) => {
    const kind = chosen(form, "kind");
    for (const box of form.querySelectorAll("input[name='closes'][data-due-kind]")) {
      if (box.dataset.chosen) continue;
      box.checked = box.dataset.dueKind === kind || box.dataset.named === "yes";
      if (box.checked && !form.querySelector(`input[name="ticked"][value="${CSS.escape(box.value)}"]`)) {
        const ticked = document.createElement("input");
        Object.assign(ticked, { type: "hidden", name: "ticked", value: box.value });
        form.append(ticked);
      }
    }
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-log-form]");
    if (!form) return;
    const { name } = event.target;
    if (name === "reached") form.dataset.reachedChosen = "yes";
    if (name === "closes") event.target.dataset.chosen = "yes";
    if (name === "kind" || name === "direction") setReached(form);
    if (name === "kind") tickDue(form);
  });
})();

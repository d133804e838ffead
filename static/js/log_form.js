// The log sheet follows the kind that is chosen: "reached" as usual for it, until the user says otherwise, and the due
// follow-ups of that kind ticked as closed. What was ticked here is sent along as `ticked`: the server then knows what
// was shown. The key of a chip chooses it; pressed once more it goes back to "none", or to the other of two.
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

  const noteTicked = (form, box) => {
    if (form.querySelector(`input[name="ticked"][value="${CSS.escape(box.value)}"]`)) return;
    const ticked = document.createElement("input");
    Object.assign(ticked, { type: "hidden", name: "ticked", value: box.value });
    form.append(ticked);
  };

  const tickDue = (form) => {
    const kind = chosen(form, "kind");
    for (const box of form.querySelectorAll("input[name='closes'][data-due-kind]")) {
      if (box.dataset.chosen) continue;
      box.checked = box.dataset.dueKind === kind || box.dataset.named === "yes";
      if (box.checked) noteTicked(form, box);
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

  // What a draft says stays: "reached" as it was left, and each follow-up that was on show is sent as shown. The one that
  // the sheet was opened for is closed, and a day that is no chip any more stands in the field beside the chips.
  document.addEventListener("draft-restored", (event) => {
    const form = event.target.closest("form[data-log-form]");
    if (!form) return;
    form.dataset.reachedChosen = "yes";
    const kind = chosen(form, "kind");
    for (const box of form.querySelectorAll("input[name='closes']")) {
      if (box.dataset.named === "yes") box.checked = true;
      box.dataset.chosen = "yes";
      if (box.checked || box.dataset.dueKind === kind) noteTicked(form, box);
    }
    const day = event.detail.lost.find(([name]) => name === "next_step_on")?.[1];
    const other = form.querySelector("input[name='next_step_other']");
    if (day && other && !other.value) other.value = day;
    if (other?.value) other.closest("details")?.setAttribute("open", "");
    if (!chosen(form, "next_step_on")) form.querySelector("input[name='next_step_on'][value='']")?.click();
  });

  document.addEventListener("reset", (event) => {
    if (!event.target.matches("form[data-log-form]")) return;
    delete event.target.dataset.reachedChosen;
    event.target.querySelectorAll("[data-chosen]").forEach((box) => delete box.dataset.chosen);
  });

  const typing = (element) => element.matches("input:not([type='checkbox'], [type='radio']), textarea, select");
  const choose = (radio) => {
    radio.checked = true;
    for (const kind of ["input", "change"]) radio.dispatchEvent(new Event(kind, { bubbles: true }));
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const form = event.target.closest("form[data-log-form]") ?? document.querySelector("dialog[open] form[data-log-form]");
    const label = form?.querySelector(`label[data-key="${CSS.escape(event.key)}"]`);
    const radio = label?.control;
    if (radio?.type !== "radio" || !radio.checked) return;
    const others = [...form.querySelectorAll(`input[name="${radio.name}"]`)].filter((other) => other !== radio);
    const back = others.find((other) => other.value === "") ?? (others.length === 1 ? others[0] : null);
    if (!back) return;
    event.preventDefault();
    choose(back);
  }, true);

  // A key's click leaves the focus where it was: it goes to what was chosen, so that it is seen and read out. Enter saves
  // from there as well.
  document.addEventListener("click", (event) => {
    const label = event.target.closest("form[data-log-form] label[data-key]");
    if (label && event.detail === 0 && event.target !== label.control) label.control?.focus();
  });
})();

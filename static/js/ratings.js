// Rating scales. Within one the arrows to the side move the focus, and Tab leaves it as one stop. In the list of one's
// clients the digits rate the row that has the focus (or had it last, while it is being saved), up and down change rows.
(() => {
  let lastRow = "";

  const steps = (around) => [...around.querySelectorAll("[data-rating-scale] button")];
  const landing = (row) => row.querySelector("[data-rating-scale] [aria-checked='true']") ?? steps(row)[0];

  const rowOf = (target) => {
    const row = target.closest?.("[data-rating-row]");
    if (row) return row;
    return target === document.body ? document.getElementById(lastRow) : null;
  };

  const moveAside = (event, scale) => {
    const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!side) return;
    event.preventDefault();
    const all = steps(scale.parentElement);
    all[(all.indexOf(event.target) + side + all.length) % all.length].focus();
  };

  const moveRow = (event, row) => {
    const rows = [...document.querySelectorAll("[data-rating-row]")];
    const next = rows[rows.indexOf(row) + { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key]];
    event.preventDefault();
    if (next) landing(next).focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.matches?.("input, textarea, select")) return;
    const scale = event.target.closest?.("[data-rating-scale]");
    if (scale) moveAside(event, scale);
    if (!document.querySelector("[data-rating-rows]")) return;
    const row = rowOf(event.target);
    if (row && /^[1-5]$/.test(event.key)) {
      event.preventDefault();
      steps(row)[event.key - 1].click();
    } else if (/^(ArrowDown|ArrowUp|j|k)$/.test(event.key)) {
      const free = event.target === document.body || event.target.id === "main";
      if (row) moveRow(event, row);
      else if (free && event.key === "j") moveRow(event, null);
    }
  });

  document.addEventListener("focusin", (event) => {
    lastRow = event.target.closest("[data-rating-row]")?.id ?? "";
    const scale = event.target.closest("[data-rating-scale]");
    if (scale) for (const step of steps(scale.parentElement)) step.tabIndex = step === event.target ? 0 : -1;
  });

  document.addEventListener("focusout", (event) => {
    const scale = event.target.closest("[data-rating-scale]");
    if (scale && !scale.contains(event.relatedTarget)) for (const step of steps(scale.parentElement)) step.removeAttribute("tabindex");
  });
})();

// A score is one of the levels or a number: whichever was chosen last puts the other one away.
(() => {
  document.addEventListener("input", (event) => {
    const both = event.target.closest("[data-one-score]");
    if (!both) return;
    const isLevel = event.target.type === "radio";
    if (!isLevel && event.target.value === "") return;
    for (const field of both.querySelectorAll("input")) {
      if (isLevel && field.type !== "radio") field.value = "";
      if (!isLevel && field.type === "radio") field.checked = false;
    }
  });
})();

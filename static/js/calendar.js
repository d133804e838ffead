// The calendar by keyboard: arrows go from day to day, j and k from entry to entry, wherever the focus is in it or while
// nothing else has it. Enter opens, as on any link. On a phone, where it is an agenda, Tab does.
(() => {
  const DAYS_A_WEEK = 7;
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -DAYS_A_WEEK, ArrowDown: DAYS_A_WEEK };
  const ENTRIES = { j: 1, k: -1 };

  const shown = (element) => element.checkVisibility?.() ?? true;

  const focusOn = (element) => {
    if (!element) return;
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  };

  const toDay = (calendar, target, step) => {
    const days = [...calendar.querySelectorAll(".cal-day")].filter(shown);
    const here = days.indexOf(target.closest(".cal-day"));
    const today = days.findIndex((day) => day.matches(".cal-today"));
    const at = here >= 0 ? here + step : Math.max(0, today);
    focusOn(days[at]?.querySelector(".cal-number"));
  };

  const toEntry = (calendar, target, step) => {
    const links = [...calendar.querySelectorAll(".cal-link")].filter(shown);
    const here = links.indexOf(target.closest(".cal-link"));
    if (here >= 0) return focusOn(links[here + step]);
    const day = target.closest(".cal-day");
    const FOLLOWS = Node.DOCUMENT_POSITION_FOLLOWING;
    const after = day ? links.findIndex((link) => day.compareDocumentPosition(link) & FOLLOWS) : 0;
    return focusOn(links[step > 0 ? after : after - 1]);
  };

  document.addEventListener("keydown", (event) => {
    const calendar = document.querySelector("[data-calendar]");
    if (!calendar || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const { target } = event;
    const inside = calendar.contains(target);
    if (!inside && target !== document.body && target.id !== "main") return;
    if (STEPS[event.key] && (inside || event.key.startsWith("ArrowL") || event.key.startsWith("ArrowR"))) {
      event.preventDefault();
      toDay(calendar, target, STEPS[event.key]);
    } else if (ENTRIES[event.key]) {
      event.preventDefault();
      toEntry(calendar, target, ENTRIES[event.key]);
    }
  });
})();

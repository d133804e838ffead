// <textarea data-mentions="list-id">: @ and letters of a name offer the colleagues of that list; up and down choose,
// Enter or Tab puts the name in, Escape closes the list and not the sheet. Without script the name is typed in full.
(() => {
  const TOKEN = /(^|[^\p{L}\p{N}_])@([\p{L}\p{N} .'-]{0,40})$/u;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");

  const listOf = (field) => document.getElementById(field.dataset.mentions);
  const options = (list) => [...list.querySelectorAll("[role='option']")];
  const shown = (list) => options(list).filter((option) => !option.hidden);

  const tokenOf = (field) => {
    if (field.selectionStart !== field.selectionEnd) return null;
    const match = TOKEN.exec(field.value.slice(0, field.selectionStart));
    return match && { start: field.selectionStart - match[2].length, typed: plain(match[2]) };
  };

  // Each word that was typed begins a word of the name, in any order.
  const fits = (name, typed) => {
    const words = plain(name).split(/\s+/);
    return typed.split(/\s+/).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)));
  };

  const choose = (field, list, option) => {
    options(list).forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const close = (field) => {
    const list = listOf(field);
    if (!list || list.hidden) return;
    list.hidden = true;
    choose(field, list, null);
  };

  const offer = (field) => {
    const list = listOf(field);
    const token = list && tokenOf(field);
    if (!token) return close(field);
    options(list).forEach((option) => { option.hidden = !fits(option.dataset.name, token.typed); });
    const found = shown(list);
    const isWhole = found.length === 1 && plain(found[0].dataset.name) === token.typed.trim();
    list.hidden = !found.length || isWhole;
    choose(field, list, list.hidden ? null : found[0]);
  };

  const insert = (field, option) => {
    const token = tokenOf(field);
    if (token) field.setRangeText(`${option.dataset.name} `, token.start, field.selectionStart, "end");
    close(field);
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const move = (field, list, step) => {
    const found = shown(list);
    const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
    choose(field, list, found[(at + step + found.length) % found.length]);
  };

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches?.("textarea[data-mentions]")) return;
    event.target.setAttribute("aria-autocomplete", "list");
    event.target.setAttribute("aria-controls", event.target.dataset.mentions);
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea[data-mentions]") && !event.isComposing) offer(event.target);
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target.matches?.("textarea[data-mentions]")) offer(event.target);
  });

  // Before the dialog and the page's other keys hear of it.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    const list = field.matches?.("textarea[data-mentions]") ? listOf(field) : null;
    if (!list || list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = shown(list).find((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") move(field, list, 1);
    else if (event.key === "ArrowUp") move(field, list, -1);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) insert(field, chosen);
    else if (event.key === "Escape") close(field);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest?.(".mention-list [role='option']");
    if (!option) return;
    event.preventDefault(); // the field keeps the focus
    insert(document.querySelector(`textarea[data-mentions="${option.parentElement.id}"]`), option);
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("textarea[data-mentions]")) close(event.target);
  });
})();

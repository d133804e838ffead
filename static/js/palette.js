// The search dialog: "/" or Ctrl+K opens it, arrows choose, Enter opens. The list is the server's; here it only becomes
// a list of choices. Which pages were open lately is kept on this device under the user's id, as ids without names, and
// thrown away when somebody else logs in.
(() => {
  const PREFIX = "tend-recent:", KEPT = 8, PAUSE_MS = 90;
  let timer = 0, goes = false, sends = false;

  const palette = () => document.getElementById("palette");
  const formOf = (dialog) => dialog.querySelector("form");
  const inputOf = (dialog) => formOf(dialog).elements.q;
  const hitsOf = (dialog) => dialog.querySelector("[data-hits]");
  const optionsOf = (dialog) => [...dialog.querySelectorAll("[role='option']")];

  const storage = {
    key() { return `${PREFIX}${document.documentElement.dataset.user}`; },
    read() { try { return JSON.parse(localStorage.getItem(this.key())) ?? []; } catch { return []; } },
    write(tokens) { try { localStorage.setItem(this.key(), JSON.stringify(tokens)); } catch { /* full or forbidden */ } },
    forgetOthers() {
      try {
        Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && key !== this.key()).forEach((key) => localStorage.removeItem(key));
      } catch { /* forbidden */ }
    },
  };

  const remember = () => {
    storage.forgetOthers();
    const visited = document.getElementById("main")?.dataset.visited;
    if (visited) storage.write([visited, ...storage.read().filter((token) => token !== visited)].slice(0, KEPT));
  };

  const ask = (dialog, delay = 0) => {
    clearTimeout(timer);
    timer = setTimeout(() => formOf(dialog).requestSubmit(), delay);
  };

  const open = () => {
    const dialog = palette();
    if (!dialog || document.querySelector("dialog[open]")) return;
    const form = formOf(dialog);
    // The page that is open is no place to go to.
    const here = document.getElementById("main")?.dataset.visited;
    form.elements.recent.value = storage.read().filter((token) => token !== here).join(",");
    inputOf(dialog).value = "";
    goes = false;
    dialog.showModal();
    inputOf(dialog).focus();
    ask(dialog);
  };

  const choose = (dialog, option) => {
    optionsOf(dialog).forEach((other) => {
      other.setAttribute("aria-selected", String(other === option));
      other.closest("li").toggleAttribute("data-active", other === option);
    });
    if (option) {
      inputOf(dialog).setAttribute("aria-activedescendant", option.id);
      option.closest("li").scrollIntoView({ block: "nearest" });
    } else inputOf(dialog).removeAttribute("aria-activedescendant");
  };

  const chosen = (dialog) => optionsOf(dialog).find((option) => option.getAttribute("aria-selected") === "true");

  // Links in lists, as the server sends them, become the choices of the field: one stop of Tab, arrows between them.
  const prepare = (dialog) => {
    const hits = hitsOf(dialog);
    if (!hits) return;
    const links = [...hits.querySelectorAll(".row-link")];
    if (links.length) hits.setAttribute("role", "listbox");
    hits.setAttribute("aria-label", dialog.getAttribute("aria-label"));
    hits.querySelectorAll("section").forEach((section) => section.setAttribute("role", "group"));
    hits.querySelectorAll("ul, li").forEach((element) => element.setAttribute("role", "presentation"));
    links.forEach((link, number) => {
      link.id = `palette-option-${number}`;
      link.setAttribute("role", "option");
      link.tabIndex = -1;
    });
    inputOf(dialog).setAttribute("aria-expanded", String(links.length > 0));
    dialog.querySelector(".palette-hits").scrollTop = 0;
    choose(dialog, links[0]);
  };

  // A list for other words than those in the field is on its way out.
  const isCurrent = (dialog) => hitsOf(dialog)?.dataset.for === inputOf(dialog).value.trim();

  const go = (dialog) => {
    if (!isCurrent(dialog)) {
      goes = true;
      ask(dialog);
      return;
    }
    goes = false;
    chosen(dialog)?.click();
  };

  const move = (dialog, step) => {
    const options = optionsOf(dialog);
    if (options.length) choose(dialog, options[(options.indexOf(chosen(dialog)) + step + options.length) % options.length]);
  };

  document.addEventListener("keydown", (event) => {
    const dialog = palette();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      if (!dialog) return;
      event.preventDefault();
      open();
      return;
    }
    if (!dialog?.open || event.isComposing || event.target !== inputOf(dialog)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move(dialog, step);
    else if (event.key === "Enter") go(dialog);
    else if (event.key === "Escape") dialog.close(); // else the first one only empties a search field
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("input", (event) => {
    const dialog = palette();
    if (!dialog?.open || event.target !== inputOf(dialog)) return;
    goes = false;
    if (!event.isComposing) ask(dialog, PAUSE_MS);
  });
  document.addEventListener("compositionend", (event) => {
    const dialog = palette();
    if (dialog?.open && event.target === inputOf(dialog)) ask(dialog, PAUSE_MS);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-palette]")) {
      event.preventDefault();
      open();
      return;
    }
    const dialog = palette();
    if (!dialog?.open) return;
    const filling = event.target.closest("[data-fill]");
    if (filling) {
      event.preventDefault();
      inputOf(dialog).value = filling.dataset.fill;
      inputOf(dialog).focus();
      ask(dialog);
      return;
    }
    const page = event.target.closest("[data-palette-page]");
    const words = inputOf(dialog).value.trim();
    if (page && words) page.search = `?q=${encodeURIComponent(words)}`;
    const option = event.target.closest("[role='option'], a[data-palette-page]");
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (option && !opensElsewhere) {
      sends = option.hasAttribute("hx-get");
      dialog.close();
    }
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const dialog = palette();
    if (!dialog?.open || !dialog.contains(event.detail.ctx?.target)) return;
    prepare(dialog);
    if (goes && isCurrent(dialog)) go(dialog);
  });

  // What sent a request stays until its answer is there; then nothing hidden keeps the focus of who opened the sheet.
  const empty = () => palette()?.querySelector(".palette-hits").replaceChildren();
  document.addEventListener("htmx:finally:request", () => {
    if (!sends || palette()?.open) return;
    sends = false;
    empty();
  });
  document.addEventListener("close", (event) => {
    if (event.target !== palette()) return;
    clearTimeout(timer);
    if (!sends) empty();
  }, true);

  document.addEventListener("DOMContentLoaded", remember);
})();

// The list of keys also names those of the open page: each element with data-key, by its own words.
(() => {
  const EVERYWHERE = new Set(["l", "/", "?"]);

  const wordsOf = (element) => {
    if (element.dataset.keyLabel) return element.dataset.keyLabel;
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, svg, input").forEach((part) => part.remove());
    return copy.textContent.trim() || element.title || element.getAttribute("aria-label") || element.placeholder || "";
  };

  const keysOfPage = () => {
    const found = new Map();
    document.querySelectorAll("[data-key]").forEach((element) => {
      const { key } = element.dataset;
      if (EVERYWHERE.has(key) || element.closest("dialog") || !element.checkVisibility?.()) return;
      found.set(key, wordsOf(element));
    });
    return found;
  };

  const fill = (place) => {
    const keys = keysOfPage();
    const list = document.createElement("dl");
    for (const [key, words] of keys) {
      const row = document.createElement("div");
      const name = document.createElement("kbd");
      name.textContent = key.length === 1 ? key.toUpperCase() : key;
      row.append(document.createElement("dt"), document.createElement("dd"));
      row.firstChild.append(name);
      row.lastChild.textContent = words;
      list.append(row);
    }
    place.append(list);
    place.hidden = keys.size === 0;
  };

  document.addEventListener("htmx:after:swap", () => {
    document.querySelectorAll("dialog [data-page-keys]:not([data-filled])").forEach((place) => {
      place.dataset.filled = "yes";
      fill(place);
    });
  });
})();

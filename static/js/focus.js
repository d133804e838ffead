// Keyboard users keep their place: when what had the focus was swapped away, its namesake takes it, or else the nearest
// part around it that is still there.
(() => {
  let last = null;

  const idsAround = (element) => {
    const ids = [];
    for (let at = element; at; at = at.parentElement) if (at.id) ids.push(at.id);
    return ids;
  };

  document.addEventListener("focusin", (event) => {
    last = { element: event.target, ids: idsAround(event.target) };
  });

  document.addEventListener("htmx:after:swap", () => {
    if (document.activeElement !== document.body || !last || last.element.isConnected) return;
    const place = last.ids.map((id) => document.getElementById(id)).find((element) => element?.checkVisibility());
    if (!place) return;
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  });
})();

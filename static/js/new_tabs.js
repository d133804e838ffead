// A link pressed with Ctrl, Cmd or Shift is the browser's own: a new tab or window with its address. htmx would stop it
// and then do nothing with it.
document.addEventListener("click", (event) => {
  if (!(event.ctrlKey || event.metaKey || event.shiftKey)) return;
  if (event.target.closest("a[href]")) event.stopImmediatePropagation();
}, true);

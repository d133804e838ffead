// A click in the moment between an element's arrival and htmx's beginning with it, on a new page or after a swap: it waits
// for htmx, or a link that opens the sheet would open as a page. Keys of shortcuts.js and queue.js are clicks as well.
(() => {
  const LINKS = "a[hx-get], button:is([hx-get], [hx-post])";
  const GIVE_UP_MS = 3000;

  const isLate = (element) => element && !element.hasAttribute("data-htmx-powered") && !("early" in element.dataset);

  const whenReady = (element, act) => {
    const begun = performance.now();
    const look = () => {
      if (!element.isConnected) return;
      if (isLate(element) && performance.now() - begun < GIVE_UP_MS) return void setTimeout(look, 10);
      element.dataset.early = ""; // htmx has begun, or never will
      act();
      delete element.dataset.early;
    };
    look();
  };

  document.addEventListener("click", (event) => {
    const element = event.target.closest(LINKS);
    if (!isLate(element) || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    whenReady(element, () => element.click());
  }, true);

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form:is([hx-get], [hx-post])");
    if (!isLate(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    whenReady(form, () => form.requestSubmit(submitter));
  }, true);
})();

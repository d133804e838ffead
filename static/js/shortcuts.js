// Keys. An element names its own: <a data-key="l">; "/" prefers the page's search field; Ctrl+Enter submits the form
// one is typing in. Single keys do nothing while typing, with a modifier, or behind an open dialog.
(() => {
  const typing = (element) => element?.matches("input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]");
  const visible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

  const press = (element) => {
    if (element.matches("input, textarea")) {
      element.focus();
      element.select();
    } else {
      element.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form");
      if (form) {
        event.preventDefault();
        const buttons = [...form.elements].filter((element) => element.matches("button[type='submit']"));
        form.requestSubmit(buttons.find((button) => button.matches(".btn-primary")) ?? buttons[0]);
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const scope = [...document.querySelectorAll("dialog[open]")].pop() ?? document;
    const candidates = [...scope.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)];
    const element = candidates.filter(visible).pop() ?? (scope === document ? candidates[0] : undefined);
    if (!element) return;
    event.preventDefault();
    press(element);
  });
})();

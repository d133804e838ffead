// <button data-copy="id of a field" data-copied="Copied">: puts the field's text on the clipboard. Where the browser
// does not allow that, the text is selected for the reader to copy.
(() => {
  const copy = async (button) => {
    const field = document.getElementById(button.dataset.copy);
    if (!field) return;
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return;
    }
    const words = button.querySelector("span") ?? button;
    words.textContent = button.dataset.copied;
    document.dispatchEvent(new CustomEvent("announce", { detail: { text: button.dataset.copied } }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
})();

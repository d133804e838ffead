// The columns of a list, ticked in its filter form: the address names them in one word, and only when they are not the
// usual ones. One stays, and no more than fit can be ticked.
(() => {
  const keeper = () => document.getElementById("columns-keep");
  const boxes = (root) => [...root.querySelectorAll("[data-columns] input[name='cols']")];
  const names = (root) => boxes(root).filter((box) => box.checked).map((box) => box.value);

  const limit = () => {
    const most = Number(keeper()?.dataset.most);
    if (!most) return;
    const ticked = names(document).length;
    boxes(document).forEach((box) => { box.disabled = box.checked ? ticked === 1 : ticked >= most; });
  };

  // A disabled box is not sent, so the names are read from the boxes and not from the form's data.
  document.addEventListener("formdata", (event) => {
    if (!event.target.querySelector("[data-columns]")) return;
    const chosen = names(event.target);
    event.formData.delete("cols");
    const usual = (keeper()?.dataset.usual ?? "").split(",");
    const same = chosen.length === usual.length && chosen.every((name) => usual.includes(name));
    if (chosen.length && !same) event.formData.set("cols", chosen.join("."));
  });

  // "Back to the usual ones" leaves no word in the address, so the boxes follow the answer.
  const follow = () => {
    const shown = document.querySelector("#columns-form input[name='cols']")?.value.split(",");
    if (shown) boxes(document).forEach((box) => { box.checked = shown.includes(box.value); });
    limit();
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-columns] input")) limit();
  });
  document.addEventListener("DOMContentLoaded", limit);
  document.addEventListener("htmx:after:swap", follow);
})();

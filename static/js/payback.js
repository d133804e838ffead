// Below the words of a log's toast: what the log gives back, asked for at once. The answer asks again by itself until the
// health has moved. An answer that fails is dropped: the toast has said what counts.
(() => {
  document.addEventListener("toast", (event) => {
    const { card } = event.detail;
    if (!card) return;
    setTimeout(() => {
      const text = [...document.querySelectorAll("#toasts .toast .text")].pop();
      if (!text) return;
      const slot = document.createElement("div");
      slot.dataset.quiet = "";
      text.append(slot);
      htmx.ajax("GET", card, { source: slot, target: slot, swap: "innerHTML" });
    });
  });
})();

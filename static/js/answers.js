// Answers that are not what was asked for. An error opens in #notice, over whatever is open, and leaves the page and what
// was typed as they were; 409 and 422 belong to the form and go where it asked, unless the answer says otherwise.
// [data-again] in the notice sends what was refused once more. What asks by itself (data-quiet) disturbs nobody: an
// answer that is no use to it is dropped.
(() => {
  const OF_THE_FORM = new Set([409, 422]);
  let refused = null;

  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    if (!event.detail.ctx.sourceElement?.closest?.("[data-quiet]")) return;
    if (raw.redirected || !raw.ok) event.preventDefault();
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status < 400) return;
    const ours = ctx.hx.retarget === "#notice";
    if (!ours && OF_THE_FORM.has(ctx.response.status)) return;
    // A proxy before Tend, or what else is no page of ours, has nothing to show to a person.
    if (!ours && ctx.response.status >= 500) {
      event.preventDefault();
      const { offlineText } = document.documentElement.dataset;
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: offlineText, kind: "error" } }));
      return;
    }
    Object.assign(ctx.hx, { retarget: "#notice", reswap: "innerHTML" });
    ctx.select = null;
    refused = ctx;
  });

  const sendAgain = ({ sourceElement, sourceEvent, request }) => {
    if (sourceElement.matches("form")) sourceElement.requestSubmit(request.submitter);
    else sourceElement.dispatchEvent(new sourceEvent.constructor(sourceEvent.type, sourceEvent));
  };

  document.addEventListener("click", (event) => {
    const notice = event.target.closest("#notice");
    if (!notice || !event.target.closest("[data-again]")) return;
    notice.close();
    if (refused?.sourceElement.isConnected) sendAgain(refused);
  });

  // "Back in a moment": the page looks by itself, and comes back where one was.
  document.addEventListener("DOMContentLoaded", () => {
    const waiting = document.querySelector("[data-back-in]");
    if (!waiting) return;
    setInterval(async () => {
      const answer = await fetch(location, { method: "HEAD" }).catch(() => null);
      if (answer && answer.status < 500) location.reload();
    }, 1000 * waiting.dataset.backIn);
  });
})();

// Answers that are not what was asked for. An error opens in the dialog and leaves the page, and what was typed, as it
// was; 409 and 422 belong to the form and go where it asked. When the session has ended the log-in page takes over.
// What asks by itself (data-quiet) disturbs nobody: an answer that is no use to it is dropped.
(() => {
  const OF_THE_FORM = new Set([409, 422]);

  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    if (event.detail.ctx.sourceElement?.closest?.("[data-quiet]")) {
      if (raw.redirected || !raw.ok) event.preventDefault();
      return;
    }
    const login = document.documentElement.dataset.loginUrl;
    if (!raw.redirected || !login || new URL(raw.url).pathname !== login) return;
    event.preventDefault();
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status < 400 || OF_THE_FORM.has(ctx.response.status)) return;
    ctx.hx.retarget = "#dialog";
    ctx.hx.reswap = "innerHTML";
  });
})();

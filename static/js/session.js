// Whose page this is, and the token that each write carries. The token is taken when something is sent, not when the page
// was drawn: a log-in in another tab changes it, and a form that was open meanwhile is still to be saved.
(() => {
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  const FIELD = "csrfmiddlewaretoken";

  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    const { user } = document.documentElement.dataset;
    if (user) request.headers["X-Page-User"] = user;
    if (!token()) return;
    request.headers["X-CSRFToken"] = token();
    if (request.body.has(FIELD)) request.body.set(FIELD, token());
  });

  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector(`input[name="${FIELD}"]`);
    if (field && token()) field.value = token();
  }, true);
})();

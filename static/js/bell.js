// The bell asks again each minute while somebody looks. A page in the background stays silent and asks when it is looked
// at again.
(() => {
  const EVERY_MS = 60000;
  let askedAt = Date.now();

  const ask = () => {
    const bell = document.getElementById("bell");
    if (!bell || document.hidden || Date.now() - askedAt < EVERY_MS - 1000) return;
    askedAt = Date.now();
    bell.dispatchEvent(new Event("bell-due"));
  };
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
})();

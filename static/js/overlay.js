// The sheet and dialogs. What htmx puts into #sheet, #dialog or #notice opens it; an empty answer, a 204 or the event
// "overlay-close" closes it. Native <dialog> keeps the focus inside and Escape works; here it returns to who opened it.
(() => {
  const OVERLAYS = "#sheet, #dialog, #notice";
  const openers = new WeakMap();
  const focusedBefore = new WeakMap();
  const asking = new Set();

  const open = (overlay) => {
    const heading = overlay.querySelector("h1, h2");
    if (heading) {
      heading.id ||= `${overlay.id}-title`;
      overlay.setAttribute("aria-labelledby", heading.id);
    }
    if (!overlay.open) {
      focusedBefore.set(overlay, document.activeElement);
      overlay.showModal();
    }
    // What is wrong, else where the form says, else the first choice or field. Under a thumb no text field unasked: it
    // would bring up the keyboard over the sheet.
    const body = ":is(.sheet-body, .dialog-body)";
    const wanted = ["[aria-invalid='true']", "[autofocus]", `${body} input:checked`];
    if (matchMedia("(pointer: fine)").matches) wanted.push(`${body} :is(input:not([type='hidden']), select, textarea)`);
    wanted.map((selector) => overlay.querySelector(selector)).find(Boolean)?.focus();
  };

  const settle = (overlay) => {
    if (overlay.querySelector("*")) open(overlay);
    else if (overlay.open) overlay.close();
  };

  // What sent a request stays in the page until the answer's events were sent from it: they bubble to the page's panels.
  const empty = (overlay) => {
    if (!overlay.open && !asking.has(overlay) && overlay.matches(OVERLAYS)) overlay.replaceChildren();
  };

  const remember = (overlay, source) => {
    if (overlay.open || overlay.contains(source)) return;
    openers.set(overlay, { element: source, id: source?.id });
  };

  // The element that opened it may have been swapped meanwhile: then the one with its id, else the main part. The event
  // "close" comes a moment after the closing: whose next key has moved the focus meanwhile keeps it.
  const giveFocusBack = (overlay) => {
    const opener = openers.get(overlay);
    openers.delete(overlay);
    const { activeElement } = document;
    const movedOn = activeElement !== document.body && activeElement !== focusedBefore.get(overlay);
    if (movedOn && !overlay.contains(activeElement)) return;
    const element = opener?.element?.isConnected ? opener.element : opener?.id && document.getElementById(opener.id);
    (element || document.getElementById("main"))?.focus({ preventScroll: true });
  };

  const overlayOf = (event) => {
    let target = event.detail.ctx?.target;
    if (typeof target === "string") target = document.querySelector(target);
    return target instanceof Element && target.matches(OVERLAYS) ? target : null;
  };

  document.addEventListener("htmx:before:request", (event) => {
    const overlay = overlayOf(event);
    if (overlay) remember(overlay, event.detail.ctx.sourceElement);
    const inside = event.detail.ctx.sourceElement?.closest(OVERLAYS);
    if (inside) asking.add(inside);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const overlay = overlayOf(event);
    if (!overlay || event.detail.ctx.swap === "none") return;
    if (!openers.has(overlay)) remember(overlay, event.detail.ctx.request.submitter ?? event.detail.ctx.sourceElement);
    settle(overlay);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const inside = event.detail.ctx?.sourceElement?.closest(OVERLAYS);
    if (inside?.open && event.detail.ctx.response.status === 204) inside.close();
  });
  document.addEventListener("htmx:finally:request", () => {
    const done = [...asking];
    asking.clear();
    done.forEach(empty);
  });
  document.addEventListener("overlay-close", () => {
    document.querySelectorAll("dialog[open]").forEach((overlay) => overlay.close());
  });

  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer) {
      event.preventDefault();
      // The same form as a page of its own: closing goes back to where one came from.
      if (closer.closest("dialog")) closer.closest("dialog").close();
      else if (history.length > 1) history.back();
      else location.assign("/");
    }
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.openDialog);
      remember(dialog, opener);
      open(dialog);
    }
    // A click on the dimmed page around a dialog lands on the dialog element itself.
    if (event.target.matches("dialog[open]") && outside(event, event.target)) event.target.close();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target) || event.target.closest(".menu-item")) menu.open = false;
    });
  });

  const outside = (event, element) => {
    const box = element.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  };

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("close", (event) => {
    if (!event.target.matches?.("dialog:not([data-own-focus])")) return;
    giveFocusBack(event.target);
    empty(event.target);
  }, true);
})();

// Stands in for the gateway's Protect.js: puts the card's fields into a frame of the sandbox's own origin, so that the
// page that embeds it never sees a card, and gives back a one-time token.
(() => {
  "use strict";

  const origin = new URL(document.currentScript.src).origin;
  const waiting = new Map();
  let frame = null;
  let count = 0;

  window.addEventListener("message", (event) => {
    if (event.origin !== origin || frame === null || event.source !== frame.contentWindow) return;
    const settle = waiting.get(event.data.id);
    waiting.delete(event.data.id);
    if (settle !== undefined) settle(event.data.answer);
  });

  const ask = (action) =>
    new Promise((resolve, reject) => {
      if (frame === null) {
        reject(new Error("Call PTPayment.setup first."));
        return;
      }
      count += 1;
      waiting.set(count, resolve);
      frame.contentWindow.postMessage({ id: count, action }, origin);
    });

  const setup = ({ authorization }) =>
    new Promise((resolve, reject) => {
      const place = document.getElementById("pt_hpf_form");
      if (place === null) {
        reject(new Error("The page has no element with id pt_hpf_form."));
        return;
      }
      frame = document.createElement("iframe");
      frame.title = "Card details";
      frame.style.cssText = "border:0;width:100%;height:16rem";
      // Behind the #, where no server and no log sees it.
      frame.src = `${origin}/sandbox/protect/fields#${encodeURIComponent(authorization.clientKey)}`;
      frame.addEventListener("load", () => resolve(window.PTPayment), { once: true });
      place.replaceChildren(frame);
    });

  window.PTPayment = {
    setup,
    validate: (tell) => ask("validate").then((answer) => tell(answer.errors)),
    process: () =>
      ask("process").then((answer) => {
        if (answer.errors.length > 0) throw answer.errors;
        return { success: true, message: answer.message };
      }),
    // How the fields look is the vendor's matter; pages that set it must not fail here.
    theme: () => undefined,
    style: () => undefined,
    getControl: () => undefined,
  };
})();

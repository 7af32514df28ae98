// Has the gateway's own fields turn a card into a one-time token, and sends that with the payer's agreement.
(() => {
  "use strict";

  const part = (id) => document.getElementById(id);
  const say = (text) => {
    part("said").textContent = text;
  };
  const isReady = () => part("agreed").checked && part("name").value.trim() !== "";
  const close = () => {
    part("pt_hpf_form").replaceChildren();
    for (const id of ["name", "agreed"]) part(id).disabled = true;
  };

  const validate = () =>
    new Promise((resolve) => {
      window.PTPayment.validate(resolve);
    });

  const send = async (message) => {
    const answer = await fetch(window.location.pathname, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        hpf_token: message.hpf_token,
        enc_key: message.enc_key,
        name: part("name").value,
        agreed: true,
      }),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    return told;
  };

  // Whether the card is saved; what is wrong with it is said, and the payer may mend it.
  const save = async () => {
    const errors = await validate();
    if (errors.length > 0) {
      say(errors.map((error) => error.description).join(" "));
      return false;
    }
    const { message } = await window.PTPayment.process();
    const kept = await send(message);
    close();
    say(`The card ending in ${kept.last_four} is saved. You may close this page.`);
    return true;
  };

  const start = async () => {
    await window.PTPayment.setup({ authorization: { clientKey: part("pt_hpf_form").dataset.clientKey } });
    const look = () => {
      part("save").disabled = !isReady();
    };
    part("agreed").addEventListener("change", look);
    part("name").addEventListener("input", look);
    part("save").addEventListener("click", async () => {
      part("save").disabled = true;
      say("");
      try {
        if (await save()) return;
      } catch (error) {
        say(error.message || "The card was not saved: load this page again.");
      }
      look();
    });
    look();
  };

  window.addEventListener("DOMContentLoaded", () => {
    start().catch(() => say("The fields for the card cannot be shown: load this page again."));
  });
})();

// Runs within the frame: answers the embedding page with errors or a token, never with what was typed.
(() => {
  "use strict";

  const clientKey = decodeURIComponent(window.location.hash.slice(1));
  const typed = () => ({
    clientKey,
    number: document.getElementById("number").value,
    expiration: document.getElementById("expiration").value,
    csc: document.getElementById("csc").value,
  });

  const ask = async (action) => {
    const answer = await fetch(`/sandbox/protect/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(typed()),
    });
    return answer.json();
  };

  const show = (errors) => {
    document.getElementById("errors").textContent = errors.map((error) => error.description).join(" ");
  };

  window.addEventListener("message", async (event) => {
    if (event.source !== window.parent || !["validate", "process"].includes(event.data.action)) return;
    const answer = await ask(event.data.action);
    show(answer.errors);
    event.source.postMessage({ id: event.data.id, answer }, event.origin);
  });
})();

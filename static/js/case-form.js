// Says what follows from a form at work while somebody types: its days, and what is in
// its way. The server counts and keeps what was typed as a draft; without this script a
// button asks for the same.
{
  // Milliseconds without a change after which somebody is taken to have paused.
  const PAUSE = 600;

  const form = document.querySelector("form[data-live]");
  const days = document.querySelector("#days");
  const signedOut = document.querySelector("#signed-out");
  let timer = 0;
  let asking = new AbortController();

  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const body = new FormData(form);
    body.set("compute", "live");
    try {
      const address = form.getAttribute("action") ?? "";
      const response = await fetch(address, { signal, method: "POST", body, redirect: "manual" });
      // Whoever is signed out is sent elsewhere or refused: what is on the page stays there.
      signedOut.hidden = response.type !== "opaqueredirect" && response.status !== 403;
      if (!response.ok) return;
      const text = await response.text();
      if (signal.aborted) return;
      // Escaped by the template that the page itself is made of.
      const made = new DOMParser().parseFromString(text, "text/html");
      days.replaceChildren(...made.body.childNodes);
    } catch {
      // Whoever goes on typing has asked anew; whoever lost the net still has the button.
    }
  };

  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };

  // Letters of an input method are not yet what somebody means.
  form.addEventListener("input", (event) => event.isComposing || changed());
  form.addEventListener("compositionend", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asking.abort();
  });
  // A draft that is gone on with says at once where it stands.
  if (!days.querySelector("dl")) ask();
}

// Suggests organisations while somebody types: an ARIA combobox over the search box, or
// over the field of a form at work, where a suggestion is filled in instead of followed.
// Without it, or when nobody answers, the box is what it was: a form.
{
  // Milliseconds without a key after which somebody is taken to have paused.
  const PAUSE = 150;
  const SHORTEST = 2;

  const form = document.querySelector("form[data-suggest]");
  const field = form.querySelector("input[type=search], input[data-suggested]");
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[role=status]");
  let timer = 0;
  let asking = new AbortController();
  let quietUntil = 0;
  let active = null;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const show = (isOpen) => {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", `${isOpen}`);
  };

  const activate = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) field.setAttribute("aria-activedescendant", active.id);
    else field.removeAttribute("aria-activedescendant");
  };

  const forget = () => {
    clearTimeout(timer);
    asking.abort();
    activate(null);
    show(false);
    status.textContent = "";
  };

  // Names come as text and stay text: nothing of an answer is read as markup.
  const element = (tag, className, ...children) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  const name = (pieces) => {
    const parts = pieces.map(([text, isFound]) => (isFound ? element("mark", "", text) : text));
    const made = element("span", "", ...parts);
    made.lang = "zh-Hans";
    return made;
  };

  const fillIn = (value) => {
    field.value = value;
    forget();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const optionOf = (suggestion, place) => {
    const option = element(suggestion.url ? "a" : "div", "", name(suggestion.name));
    const details = [];
    if (suggestion.other.length) details.push(name(suggestion.other));
    if (suggestion.region) details.push(name([[suggestion.region, false]]));
    if (details.length) option.append(element("span", "details small", ...details));
    option.id = `suggestion-${place}`;
    if (suggestion.url) option.href = suggestion.url;
    else option.addEventListener("click", () => fillIn(suggestion.value));
    option.tabIndex = -1;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  };

  // At work what is typed is sent, so that it stands in no address.
  const request = (text, signal) => {
    const asked = new URLSearchParams({ q: text });
    const token = form.elements.namedItem("csrfmiddlewaretoken");
    if (!token) return [`${form.dataset.suggest}?${asked}`, { signal, credentials: "omit" }];
    asked.set(token.name, token.value);
    return [form.dataset.suggest, { signal, method: "POST", body: asked, redirect: "error" }];
  };

  const ask = async (text) => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const response = await fetch(...request(text, signal));
      if (!response.ok) {
        quietUntil = Date.now() + 1000 * (response.headers.get("Retry-After") ?? 0);
        return forget();
      }
      const { suggestions, said } = await response.json();
      if (signal.aborted) return;
      activate(null);
      list.replaceChildren(...suggestions.map(optionOf));
      show(suggestions.length > 0);
      status.textContent = said;
    } catch {
      // Whoever goes on typing has asked anew; whoever lost the net still has the form.
      if (!signal.aborted) forget();
    }
  };

  const typed = () => {
    clearTimeout(timer);
    const text = field.value.trim();
    if (text.length < SHORTEST || Date.now() < quietUntil) return forget();
    timer = setTimeout(ask, PAUSE, text);
  };

  // Letters of an input method are not yet what somebody means.
  field.addEventListener("input", (event) => event.isComposing || typed());
  field.addEventListener("compositionend", typed);
  field.addEventListener("blur", forget);
  form.addEventListener("submit", forget);
  // A press would take the focus away, and the list with it, before it becomes a click.
  list.addEventListener("mousedown", (event) => event.preventDefault());

  const step = (way) => {
    const options = [...list.children];
    // One place more than options: beyond the last comes the box itself, then the first.
    const places = options.length + 1;
    const from = active ? options.indexOf(active) : options.length;
    activate(options[(from + way + places) % places] ?? null);
  };

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Escape: forget,
    Enter: () => active.click(),
  };

  field.addEventListener("keydown", (event) => {
    const isForUs = !event.isComposing && !list.hidden && event.key in keys;
    if (!isForUs || (event.key === "Enter" && !active)) return;
    event.preventDefault();
    keys[event.key]();
  });
}

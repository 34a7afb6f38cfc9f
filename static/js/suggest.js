// Suggests organisations while somebody types: an ARIA combobox over the search box.
// Without it, or when nobody answers, the box is what it was: a form.
{
  // Milliseconds without a key after which somebody is taken to have paused.
  const PAUSE = 150;
  const SHORTEST = 2;

  const form = document.querySelector("form[data-suggest]");
  const field = form.querySelector("input[type=search]");
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

  const optionOf = (suggestion, place) => {
    const option = element("a", "", name(suggestion.name));
    const details = [];
    if (suggestion.other.length) details.push(name(suggestion.other));
    if (suggestion.region) details.push(name([[suggestion.region, false]]));
    if (details.length) option.append(element("span", "details small", ...details));
    option.id = `suggestion-${place}`;
    option.href = suggestion.url;
    option.tabIndex = -1;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  };

  const ask = async (text) => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const address = `${form.dataset.suggest}?${new URLSearchParams({ q: text })}`;
      const response = await fetch(address, { signal, credentials: "omit" });
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

// The command palette: a combobox in a dialog (ARIA 1.2). The server finds and draws the options; here they are walked and chosen.

const WAIT = 120; // ms of rest before what was typed is sought
let dialog, field, list, status, before, seeking, timer;

/** Open the palette, drawn by the server at `address`; rejects when it cannot be had. */
export async function open(address) {
  if (dialog?.open) return field.select();
  before = document.activeElement;
  if (!dialog) build(await part(address, { del: "dialog" }), address);
  field.value = "";
  dialog.showModal();
  field.focus();
  if (list.dataset.for !== undefined) await seek(address);
  else mark(options()[0]);
}

async function part(address, fields, signal) {
  const response = await fetch(`${address}?${new URLSearchParams(fields)}`, { signal });
  if (!response.ok || response.redirected) throw new Error(response.status);
  return response.text();
}

function build(html, address) {
  document.body.insertAdjacentHTML("beforeend", html);
  dialog = document.querySelector("dialog.palette");
  [field, list, status] = ["[role=combobox]", "[role=listbox]", "[role=status]"].map((which) => dialog.querySelector(which));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => seek(address), WAIT);
  });
  field.addEventListener("keydown", onKey);
  list.addEventListener("pointermove", (event) => mark(event.target.closest("[role=option]")));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  tidy();
  dialog.addEventListener("close", () => before?.isConnected && before.focus());
}

/** What there is to do and can be done now: the theme that is on cannot be chosen. */
function tidy() {
  for (const option of list.querySelectorAll("[data-press]")) {
    const button = document.querySelector(option.dataset.press);
    if (!button || getComputedStyle(button).display === "none") option.remove();
  }
}

async function seek(address) {
  seeking?.abort();
  seeking = new AbortController();
  const { signal } = seeking;
  const slow = setTimeout(() => (status.textContent = dialog.dataset.seekingText), 400);
  try {
    const html = await part(address, { q: field.value, del: "val" }, signal);
    if (signal.aborted) return;
    list.innerHTML = html;
    list.dataset.for = field.value;
    tidy();
    list.scrollTop = 0;
    const nothing = list.querySelector("[data-nothing]");
    status.textContent = nothing?.textContent ?? "";
    list.hidden = Boolean(nothing);
    field.setAttribute("aria-expanded", String(!nothing));
    mark(options()[0]);
  } catch {
    if (!signal.aborted) status.textContent = dialog.dataset.failedText;
  } finally {
    clearTimeout(slow);
    if (status.textContent === dialog.dataset.seekingText) status.textContent = "";
  }
}

const options = () => [...list.querySelectorAll("[role=option]")];
const marked = () => list.querySelector("[aria-selected=true]");

function mark(option) {
  if (option === null || option === marked()) return;
  marked()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function onKey(event) {
  const all = options();
  const at = all.indexOf(marked());
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 5, all.length - 1), PageUp: Math.max(at - 5, 0) }[event.key];
  if (to !== undefined && all.length) {
    event.preventDefault();
    mark(all[(to + all.length) % all.length]);
    marked().scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    if (list.dataset.for === undefined ? !field.value : list.dataset.for === field.value) choose(marked(), event.ctrlKey || event.metaKey);
    else location.assign(`${dialog.querySelector(".palette-foot a").href}?${new URLSearchParams({ q: field.value })}`); // faster than the answer
  }
}

function choose(option, beside) {
  if (!option) return;
  const { href, press } = option.dataset;
  if (href && beside) return window.open(href, "_blank", "noopener");
  dialog.close();
  if (press) document.querySelector(press)?.click();
  else location.assign(href);
}


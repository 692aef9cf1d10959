// What script adds to the builder: the draft saves itself, the buttons of the form take only the parts of the page that they
// change, and the preview is written while one looks. The server draws everything; each button works as a page without this.
import { morph, parse } from "./morph.js";

const PAUSE = 1500; // milliseconds without a key before the draft is saved
const PARTS = ["fel", "collections", "models", "niva", "prov"];

const form = document.getElementById("bygg");
const state = document.querySelector("[data-state]");
const status = document.getElementById("status");
const fields = (submitter) => new URLSearchParams(new FormData(form, submitter));
const content = () => {
  const all = fields();
  for (const name of ["base", "question", "run", "find", "new_model"]) all.delete(name);
  return all.toString();
};

let saved = content();
let work = Promise.resolve(); // one request at a time: each says which draft it changes
let timer;
let followed = ""; // the turn that is being written here

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
});

function save() {
  work = work.then(async () => {
    const now = content();
    if (now === saved) return;
    state.textContent = form.dataset.saving;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields(), headers: { Accept: "application/json" } });
      const { text, base, error } = await answer.json();
      state.textContent = text ?? (document.documentElement.lang === "sv" ? error?.message_sv : error?.message) ?? form.dataset.unsaved;
      if (!answer.ok) return;
      form.elements.base.value = base;
      saved = now;
      settle();
    } catch {
      state.textContent = form.dataset.unsaved;
    }
  });
  return work;
}

// What is stored is no longer something that a reload has to bring back.
function settle() {
  for (const field of form.elements) if ("defaultValue" in field && field.type !== "hidden") field.defaultValue = field.value;
  form.dispatchEvent(new Event("input"));
  clearTimeout(timer);
}

// A button that changes a part of the page: the same request as without script, and of the answer only what differs.
form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (!event.submitter?.hasAttribute("data-swap")) return wait(event);
  event.preventDefault();
  const pressed = event.submitter;
  const sent = fields(pressed);
  pressed.setAttribute("aria-disabled", "true");
  await work;
  sent.set("base", form.elements.base.value);
  work = work.then(() => fetch(form.action, { method: "POST", body: sent })).then(async (answer) => swap(await answer.text(), answer.url, pressed)).catch(() => {
    state.textContent = form.dataset.unsaved;
  });
  await work;
  pressed.removeAttribute("aria-disabled");
});

// Saving is under way: the form goes when it is done, with the draft that it then changes.
let ready = false;
function wait(event) {
  if (ready) return;
  event.preventDefault();
  const { submitter } = event;
  work.then(() => setTimeout(() => { // a form that is being sent cannot be sent
    ready = true;
    form.requestSubmit(submitter);
    ready = false;
  }));
}

function swap(html, url, pressed) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const next = page.getElementById("bygg");
  if (!next) return location.assign(url); // logged out, or gone
  const at = { value: pressed.value, part: pressed.closest(PARTS.map((id) => `#${id}`).join()) };
  const parts = followed && !pressed.closest("#prov") ? PARTS.filter((id) => id !== "prov") : PARTS;
  for (const id of parts) morph(document.getElementById(id), parse(page.getElementById(id).innerHTML));
  for (const name of ["base", "conversation", "run"]) form.elements[name].value = next.elements[name].value;
  for (const name of ["find", "question"]) {
    const field = form.elements[name];
    if (field) field.value = page.getElementById(name)?.value ?? "";
  }
  state.textContent = page.querySelector("[data-state]").textContent;
  saved = content();
  if (page.getElementById("error")) document.getElementById("error").focus();
  else {
    settle();
    history.replaceState(null, "", new URL(url).pathname + new URL(url).search);
    if (!document.activeElement?.matches("button, input, textarea, select")) land(at);
  }
  begin();
  if (pressed.value === "try" && !followed) tell(document.querySelector("#prov article:last-of-type"), status.dataset.done);
}

// The pressed button moved or went: stay with it, else where it was.
function land({ value, part }) {
  const same = [...(part?.querySelectorAll("button") ?? [])].find((button) => button.value === value);
  const other = [...(part?.querySelectorAll("button, select, textarea") ?? [])].find((field) => !field.disabled);
  (same ?? other ?? part)?.focus({ preventScroll: true });
}

// The preview: Enter asks, and the answer is followed as it is written.
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "question" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  const ask = document.querySelector('[form="bygg"][value="try"]');
  if (ask && event.target.value.trim()) form.requestSubmit(ask);
});

function begin() {
  const turn = document.querySelector("#prov [data-events]");
  if (!turn || turn.id === followed) return;
  followed = turn.id;
  const source = new EventSource(turn.dataset.events);
  const on = (name, handle) => source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  status.textContent = status.dataset.writing;
  turn.scrollIntoView({ block: "nearest" });
  on("status", ({ text }) => (turn.querySelector("[data-status]").textContent = text));
  on("block", ({ i, html }) => {
    const blocks = turn.querySelector("[data-blocks]");
    while (blocks.children.length <= i) blocks.append(Object.assign(document.createElement("div"), { className: "block" }));
    morph(blocks.children[i], parse(html));
  });
  on("done", async ({ text }) => {
    source.close();
    followed = "";
    const had = turn.contains(document.activeElement);
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const whole = page.getElementById("prov");
    if (!whole) return location.reload();
    const typed = document.getElementById("question").value;
    morph(document.getElementById("prov"), parse(whole.innerHTML));
    document.getElementById("question").value = typed;
    form.elements.run.value = page.getElementById("bygg").elements.run.value;
    const ended = document.getElementById(turn.id);
    if (had) ended.focus({ preventScroll: true });
    tell(ended, text);
  });
  source.onerror = () => {
    const line = turn.querySelector("[data-status]");
    if (line && source.readyState !== EventSource.CLOSED) line.textContent = status.dataset.lost;
  };
}

// That it is finished, and the finished text once, for the live regions alone.
function tell(turn, text) {
  if (!turn) return;
  status.textContent = text;
  const log = document.getElementById("spoken");
  const lines = [...turn.querySelectorAll("[data-blocks] > .block, .dont-know, .help")];
  log.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line.innerText })));
  setTimeout(() => log.replaceChildren(), 5000);
}

begin();

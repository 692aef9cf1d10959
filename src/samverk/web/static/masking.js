// What script adds to masking: the buttons take only the part of the page that changes, and words are chosen where they stand,
// with the mouse or the keyboard. The server finds, masks and draws; each button works as a page without this.
import { morph, parse } from "./morph.js";

const region = document.getElementById("maskera");
const status = document.getElementById("status");
const part = (which) => region.querySelector(which);
let pristine; // the marked text as it was drawn
let timer;

function begin() {
  const [text, hint, auto] = ["#texten", "[data-hint]", "[data-auto]"].map(part);
  if (!text) return;
  hint.textContent = hint.dataset.hint;
  auto.hidden = true;
  part("[data-copy]").hidden = false;
  // Editable, so that there is a caret to select with; each change to it is prevented below.
  const caret = { contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-readonly": "true", inputmode: "none", spellcheck: "false" };
  for (const [name, value] of Object.entries(caret)) text.setAttribute(name, value);
  pristine = text.innerHTML;
}

// The buttons: the same request as without script.
region.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (submitter?.hasAttribute("data-page")) return void setTimeout(() => delete form.dataset.sent); // a file comes; the page stays
  event.preventDefault();
  if (region.ariaBusy) return;
  region.ariaBusy = "true";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)) });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("maskera");
    if (next) swap(next, submitter);
    else tell(answer.status < 500 ? region.dataset.left : region.dataset.lost);
  } catch {
    tell(region.dataset.lost);
  } finally {
    region.ariaBusy = null;
  }
});

function swap(next, pressed) {
  const before = part("#resultat");
  const row = pressed?.closest("li");
  const at = row ? [...row.parentNode.children].indexOf(row) : -1;
  const scrolled = part("#texten")?.scrollTop;
  morph(region, parse(next.innerHTML));
  part("form").reset(); // as the server drew it
  begin();
  const text = part("#texten");
  if (text && scrolled) text.scrollTop = scrolled;
  const result = part("#resultat");
  const wrong = part("[data-focus]");
  if (wrong) return wrong.focus();
  if (!result) return part("textarea").focus();
  if (!before) return result.focus();
  tell(result.textContent);
  if (pressed?.value.startsWith("pick:")) return part("#words").focus();
  if (document.activeElement?.matches("button:not(:disabled), input, select, #texten") && document.activeElement.checkVisibility()) return;
  const rows = region.querySelectorAll(".finds li");
  (rows[Math.min(at, rows.length - 1)]?.querySelector("button") ?? text).focus({ preventScroll: true });
}

function tell(what) {
  status.textContent = "";
  setTimeout(() => (status.textContent = what));
  const lines = Object.values(region.dataset);
  status.className = lines.includes(what) ? "notice bad" : "sr";
}

region.addEventListener("change", ({ target }) => {
  const auto = part("[data-auto]");
  if (auto && ["level", "how"].includes(target.name)) target.form.requestSubmit(auto);
});

// Choosing in the text.
const inText = (node) => node && part("#texten")?.contains(node);
for (const name of ["beforeinput", "dragstart", "drop", "paste", "cut"]) {
  region.addEventListener(name, (event) => inText(event.target) && event.preventDefault());
}
region.addEventListener("input", ({ target }) => {
  if (target.id === "texten") target.innerHTML = pristine; // a composed sign cannot be prevented
});
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(look, 120);
});

function look() {
  const selection = getSelection();
  if (!inText(selection.anchorNode) || !inText(selection.focusNode)) return;
  const range = selection.getRangeAt(0);
  const mark = range.commonAncestorContainer.parentElement.closest("mark") ?? markOf(range.startContainer);
  if (mark && (selection.isCollapsed || mark.contains(range.endContainer))) return choose(mark.dataset.place, mark);
  if (selection.isCollapsed) return choose("");
  const points = [...part("form").elements.text.value];
  let [start, end] = [pointsBefore(range.startContainer, range.startOffset), pointsBefore(range.endContainer, range.endOffset)];
  while (start < end && !points[start].trim()) start += 1;
  while (end > start && !points[end - 1].trim()) end -= 1;
  choose(start < end ? `${start}-${end}` : "", null, points.slice(start, end).join("").replace(/\s+/g, " "));
}

const markOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest("mark");

// How many code points of the text stand before a place, the words of the marks left out.
function pointsBefore(node, offset) {
  const range = document.createRange();
  range.setStart(part("#texten"), 0);
  range.setEnd(node, offset);
  const before = range.cloneContents();
  for (const tag of before.querySelectorAll(".tag")) tag.remove();
  return [...before.textContent].length;
}

function choose(place, mark = null, words = "") {
  const { elements } = part("form");
  const [bar, add, drop] = ["[data-bar]", "[data-add]", "[data-drop]"].map(part);
  if (elements.at.value === place && place) return;
  if (!place && !elements.at.value) return;
  for (const old of region.querySelectorAll("mark.chosen")) old.classList.remove("chosen");
  mark?.classList.add("chosen");
  elements.at.value = place;
  elements.words.value = mark ? mark.firstChild.data.replace(/\s+/g, " ") : words;
  if (mark) elements.label.value = mark.dataset.label;
  add.textContent = mark ? add.dataset.change : add.dataset.add;
  drop.hidden = !mark;
  drop.value = `drop:${place}`;
  bar.toggleAttribute("data-chosen", Boolean(place));
}

region.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && inText(event.target)) {
    event.preventDefault();
    clearTimeout(timer);
    look();
    part(part("form").elements.at.value ? "#label" : "#words").focus();
  } else if (event.key === "Escape" && event.target.closest("[data-bar]")) {
    choose("");
    part("#texten").focus();
  }
});

region.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch { // no secure context, or not allowed: the older way
    field.select();
    document.execCommand("copy");
    button.focus();
  }
  tell(button.dataset.copied);
  const label = button.dataset.label ??= button.textContent;
  button.textContent = `✓ ${button.dataset.copied}`;
  setTimeout(() => (button.textContent = label), 2500);
});

begin();

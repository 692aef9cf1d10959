// What script adds to asking: answers that stream, keys, copying and printing.
import { follow, tell } from "./stream.js";

for (const reply of document.querySelectorAll("[data-events]")) follow(reply);

// An answer that was quicker than its page is told of by the page.
const ASKED = "asked";
addEventListener("submit", ({ target }) => target.elements.run && sessionStorage.setItem(ASKED, target.elements.run.value));
const quick = document.querySelector(`#svar-${CSS.escape(sessionStorage[ASKED] ?? "")} > .reply:not([aria-busy])`);
if (quick) setTimeout(() => tell(quick, document.getElementById("status").dataset.done));
sessionStorage.removeItem(ASKED);

const edits = () => [...document.querySelectorAll("[data-edit]")];

function edit(details) {
  details.open = true;
  const field = details.querySelector("textarea");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function leave(details) {
  const field = details.querySelector("textarea");
  field.value = field.defaultValue;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  details.open = false;
  details.querySelector("summary").focus();
}

addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.isComposing || field.tagName !== "TEXTAREA" || field.name !== "question") return;
  const open = field.closest("[data-edit]");
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    field.form.requestSubmit();
  } else if (event.key === "ArrowUp" && !open && !field.value && edits().length) {
    event.preventDefault();
    edit(edits().at(-1));
  } else if (event.key === "Escape" && open) leave(open);
});
for (const details of edits()) {
  const cancel = details.querySelector("[data-cancel]");
  cancel.hidden = false;
  cancel.addEventListener("click", () => leave(details));
  const [summary, field] = details.querySelectorAll("summary, textarea");
  details.addEventListener("toggle", () => details.open && document.activeElement === summary && field.focus());
  if (field.value !== field.defaultValue) details.open = true; // a change that was not sent
}
for (const link of document.querySelectorAll(".caution a[href^='#']")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector(link.getAttribute("href")).focus();
  });
}

// Copying and printing are offered where the browser can do it, also below answers that finish later.
const abilities = { "[data-copy]": navigator.clipboard?.write, "[data-print]": true };
function offer() {
  for (const [selector, able] of Object.entries(abilities)) {
    for (const button of document.querySelectorAll(`${selector}[hidden]`)) button.hidden = !able;
  }
}
offer();
addEventListener("answer", offer);

addEventListener("click", (event) => {
  const copy = event.target.closest?.("[data-copy]");
  const print = event.target.closest?.("[data-print]");
  if (copy) copyFrom(copy);
  if (print) printOnly(print.closest("article"));
});
async function copyFrom(button) {
  const text = fetch(button.dataset.copy).then(async (answer) => {
    if (!answer.ok) throw new Error(answer.status);
    return new Blob([await answer.text()], { type: "text/plain" });
  });
  const label = button.textContent;
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
  } catch {
    location.assign(button.dataset.copy); // what cannot be copied can be saved
    return;
  }
  button.textContent = document.getElementById("status").textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = label), 2000);
}

function printOnly(article) {
  article.querySelector(".menu-of-answer").hidePopover();
  for (const link of article.querySelectorAll(".sources a, .near a")) link.dataset.address = link.href;
  article.classList.add("printed");
  addEventListener("afterprint", () => article.classList.remove("printed"), { once: true });
  print();
}

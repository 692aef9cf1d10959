// What script adds to every page, which works without it: forms that are sent once and forget nothing, and a theme that changes
// at once.

const reader = document.body.dataset.reader ?? "";
const interrupted = Boolean(document.querySelector('[data-failed], form[action="/logga-in"]'));

// A form is sent once: a second click asks no second time. After a while it may be: nothing came of the first.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 10_000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// What is typed in a form with data-keep is kept for this tab until it has been sent for good: a log-in that ends meanwhile
// loses nothing. Whoever logs in next finds nothing of it.
const KEEP = "keep ";
const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(KEEP));
const keyOf = (form) => `${KEEP}${reader} ${location.pathname} ${form.getAttribute("action")} ${form.dataset.keep}`;
const typed = (form) => [...form.elements].filter((field) => field.name && field.matches("textarea, input:is([type=text], [type=search], [type=email], [type=url], [type=tel], :not([type]))"));
const forget = (which) => kept().filter(which).forEach((key) => sessionStorage.removeItem(key));

if (reader) forget((key) => !key.startsWith(`${KEEP}${reader} `));
for (const key of kept()) {
  const { fields, sent } = JSON.parse(sessionStorage[key]);
  if (!sent) continue;
  if (interrupted) sessionStorage[key] = JSON.stringify({ fields }); // it did not arrive: it is there again on the way back
  else sessionStorage.removeItem(key);
}
for (const form of document.querySelectorAll("form[data-keep]")) {
  const { fields = {} } = JSON.parse(sessionStorage[keyOf(form)] ?? "{}");
  for (const field of typed(form)) {
    if (field.name in fields && field.value === field.defaultValue) {
      field.value = fields[field.name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  const save = (sent) => {
    const changed = typed(form).filter((field) => field.value !== field.defaultValue);
    if (!changed.length) return sessionStorage.removeItem(keyOf(form));
    const values = Object.fromEntries(changed.map((field) => [field.name, field.value]));
    try {
      sessionStorage[keyOf(form)] = JSON.stringify({ fields: values, sent });
    } catch {
      sessionStorage.removeItem(keyOf(form)); // more than the browser keeps
    }
  };
  form.addEventListener("input", () => save(false));
  addEventListener("submit", (event) => event.target === form && !event.defaultPrevented && save(true));
}
document.querySelector("[data-leave]")?.addEventListener("submit", () => forget(() => true));

// The theme changes at once; the form would bring the same page back.
document.querySelector("[data-preferences]")?.addEventListener("submit", async (event) => {
  const { name, value } = event.submitter ?? {};
  if (name !== "theme") return;
  event.preventDefault();
  const form = event.target;
  setTheme(value);
  [...form.querySelectorAll(".theme")].find((button) => button.checkVisibility())?.focus();
  const fields = new URLSearchParams(new FormData(form));
  fields.set("theme", value);
  await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
});

function setTheme(value) {
  document.documentElement.dataset.theme = value;
  document.querySelector('meta[name="color-scheme"]').content = value === "auto" ? "light dark" : value;
}

for (const account of document.querySelectorAll("details.account")) {
  account.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    account.open = false;
    account.querySelector("summary").focus();
  });
  addEventListener("click", (event) => {
    if (!account.contains(event.target)) account.open = false;
  });
  account.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !account.contains(event.relatedTarget)) account.open = false;
  });
}

document.querySelector("[data-focus]")?.focus();

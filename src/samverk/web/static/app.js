// What script adds to every page, which works without it: forms that are sent once, a theme that changes at once.

for (const form of document.querySelectorAll("form[action]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault(); // a second click asks no second time
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// The theme changes at once; the form would bring the same page back.
document.querySelector("[data-preferences]")?.addEventListener("submit", async (event) => {
  const { name, value } = event.submitter ?? {};
  if (name !== "theme") return;
  event.preventDefault();
  delete event.target.dataset.sent;
  document.documentElement.dataset.theme = value;
  document.querySelector(`.theme.to-${value === "dark" ? "light" : "dark"}`)?.focus();
  const fields = new URLSearchParams(new FormData(event.target));
  fields.set("theme", value);
  await fetch(event.target.action, { method: "POST", body: fields, redirect: "manual" });
});

for (const account of document.querySelectorAll("details.account")) {
  account.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    account.open = false;
    account.querySelector("summary").focus();
  });
  addEventListener("click", (event) => {
    if (!account.contains(event.target)) account.open = false;
  });
}

document.querySelector("[data-focus]")?.focus();

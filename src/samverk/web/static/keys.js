// What script adds to every page with content: tabs in sight, Enter that sends, the command palette, and keys that people are used to.

// On a phone the tabs are a row that scrolls: the one where one is, is in sight.
for (const tabs of document.querySelectorAll(".tabs")) {
  const here = tabs.querySelector("[aria-current]");
  if (here) tabs.scrollLeft = here.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
}

// Enter sends a short question, Shift+Enter breaks the line; not while a character is being composed.
for (const field of document.querySelectorAll("textarea[data-enter]")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (field.value.trim()) field.form.requestSubmit(field.form.querySelector(".primary"));
  });
}

// The command palette: the link leads to the page of searching, which needs no script.
const find = document.querySelector("[data-palette]");
const openPalette = async () => {
  try {
    (await import("./palette.js")).open(find.href);
  } catch {
    location.assign(find.href);
  }
};
find?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opened beside this page
  event.preventDefault();
  openPalette();
});

// Keys. One that is a character alone can be switched off in the help, for those who speak to their computer.
const single = () => localStorage.getItem("keys") !== "off";
addEventListener("keydown", (event) => {
  const chord = event.ctrlKey || event.metaKey;
  if (find && chord && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  const writing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (event.key !== "/" || chord || event.altKey || writing || !single()) return;
  const field = document.querySelector("[data-find]");
  if (!field && !find) return;
  event.preventDefault();
  field ? field.focus() : openPalette();
});

for (const choice of document.querySelectorAll("[data-keys]")) {
  choice.hidden = false;
  const box = choice.querySelector("input");
  box.checked = single();
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
}

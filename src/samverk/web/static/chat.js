// What script adds to asking: answers that stream, Enter that sends.
import { follow } from "./stream.js";

for (const reply of document.querySelectorAll("[data-events]")) follow(reply);

const composer = document.querySelector("[data-composer]");
composer?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.tagName !== "TEXTAREA") return;
  event.preventDefault();
  composer.requestSubmit();
});

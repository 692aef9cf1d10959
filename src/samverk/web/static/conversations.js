// What script adds to the list of conversations: choosing all, how many are chosen, Escape that closes what was opened.

const boxes = [...document.querySelectorAll('input[form="chosen"]')];
const number = document.querySelector(".number");
const all = document.querySelector("[data-all]");

function count() {
  const n = boxes.filter((box) => box.checked).length;
  all.checked = n === boxes.length;
  all.indeterminate = n > 0 && n < boxes.length;
  number.textContent = n ? (n === 1 ? number.dataset.one : number.dataset.other.replace("{n}", n)) : "";
}

if (all) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  for (const box of boxes) box.addEventListener("change", count);
  addEventListener("pageshow", count); // the browser may have kept what was chosen
}

for (const change of document.querySelectorAll("details.change")) {
  change.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    change.open = false;
    change.querySelector("summary").focus();
  });
}

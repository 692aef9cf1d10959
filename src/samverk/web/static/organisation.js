// What script adds to the organisation's pages: a button that copies what is shown once, a picker beside the colour's field.

for (const input of document.querySelectorAll("[data-copy]")) {
  const row = document.createElement("div");
  const button = document.createElement("button");
  const said = document.createElement("p");
  button.type = "button";
  button.textContent = input.dataset.copy;
  said.className = "hint";
  said.role = "status";
  input.replaceWith(row);
  row.append(input, button);
  row.after(said);
  input.addEventListener("focus", () => input.select());
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
    } catch { // no secure context, or not allowed: the older way
      input.select();
      document.execCommand("copy");
    }
    said.textContent = input.dataset.copied;
  });
}

for (const input of document.querySelectorAll("[data-pick]")) {
  const row = document.createElement("div");
  const picker = document.createElement("input");
  const valid = () => (/^#[0-9a-f]{6}$/i.test(input.value) ? input.value : input.dataset.plain);
  row.className = "colour";
  picker.type = "color";
  picker.value = valid();
  picker.ariaLabel = input.dataset.pick;
  input.replaceWith(row);
  row.append(input, picker);
  picker.addEventListener("input", () => { input.value = picker.value; });
  input.addEventListener("input", () => { picker.value = valid(); });
}

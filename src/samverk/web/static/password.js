// What script adds to a password's field: a button that shows what is typed, a word on caps lock, and how strong it is so far.

const LEAST = 12;
// The same steps as the server's, which decides; here they only guide.
const strength = (text) => {
  const varied = new Set(text).size;
  if (text.length < LEAST) return 0;
  if (text.length >= 20 && varied >= 10) return 3;
  return text.length >= 16 && varied >= 8 ? 2 : 1;
};

for (const input of document.querySelectorAll("[data-reveal]")) {
  const { reveal, hide, caps, strength: words = "" } = input.dataset;
  const row = document.createElement("div");
  const button = document.createElement("button");
  const said = document.createElement("p");
  row.className = "password";
  button.type = "button";
  button.textContent = reveal;
  said.className = "hint";
  said.role = "status";
  input.replaceWith(row);
  row.append(input, button);
  row.after(said);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? hide : reveal;
  };
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false)); // browsers offer to keep what was a password's field
  const tell = (event) => {
    const locked = event.getModifierState?.("CapsLock") ? caps : "";
    const strong = words && input.value ? words.split("|")[strength(input.value)] : "";
    const text = [locked, strong].filter(Boolean).join(" ");
    if (said.textContent !== text) said.textContent = text;
  };
  input.addEventListener("keyup", tell);
  input.addEventListener("input", tell);
}

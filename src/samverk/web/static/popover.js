// Puts a citation's popover beside its button in browsers that cannot do so by style alone.

export function placePopovers() {
  if (CSS.supports("position-area: bottom")) return;
  let pressed = null;
  addEventListener("click", (event) => (pressed = event.target.closest?.("[popovertarget]") ?? pressed), true);
  addEventListener(
    "toggle",
    ({ target, newState }) => {
      if (newState !== "open" || !target.matches?.(".popover") || pressed?.getAttribute("popovertarget") !== target.id) return;
      const button = pressed.getBoundingClientRect();
      const box = target.getBoundingClientRect();
      const below = button.bottom + 8 + box.height <= innerHeight;
      target.style.inset = "auto";
      target.style.margin = "0";
      target.style.top = `${Math.max(8, below ? button.bottom + 8 : button.top - 8 - box.height)}px`;
      target.style.left = `${Math.max(8, Math.min(button.left, innerWidth - box.width - 8))}px`;
    },
    true,
  );
}

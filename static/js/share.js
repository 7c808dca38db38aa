// Sharing: the device's own way where there is one, else the address is copied.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-share]");
  if (!button) return;
  const url = new URL(button.dataset.share, location.href).href;
  const words = button.querySelector("[data-words]") || button;
  const before = (button.words ??= words.textContent);
  try {
    if (navigator.share && "shareTitle" in button.dataset) return await navigator.share({ title: button.dataset.shareTitle, url });
    await navigator.clipboard.writeText(url);
    // The button says so to the eye, and #live to the ear: that a button's own words changed is seldom told.
    const live = document.getElementById("live");
    words.textContent = live.textContent = button.dataset.done;
    setTimeout(() => {
      words.textContent = before;
      live.textContent = "";
    }, 2000);
  } catch (error) {
    // Without https there is no clipboard: the address stands in a field to be copied by hand.
    if (error.name !== "AbortError") window.prompt(button.dataset.byHand || "", url);
  }
});

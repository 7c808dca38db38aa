// A cover that doesn't load makes room for the woven pattern behind it.
(() => {
  const hide = (image) => image.matches?.(".cover img, .avatar img") && (image.hidden = true);

  document.addEventListener("error", ({ target }) => hide(target), true); // error events don't bubble
  for (const image of document.querySelectorAll(".cover img, .avatar img")) {
    if (image.complete && image.naturalWidth === 0) hide(image); // failed before this script ran
  }
})();

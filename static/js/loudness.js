// As loud as last time, before the first sound.
(() => {
  const audio = document.getElementById("audio");
  try {
    const [volume, muted] = JSON.parse(localStorage.volume);
    audio.volume = volume;
    audio.muted = muted;
  } catch {} // nothing kept, or storage is forbidden
})();

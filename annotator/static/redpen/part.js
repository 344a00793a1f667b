const code = document.getElementById("code");
const copy = document.getElementById("copy");

copy.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(code.value);
  document.getElementById("copied").textContent = "Copied.";
});
code.addEventListener("focus", () => code.select());

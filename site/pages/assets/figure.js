// Figure and chart pages: the site's own address in what is to be copied, and buttons to copy it.
"use strict"

for (const place of document.querySelectorAll("[data-site]")) {
  place.textContent = new URL(place.dataset.site, location.href).href
}

for (const box of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break
  const button = document.createElement("button")
  button.type = "button"
  button.className = "copy"
  button.textContent = box.dataset.copy
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.textContent.trim())
    button.textContent = box.dataset.copied
  })
  box.after(button)
}

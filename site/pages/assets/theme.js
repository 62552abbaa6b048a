"use strict"
// What every page has: a choice of colours, details that open when pointed at or printed, and
// the keeping of what was loaded, so that it opens again without a network.
{
  const KEY = "suspension-record.colours"
  const root = document.documentElement
  const system = matchMedia("(prefers-color-scheme: dark)")
  const button = document.getElementById("colours")
  const isDark = () => root.dataset.mdColorScheme === "slate"

  const show = dark => {
    root.dataset.mdColorScheme = dark ? "slate" : "default"
    button.ariaLabel = button.title = dark ? button.dataset.light : button.dataset.dark
  }
  const stored = () => {
    try { return localStorage.getItem(KEY) } catch { return null }
  }
  const store = dark => {
    try {
      // Who chooses what the system says follows the system again.
      if (dark === system.matches) localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, dark ? "dark" : "light")
    } catch { /* no storage: the choice holds for this page */ }
  }
  show(isDark())
  button.addEventListener("click", () => { show(!isDark()); store(isDark()) })
  system.addEventListener("change", () => { if (!stored()) show(system.matches) })
}

{
  const open = details => { for (; details; details = details.parentElement?.closest("details")) details.open = true }
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    const details = target?.closest("details")
    if (!details) return
    open(details)
    target.scrollIntoView()
  }
  let shut = []
  addEventListener("hashchange", follow)
  addEventListener("beforeprint", () => {
    shut = [...document.querySelectorAll("main details:not([open])")]
    shut.forEach(details => { details.open = true })
  })
  addEventListener("afterprint", () => shut.forEach(details => { details.open = false }))
  follow()
}

if ("serviceWorker" in navigator && location.protocol !== "file:") {
  const keeper = new URL("../sw.js", document.currentScript.src)
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register(keeper)
      const { active } = await navigator.serviceWorker.ready
      const loaded = performance.getEntriesByType("resource").map(entry => entry.name)
      active.postMessage([location.href, ...loaded])
    } catch { /* a browser that keeps nothing still shows the page */ }
  })
}

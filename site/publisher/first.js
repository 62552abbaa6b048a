{
  // Before anything is painted: script is on, and in which colours.
  const root = document.documentElement
  let chosen
  try { chosen = localStorage.getItem("suspension-record.colours") } catch { /* no storage, no choice */ }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches
  root.className = "js"
  root.dataset.mdColorScheme = dark ? "slate" : "default"
}

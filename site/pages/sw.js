"use strict"
// Keeps what was loaded, so that it opens again without a network. With a network, everything is
// asked for anew, and what the site no longer has is forgotten here too.
const KEPT = "suspension-record"
const MOST = 300

const place = address => {
  const url = new URL(address)
  url.search = url.hash = ""  // what someone looked for is not written down
  return url.href
}

const keep = async (address, response) => {
  const cache = await caches.open(KEPT)
  if (response.ok) await cache.put(place(address), response)
  else if (response.status === 404 || response.status === 410) await cache.delete(place(address))
  const names = await cache.keys()
  await Promise.all(names.slice(0, Math.max(0, names.length - MOST)).map(name => cache.delete(name)))
}

const answer = async (request, waiting) => {
  try {
    const response = await fetch(request)
    waiting(keep(request.url, response.clone()))
    return response
  } catch (error) {
    const kept = await (await caches.open(KEPT)).match(place(request.url))
    if (kept) return kept
    throw error
  }
}

const own = address => new URL(address).origin === location.origin

addEventListener("install", () => skipWaiting())
addEventListener("activate", event => event.waitUntil(clients.claim()))
addEventListener("fetch", event => {
  const { request } = event
  if (request.method !== "GET" || !own(request.url) || request.headers.has("range")) return
  event.respondWith(answer(request, promise => event.waitUntil(promise)))
})
addEventListener("message", event => {
  // The first page was loaded before this worker was there: its files lie in the browser's cache.
  const addresses = event.data.filter(own)
  event.waitUntil(Promise.allSettled(addresses.map(async address =>
    keep(address, await fetch(address, { cache: "force-cache" })))))
})

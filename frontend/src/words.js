// Sentences come from the server in the language of the page.
let words
export const word = (key) => {
  words ??= JSON.parse(document.getElementById('kiun-words')?.textContent ?? '{}')
  return words[key] ?? key
}

export const announce = (text) => {
  const place = document.getElementById('kiun-announcements')
  if (place) place.textContent = text
}

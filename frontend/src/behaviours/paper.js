// On paper everything lies open. What a closed part has not fetched yet comes just before the page is printed,
// which waits for nothing but a request that blocks.
addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('details[hx-get][hx-target]:not([open])')) fetchNow(part)
})

function fetchNow(part) {
  const [url, target, select] = ['hx-get', 'hx-target', 'hx-select'].map((name) => part.getAttribute(name))
  const request = new XMLHttpRequest()
  request.open('GET', url, false)
  request.setRequestHeader('HX-Request', 'true')
  try {
    request.send()
  } catch {
    return // without a connection the link stays
  }
  if (request.status !== 200) return
  const { body } = new DOMParser().parseFromString(request.responseText, 'text/html')
  document.querySelector(target).replaceChildren(...(select ? body.querySelector(select) : body).childNodes)
}

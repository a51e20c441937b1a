// Keeps answers that are begun: when the page is left, and now and then. Never after they were handed in.
const PAUSE = 20_000

export function keepDraft(form) {
  let isChanged = false
  let isOver = false
  const save = () => {
    if (!isChanged || isOver) return
    isChanged = false
    const body = new FormData(form)
    body.set('draft', '1')
    // It goes on when the page is closed meanwhile; when the line is down, the next change tries again.
    fetch(form.action, { method: 'POST', body, credentials: 'same-origin', keepalive: true, redirect: 'manual' })
      .catch(() => { isChanged = true })
  }
  for (const name of ['input', 'change']) form.addEventListener(name, () => { isChanged = true })
  form.addEventListener('submit', (event) => { isOver ||= !event.defaultPrevented })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && save())
  window.addEventListener('pagehide', save)
  setInterval(save, PAUSE)
}

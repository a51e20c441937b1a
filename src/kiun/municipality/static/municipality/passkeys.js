// Passkeys. A form says what it wants by data attributes; without this script the password remains.
// data-passkey="get|create", and the server's options in a json_script (data-passkey-options) or at an address (-url).
(() => {
  'use strict'

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))

  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

  const known = (list) => (list || []).map((item) => ({ ...item, id: toBytes(item.id) }))

  async function create (options, form) {
    const alone = form.elements.passwordless ? form.elements.passwordless.checked : true
    const credential = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
        authenticatorSelection: {
          ...options.authenticatorSelection,
          residentKey: alone ? 'required' : 'discouraged',
          requireResidentKey: alone,
          userVerification: alone ? 'required' : 'preferred'
        }
      }
    })
    const response = credential.response
    return {
      ...common(credential),
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        attestationObject: toText(response.attestationObject),
        transports: response.getTransports ? response.getTransports() : []
      }
    }
  }

  async function get (options) {
    const credential = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        allowCredentials: known(options.allowCredentials)
      }
    })
    const response = credential.response
    return {
      ...common(credential),
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        authenticatorData: toText(response.authenticatorData),
        signature: toText(response.signature),
        userHandle: response.userHandle ? toText(response.userHandle) : null
      }
    }
  }

  function common (credential) {
    return {
      type: credential.type,
      id: credential.id,
      rawId: toText(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults()
    }
  }

  async function serverData (form) {
    if (form.dataset.passkeyOptions) {
      return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent)
    }
    const answer = await fetch(form.dataset.passkeyUrl, { headers: { Accept: 'application/json' } })
    if (!answer.ok) throw new Error('no options')
    return answer.json()
  }

  async function fill (form) {
    const data = await serverData(form)
    const making = form.dataset.passkey === 'create'
    const options = (making ? data.creation_options : data.request_options).publicKey
    const credential = making ? await create(options, form) : await get(options)
    form.elements.credential.value = JSON.stringify(credential)
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const error = form.querySelector('[data-passkey-error]')
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      if (error) error.hidden = true
      try {
        await fill(form)
        form.submit()
      } catch {
        if (error) error.hidden = false
      }
    })
  }
})()

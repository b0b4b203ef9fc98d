/**
 * The one script of the pages, for what no form can do: it asks the browser for a passkey, puts what it says into the form around
 * the button and sends that. Elements with `data-passkey` say which ceremony (WebAuthn Level 3 §5.1.3, §5.1.4); they are hidden until
 * this runs in a browser that knows passkeys.
 */
export const PASSKEY_SCRIPT = `
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
const withBytes = (list) => (list ?? []).map((item) => ({ ...item, id: toBytes(item.id) }));

const ceremonies = {
  async get(options) {
    const publicKey = {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: withBytes(options.allowCredentials),
      userVerification: 'required',
    };
    const { id, rawId, type, response, authenticatorAttachment } = await navigator.credentials.get({ publicKey });
    return {
      id, type, authenticatorAttachment, rawId: toText(rawId), clientExtensionResults: {},
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        authenticatorData: toText(response.authenticatorData),
        signature: toText(response.signature),
        userHandle: response.userHandle ? toText(response.userHandle) : undefined,
      },
    };
  },
  async create(options) {
    const publicKey = {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    };
    const { id, rawId, type, response, authenticatorAttachment } = await navigator.credentials.create({ publicKey });
    return {
      id, type, authenticatorAttachment, rawId: toText(rawId), clientExtensionResults: {},
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        attestationObject: toText(response.attestationObject),
        transports: response.getTransports ? response.getTransports() : [],
      },
    };
  },
};

async function run(form) {
  const { passkey, options } = form.dataset;
  const answer = await fetch(options, { credentials: 'same-origin', headers: { accept: 'application/json' } });
  if (!answer.ok) return { problem: String(answer.status) };
  try {
    return { credential: JSON.stringify(await ceremonies[passkey](await answer.json())) };
  } catch (error) {
    return { problem: error instanceof DOMException ? error.name : 'failed' };
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const { credential = '', problem = '' } = await run(form);
      form.elements.credential.value = credential;
      form.elements.problem.value = problem;
      form.submit();
    });
  }
}
`;

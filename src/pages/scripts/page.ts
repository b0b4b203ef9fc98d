/**
 * What a page does besides, where scripts run; each part is for elements that say so by a data attribute:
 * `data-copy` buttons copy the text beside them, `data-live` elements look again by themselves for what they wait for,
 * `data-preview` frames show what a form would make while it is filled in, and what has `data-without-script` is there for when none of this runs.
 */
export const PAGE_SCRIPT = `
for (const element of document.querySelectorAll('[data-without-script]')) element.hidden = true;

if (navigator.clipboard) {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const text = button.parentElement.querySelector('code');
    const said = button.parentElement.querySelector('output');
    let timer;
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        said.textContent = button.dataset.copied;
      } catch {
        getSelection().selectAllChildren(text);
        said.textContent = button.dataset.selected;
      }
      clearTimeout(timer);
      timer = setTimeout(() => { said.textContent = ''; }, 4000);
    });
  }
}

const EVERY_MS = 2000;
for (const place of document.querySelectorAll('[data-live]')) {
  const look = async () => {
    if (document.visibilityState === 'hidden') return document.addEventListener('visibilitychange', look, { once: true });
    try {
      const answer = await fetch(place.dataset.live, { credentials: 'same-origin', redirect: 'manual' });
      if (answer.type === 'opaqueredirect') return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const now = page.querySelector(place.dataset.take);
      if (answer.ok && now && now.dataset.state !== 'waiting') {
        place.replaceChildren(...now.childNodes);
        place.dataset.state = now.dataset.state;
        if (place.dataset.take === '#wait') document.title = page.title;
        return;
      }
    } catch {}
    setTimeout(look, EVERY_MS);
  };
  place.hidden = false;
  setTimeout(look, EVERY_MS);
}

for (const frame of document.querySelectorAll('iframe[data-preview]')) {
  const form = document.getElementById(frame.dataset.form);
  let timer;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const query = new URLSearchParams(frame.dataset.fields.split(' ').map((name) => [name, form.elements[name].value]));
      frame.contentWindow.location.replace(frame.dataset.preview + '?' + query);
    }, 200);
  });
}
`;

// The script of the clerks' page: remembers the key, sends files in pieces, goes on where a connection broke.
// Internal to gateway/serve/intake.
#pragma once

#include <string_view>

namespace gateway::serve::intake {

inline constexpr std::string_view page_script = R"JS('use strict';
(function () {
  const form = document.getElementById('lieferung');
  const state = document.getElementById('stand');
  const piece = 4 * 1024 * 1024;
  form.key.value = form.key.value || sessionStorage.getItem('kreislauf-key') || '';
  for (const one of document.querySelectorAll('button[data-frage]'))
    one.addEventListener('click', function (event) {
      if (!window.confirm(one.dataset.frage)) event.preventDefault();
    });

  function say(text) { state.textContent = text; }
  function base64(text) {
    let bytes = '';
    for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
    return btoa(bytes);
  }
  function pause(ms) { return new Promise(function (done) { setTimeout(done, ms); }); }
  async function problem(answer) {
    const text = await answer.text();
    try {
      const read = JSON.parse(text);
      return (read.detail || read.title || text) + (read.next_step ? ' – ' + read.next_step : '');
    } catch (error) { return text || String(answer.status); }
  }
  async function ask(method, address, headers, body) {
    headers['X-API-Key'] = form.key.value;
    headers['Tus-Resumable'] = '1.0.0';
    headers['Accept-Language'] = 'de';
    return fetch(address, { method: method, headers: headers, body: body, cache: 'no-store' });
  }
  async function send(file) {
    const wish = { filename: file.name, agreement: form.agreement.value };
    for (const name of ['embargo', 'comment', 'reason']) if (form[name].value) wish[name] = form[name].value;
    for (const name of ['accept_rest', 'full']) if (form[name].checked) wish[name] = 'true';
    const metadata = Object.keys(wish).map(function (name) { return name + ' ' + base64(wish[name]); }).join(',');
    let answer = await ask('POST', '/api/v1/uploads',
      { 'Upload-Length': String(file.size), 'Upload-Metadata': metadata });
    if (answer.status !== 201) throw new Error(await problem(answer));
    const address = new URL(answer.headers.get('Location'), location.href).pathname;
    let offset = 0, failures = 0;
    while (offset < file.size) {
      say(file.name + ': ' + Math.floor(100 * offset / file.size) + ' % übertragen');
      try {
        answer = await ask('PATCH', address,
          { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) },
          file.slice(offset, offset + piece));
        if (answer.status === 204) {
          offset = Number(answer.headers.get('Upload-Offset'));
          failures = 0;
          continue;
        }
        if (answer.status < 500 && answer.status !== 409 && answer.status !== 429 && answer.status !== 460)
          throw new RangeError(await problem(answer));
      } catch (error) {
        if (error instanceof RangeError) throw error;
      }
      if (++failures > 20) throw new Error('Die Übertragung gelang nicht. Später erneut versuchen; es geht dann dort weiter.');
      say('Verbindung unterbrochen; weiter in ' + Math.min(failures * 2, 30) + ' s');
      await pause(Math.min(failures * 2000, 30000));
      try {
        answer = await ask('HEAD', address, {});
        if (answer.ok) offset = Number(answer.headers.get('Upload-Offset'));
      } catch (error) { /* the next turn tries again */ }
    }
    say(file.name + ' ist angekommen und wird geprüft.');
  }

  form.addEventListener('submit', function (event) {
    sessionStorage.setItem('kreislauf-key', form.key.value);
    const pressed = event.submitter;
    const file = form.file && form.file.files[0];
    if (!pressed || pressed.value !== 'send' || !file || form.dry_run.checked && file.size <= piece) return;
    event.preventDefault();
    if (form.dry_run.checked) {
      say('Probeläufe mit mehr als 4 MiB: kreislauf deliver --dry-run');
      return;
    }
    pressed.disabled = true;
    send(file).then(function () {
      form.file.value = '';
      pressed.disabled = false;
      document.getElementById('liste').click();
    }, function (error) {
      pressed.disabled = false;
      say(error.message);
    });
  });
  if (form.dataset.leer === 'ja' && form.key.value) document.getElementById('liste').click();
})();
)JS";

} // namespace gateway::serve::intake

// Keeps a kiosk page alive: swaps the live part, makes the sounds, sends codes and touches.
'use strict';

const LOST_AFTER = 3000; // ms of silence after which nothing on the page counts as current
const RED_AGAIN = 10000; // ms between the sounds of an open red
const SOUND_WITHIN = 20000; // ms: an answer older than this makes no sound when the page comes back
const PRESENT = 60000; // ms for which the server calls a verdict the present one

const $ = (id) => document.getElementById(id);
const live = $('live'), box = $('typed');
const base = location.pathname.replace(/\/$/, '');
const seenKey = 'seen ' + live.dataset.station;
const store = { get: (k) => { try { return localStorage.getItem(k); } catch { return null; } },
  set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* a private window: then only this page knows */ } } };
let seen = store.get(seenKey);
let heardAt = performance.now(), lastMark = null, source = null, oldTimer = 0;

// --- the live part ---

function took() { // after each swap
  const stage = live.querySelector('.stage');
  if (stage.dataset.open === seen) close(stage);
  clearTimeout(oldTimer);
  const left = Number(stage.dataset.left);
  if (left > 0) oldTimer = setTimeout(() => { stage.dataset.old = ''; }, left);
  const answers = [...live.querySelectorAll('.recent li')];
  const fresh = [];
  for (const answer of answers) {
    if (answer.dataset.mark === lastMark) break;
    fresh.push(answer);
  }
  if (answers.length) lastMark = answers[0].dataset.mark;
  if (fresh.length && left > PRESENT - SOUND_WITHIN) {
    const loudest = ['stop', 'attention', 'go'].find((s) => fresh.some((a) => a.classList.contains(s)));
    const one = fresh.find((a) => a.classList.contains(loudest));
    sound(loudest, 'rush' in one.dataset, 'quiet' in one.dataset && fresh.length === 1);
    $('spoken').textContent = [...live.querySelectorAll('.verdict p')].map((p) => p.textContent).join('. ');
  }
}

function close(stage) { // the open red was seen
  delete stage.dataset.open;
  delete stage.dataset.red;
  live.querySelectorAll('.seen, .still').forEach((e) => e.remove());
}

function heard() {
  heardAt = performance.now();
  lost(false);
}

function lost(is) {
  if ($('lost').hidden === !is) return;
  $('lost').hidden = !is;
  live.inert = is;
  document.body.classList.toggle('lost', is);
}

function connect() {
  if (source) source.close();
  source = new EventSource(base + '/live' + location.search);
  source.addEventListener('view', (event) => {
    live.innerHTML = event.data;
    heard();
    took();
  });
  source.addEventListener('beat', (event) => {
    if (event.data !== live.dataset.build) location.reload();
    heard();
  });
}

// A browser that slept, a server that restarted and a cable that was pulled all end here.
// While a machine sleeps, only the clock on the wall goes on.
let triedAt = performance.now(), wall = Date.now();
function watch() {
  const now = performance.now(), slept = Math.abs(Date.now() - wall) > LOST_AFTER;
  wall = Date.now();
  if (document.hidden) return;
  const silent = slept || now - heardAt > LOST_AFTER;
  if (silent) lost(true);
  if (slept || ((silent || source.readyState === EventSource.CLOSED) && now - triedAt > LOST_AFTER)) {
    triedAt = now;
    connect();
  }
}
setInterval(watch, 500);
document.addEventListener('visibilitychange', watch);
// A page that the browser only keeps for going back must not keep its connection: there are six per server.
window.addEventListener('pagehide', () => source.close());
window.addEventListener('pageshow', (event) => { if (event.persisted) { lost(true); connect(); } });

// --- sounds: one rising pair for go, two equal tones for attention, three low buzzes for stop ---

const TUNES = {
  go: [[880, 0, 0.09, 'sine'], [1320, 0.09, 0.16, 'sine']],
  quiet: [[880, 0, 0.05, 'sine']],
  attention: [[620, 0, 0.16, 'triangle'], [620, 0.24, 0.16, 'triangle']],
  stop: [[180, 0, 0.25, 'sawtooth'], [140, 0.3, 0.25, 'sawtooth'], [180, 0.6, 0.4, 'sawtooth']],
  rush: [[1760, 0, 0.05, 'square'], [1760, 0.09, 0.05, 'square'], [1760, 0.18, 0.05, 'square']],
};
const audio = window.AudioContext ? new AudioContext() : null;

function play(tune, start) {
  for (const [pitch, from, length, type] of tune) {
    const tone = audio.createOscillator(), gain = audio.createGain();
    const at = audio.currentTime + start + from;
    tone.type = type;
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.5, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length);
  }
}

function sound(signal, rush, quiet) {
  if (!audio || audio.state !== 'running') return;
  if (rush) play(TUNES.rush, 0);
  play(TUNES[quiet && signal === 'go' ? 'quiet' : signal], rush ? 0.3 : 0);
}

function showSound() {
  const button = $('sound'), on = Boolean(audio) && audio.state === 'running';
  button.textContent = on ? button.dataset.on : button.dataset.off;
  button.classList.toggle('off', !on);
}
if (audio) audio.addEventListener('statechange', showSound);
showSound();
for (const gesture of ['pointerdown', 'keydown']) {
  document.addEventListener(gesture, () => { if (audio && audio.state !== 'running') audio.resume(); });
}
setInterval(() => {
  if (live.querySelector('.stage[data-open]') && $('lost').hidden) sound('stop');
}, RED_AGAIN);

// --- codes and touches ---

let queue = Promise.resolve(); // one after the other, as they were scanned
function send(what, body) {
  queue = queue.then(async () => {
    try {
      const answer = await fetch(`${base}/${what}${location.search}`, { method: 'POST', body,
        headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(12000) });
      if (!answer.ok) throw new Error(answer.statusText);
      box.placeholder = box.dataset.hint;
      box.classList.remove('failed');
    } catch {
      box.placeholder = live.dataset.notTaken;
      box.classList.add('failed');
      $('spoken').textContent = live.dataset.notTaken;
      sound('stop');
    }
  });
}

box.dataset.hint = box.placeholder;
$('code').addEventListener('submit', (event) => {
  event.preventDefault();
  const code = box.value.trim();
  box.value = '';
  if (code) send('scan', JSON.stringify({ code }));
});

const commands = $('commands');
$('more').addEventListener('click', () => commands.showModal());
$('less').addEventListener('click', () => commands.close());

document.addEventListener('click', (event) => {
  const label = event.target.closest('.enlarge');
  if (label) { label.classList.toggle('large'); return; }
  const show = event.target.closest('[data-show]');
  if (show) {
    commands.close();
    const panel = $(show.dataset.show);
    panel.querySelectorAll('[data-src]').forEach((image) => { image.src = image.dataset.src; });
    panel.hidden = !panel.hidden;
    return;
  }
  const button = event.target.closest('[data-touch], #sound');
  if (!button) return;
  if (button.id === 'sound') { if (audio) audio.resume().then(() => sound('go')); return; }
  if (button.dataset.seen) {
    seen = button.dataset.seen;
    store.set(seenKey, seen);
    close(live.querySelector('.stage'));
  }
  if (commands.contains(button)) commands.close();
  send('touch', button.dataset.touch);
});

// A scanner that types must never press a button that was touched before: buttons take no focus from a touch,
// and the first character goes to the box.
document.addEventListener('mousedown', (event) => { if (event.target.closest('button')) event.preventDefault(); });
document.addEventListener('keydown', (event) => {
  if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
  commands.close();
  box.focus();
});

took();
connect();

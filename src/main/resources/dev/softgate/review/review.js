'use strict';
// The page holds no state that matters: what is decided, and which image comes next, the server knows.

const $ = id => document.getElementById(id);
const SHORT = 128; // sides of images that are shown pixel by pixel
const MOST_MATCHES = 60;
const MOST_IMAGES = 80; // kept for going back

let contents = null; // the list, which does not change
let view = null; // what is shown
let filter = 'ALL';
let busy = false; // a request is under way, or the image has not been shown yet
let shownAt = 0;
let hiddenAt = 0;
let matches = [];
let active = 0;
const loaded = new Map(); // address → img element, and a promise of what is wrong with it
let waiting = []; // small images that are not loading yet
let loading = 0; // small images that are

async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  const value = await answer.json();
  if (!answer.ok) {
    throw Object.assign(new Error(value.error), {answered: true});
  }
  return value;
}

/** Runs a request unless another one is under way; shows why it failed. */
async function attempt(request) {
  if (busy) {
    return;
  }
  busy = true;
  try {
    await request();
    $('alert').hidden = true;
  } catch (e) {
    alertUser(e.answered ? e.message
        : 'Softgate does not answer. Nothing was saved since the last image. '
          + 'All earlier decisions are in ' + (contents ? contents.file : 'the file of decisions')
          + '. Start softgate review again.');
  } finally {
    busy = false;
  }
}

function alertUser(text) {
  $('alert').textContent = text;
  $('alert').hidden = false;
}

function announce(text) {
  $('status').textContent = text;
}

// Images

/** An img element, and a promise of null once it is loaded, or of the reason why it cannot be. */
function image(path, alt) {
  let found = loaded.get(path);
  if (!found) {
    const img = new Image();
    img.decoding = 'async';
    img.draggable = false;
    found = {img, ready: new Promise(resolve => {
      img.onload = () => resolve(null);
      img.onerror = () => ask(path).then(() => resolve('The image cannot be shown.'), e => resolve(e.message));
    })};
    loaded.set(path, found);
    if (loaded.size > MOST_IMAGES) {
      const oldest = loaded.keys().next().value;
      loaded.delete(oldest);
      waiting = waiting.filter(other => other.path !== oldest);
    }
    if (path.startsWith('thumb/')) {
      waiting.push({path, img, ready: found.ready});
      loadWaiting();
    } else {
      img.src = path;
    }
  }
  found.img.alt = alt;
  return found;
}

/** Loads two small images at a time, so that they do not keep a large one waiting. */
function loadWaiting() {
  while (loading < 2 && waiting.length > 0) {
    const {path, img, ready} = waiting.shift();
    loading++;
    img.src = path;
    ready.then(() => {
      loading--;
      loadWaiting();
    });
  }
}

async function place(box, path, alt, fit) {
  const {img, ready} = image(path, alt);
  img.className = '';
  box.replaceChildren(img);
  const problem = await ready;
  if (problem !== null && box.contains(img)) {
    const text = document.createElement('p');
    text.textContent = problem;
    box.replaceChildren(text);
  } else if (problem === null) {
    fit(box, img);
  }
}

/** Enlarges a small image by a whole factor, so that its pixels stay square. */
function enlarge(box, img) {
  const side = Math.max(img.naturalWidth, img.naturalHeight);
  if (side > SHORT) {
    img.removeAttribute('width');
    img.removeAttribute('height');
    return;
  }
  const factor = Math.max(1, Math.floor(Math.min(
      box.clientWidth / img.naturalWidth, box.clientHeight / img.naturalHeight, 448 / side)));
  img.className = 'pixels';
  img.width = img.naturalWidth * factor;
  img.height = img.naturalHeight * factor;
}

function sharpen(box, img) {
  img.className = Math.max(img.naturalWidth, img.naturalHeight) <= SHORT ? 'pixels' : '';
}

function preload(item) {
  if (item) {
    image('image/' + item.at, '');
    item.groups.forEach(group => group.images.forEach(number => image('thumb/' + number, '')));
  }
}

// What is shown

function percent(p) {
  return p === null ? '' : p > 0 && p < 0.001 ? '< 0.1 %' : (100 * p).toFixed(p < 0.1 ? 1 : 0) + ' %';
}

function plural(n, one, many) {
  return n.toLocaleString('en') + ' ' + (n === 1 ? one : many);
}

function duration(seconds) {
  if (seconds < 90) {
    return 'about ' + plural(Math.max(1, Math.round(seconds)), 'second', 'seconds');
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? 'about ' + minutes + ' minutes' : 'about ' + (minutes / 60).toFixed(1) + ' hours';
}

function describe(made) {
  return made.decision === 'keep' ? 'keep “' + made.given + '”'
      : made.decision === 'remove' ? 'remove the image'
      : 'change “' + made.given + '” to “' + made.label + '”';
}

/** How many wrong labels the images without a decision have. */
function estimate(images) {
  const e = view.estimate;
  return e === null ? 'Wrong labels that remain: not enough decisions yet'
      : 'About ' + plural(e.expected, 'wrong label remains', 'wrong labels remain') + ' in '
        + plural(images, 'image', 'images') + ' (95 % interval: ' + e.least.toLocaleString('en') + ' to '
        + e.most.toLocaleString('en') + ')';
}

function showStanding() {
  const {images, decided, wrong, seconds_left: left} = view.progress;
  $('bar').max = Math.max(1, images);
  $('bar').value = decided;
  $('count').textContent = decided.toLocaleString('en') + ' of ' + images.toLocaleString('en') + ' decided';
  $('left').textContent = (decided ? '· ' + plural(wrong, 'wrong label', 'wrong labels') + ' found ' : '')
      + (left !== null && decided < images ? '· ' + duration(left) + ' left' : '');
  $('estimate').textContent = decided === images ? '' : estimate(images - decided);
  $('undo').disabled = $('done-undo').disabled = view.last === null;
  const undo = view.last === null ? 'Nothing to undo' : 'Undo: ' + describe(view.last);
  $('undo').title = undo;
}

async function show(next, saved) {
  view = next;
  showStanding();
  closeMatches(true);
  const item = view.item;
  $('review').hidden = item === null;
  $('done').hidden = item !== null;
  if (item === null) {
    showDone(saved);
    return;
  }
  const where = item.place > 0
      ? 'Image ' + item.place.toLocaleString('en') + ' of ' + view.progress.images.toLocaleString('en')
      : 'An image that is not flagged';
  $('place').textContent = where;
  $('file').textContent = item.file;
  $('given').textContent = item.given;
  $('given-probability').textContent = percent(item.probability_given);
  $('suggestion').hidden = item.suggested === '';
  $('suggested').textContent = item.suggested;
  $('suggested-probability').textContent = percent(item.probability_suggested);
  $('reason').textContent = item.reason;
  $('reason').hidden = item.reason === '';
  $('decided').hidden = item.decision === null;
  $('decided').textContent = item.decision === null ? '' : 'Decided: ' + describe(item.decision) + '. A new decision replaces it.';
  $('keep').lastElementChild.textContent = 'Keep “' + item.given + '”';
  $('suggest').lastElementChild.textContent = item.suggested === '' ? 'No suggestion' : 'Change to “' + item.suggested + '”';
  $('suggest').disabled = item.suggested === '';
  for (const button of $('digits').children) {
    button.setAttribute('aria-pressed', String(button.dataset.label === item.given));
  }
  showGroups(item);
  announce((saved ? saved + ' ' : '') + where + ', labeled ' + item.given
      + (item.suggested ? ', suggested ' + item.suggested : '') + '.');
  document.title = where + ' · Review labels';
  await place($('picture'), 'image/' + item.at, where + ', labeled ' + item.given + ': ' + item.file, enlarge);
  shownAt = performance.now();
  preload(view.ahead);
}

function showGroups(item) {
  const wanted = new Set(item.groups.flatMap(group => group.images.map(number => 'thumb/' + number)));
  waiting.sort((a, b) => wanted.has(b.path) - wanted.has(a.path));
  const groups = item.groups.filter(group => group.images.length > 0);
  $('compare-note').textContent = groups.length === 0 ? 'There are no images of these labels to compare with.'
      : contents.neighbors ? 'The most similar images with each label'
      : 'Other images of the list with each label, the least suspicious ones (there is no neighbors.csv)';
  $('groups').replaceChildren(...groups.map(group => {
    const section = document.createElement('section');
    section.className = 'group';
    const title = document.createElement('h3');
    title.textContent = 'Labeled “' + group.label + '”';
    const row = document.createElement('div');
    group.images.forEach((number, i) => {
      const figure = document.createElement('figure');
      row.append(figure);
      place(figure, 'thumb/' + number, 'Image ' + (i + 1) + ' labeled ' + group.label, sharpen);
    });
    section.setAttribute('aria-label', title.textContent);
    section.append(title, row);
    return section;
  }));
}

function showDone(saved) {
  const flagged = filter === 'FLAGGED';
  const {images, wrong} = view.progress;
  const title = flagged ? 'All flagged images are decided' : 'All images are decided';
  $('done-title').textContent = title;
  $('done-text').textContent = plural(wrong, 'wrong label', 'wrong labels') + ' found in ' + plural(images, 'image', 'images')
      + '. The decisions are in ' + contents.file + '.';
  $('done-all').hidden = view.others === 0;
  $('done-estimate').hidden = view.others === 0;
  $('done-estimate').textContent = estimate(view.others) + '.';
  document.title = title + ' · Review labels';
  announce((saved ? saved + ' ' : '') + title + '.');
  $('done-title').focus();
}

// What the user does

function seconds() {
  return Math.min(86400, Math.max(0, (performance.now() - shownAt) / 1000));
}

function decide(decision, label) {
  return attempt(async () => {
    if (!view || !view.item) {
      return;
    }
    const item = view.item;
    const next = await ask('decide', {at: item.at, decision, label: label ?? null, seconds: seconds(), filter});
    await show(next, 'Saved: ' + describe(next.last) + '.');
  });
}

const actions = {
  keep: () => decide('KEEP'),
  suggest: () => view && view.item && view.item.suggested !== '' ? decide('RELABEL', view.item.suggested) : undefined,
  remove: () => decide('REMOVE'),
  skip: () => go('after', 'Skipped.'),
  back: () => go('before'),
  undo: () => attempt(async () => {
    if (!view || view.last === null) {
      return;
    }
    const undone = 'Undone: ' + describe(view.last) + '.';
    try {
      await show(await ask('undo', {rows: view.progress.rows, filter}), undone);
    } catch (e) {
      if (e.answered && view.item) {
        await show(await ask('at?at=' + view.item.at + '&filter=' + filter));
      }
      throw e;
    }
  }),
};

function go(where, saved) {
  return attempt(async () => {
    if (view && view.item) {
      await show(await ask(where + '?at=' + view.item.at + '&filter=' + filter), saved);
    }
  });
}

function finish() {
  return attempt(async () => {
    const {next, rows} = await ask('finish', {});
    $('review').hidden = $('done').hidden = true;
    document.querySelector('header').hidden = true;
    view = null;
    $('over-text').textContent = plural(rows, 'decision is', 'decisions are') + ' in ' + contents.file + '.';
    $('over-next').textContent = next;
    $('over').hidden = false;
    document.title = 'Finished · Review labels';
    $('over-title').focus();
  });
}

// The search for a label

function rank(name, typed) {
  const lower = name.toLowerCase();
  const at = lower.indexOf(typed);
  return at < 0 ? -1 : lower === typed ? 0 : at === 0 ? 1 : /[\s_.,/-]/.test(lower[at - 1]) ? 2 : 3;
}

function search() {
  const typed = $('search').value.trim().toLowerCase();
  matches = contents.classes.map(name => ({name, rank: rank(name, typed)})).filter(m => m.rank >= 0);
  matches.sort((a, b) => a.rank - b.rank);
  active = 0;
  showMatches();
  announce(plural(matches.length, 'label matches', 'labels match') + (matches.length ? ', first ' + matches[0].name : '') + '.');
}

function showMatches() {
  const shown = matches.slice(0, MOST_MATCHES).map((match, i) => {
    const li = document.createElement('li');
    li.id = 'match-' + i;
    li.setAttribute('role', 'option');
    li.setAttribute('aria-selected', String(i === active));
    li.textContent = match.name;
    li.onpointerdown = event => event.preventDefault();
    li.onclick = () => choose(match.name);
    return li;
  });
  if (matches.length === 0 || matches.length > MOST_MATCHES) {
    const li = document.createElement('li');
    li.className = 'none';
    li.setAttribute('role', 'presentation');
    li.textContent = matches.length === 0 ? 'No label matches' : 'and ' + (matches.length - MOST_MATCHES) + ' more; type on';
    shown.push(li);
  }
  $('matches').replaceChildren(...shown);
  $('matches').hidden = false;
  $('search').setAttribute('aria-expanded', 'true');
  if (matches.length > 0) {
    $('search').setAttribute('aria-activedescendant', 'match-' + active);
    $('match-' + active).scrollIntoView({block: 'nearest'});
  } else {
    $('search').removeAttribute('aria-activedescendant');
  }
}

function closeMatches(clear) {
  $('matches').hidden = true;
  $('search').setAttribute('aria-expanded', 'false');
  $('search').removeAttribute('aria-activedescendant');
  if (clear) {
    $('search').value = '';
  }
}

function choose(name) {
  if (!busy) {
    $('search').blur();
    decide('RELABEL', name);
  }
}

$('search').addEventListener('input', search);
$('search').addEventListener('focus', () => contents && search());
$('search').addEventListener('blur', () => closeMatches(false));
$('search').addEventListener('keydown', event => {
  const open = !$('matches').hidden;
  const last = Math.min(matches.length, MOST_MATCHES) - 1;
  if (event.key === 'Escape') {
    closeMatches(true);
    $('search').blur();
  } else if (event.key === 'Enter' && open && matches.length > 0 && !event.isComposing && !event.repeat) {
    choose(matches[active].name);
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (!open) {
      search();
    } else if (last >= 0) {
      active = event.key === 'ArrowDown' ? (active === last ? 0 : active + 1) : (active === 0 ? last : active - 1);
      showMatches();
    }
  } else {
    return;
  }
  event.preventDefault();
});

// Keys and buttons

const keys = {k: 'keep', s: 'suggest', x: 'remove', n: 'skip', b: 'back', u: 'undo', arrowright: 'skip', arrowleft: 'back'};

document.addEventListener('keydown', event => {
  const inField = event.target.closest && event.target.closest('input, textarea, select');
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing
      || inField || $('help').open || !$('keys').checked || !view) {
    return;
  }
  const key = event.key.toLowerCase();
  const digit = /^[0-9]$/.test(key) ? contents.digits[(Number(key) + 9) % 10] : undefined;
  if (key === '/' && view.item) {
    $('search').focus();
  } else if (key === '?') {
    openHelp();
  } else if (keys[key] && (view.item || key === 'u')) {
    actions[keys[key]]();
  } else if (digit !== undefined && view.item) {
    decide('RELABEL', digit);
  } else {
    return;
  }
  event.preventDefault();
});

function openHelp() {
  $('help').showModal();
}

for (const [id, act] of Object.entries(actions)) {
  $(id).addEventListener('click', act);
}
$('finish').addEventListener('click', finish);
$('done-finish').addEventListener('click', finish);
$('done-undo').addEventListener('click', actions.undo);
$('done-all').addEventListener('click', () => setFilter('ALL'));
$('help-button').addEventListener('click', openHelp);
$('help-close').addEventListener('click', () => $('help').close());

function setFilter(value) {
  if (!busy) {
    filter = value;
  }
  document.querySelector('#filter input[value=' + filter + ']').checked = true;
  return attempt(async () => show(await ask('start?filter=' + filter)));
}

for (const input of document.querySelectorAll('#filter input')) {
  input.addEventListener('change', () => setFilter(input.value));
}

// Time in another tab does not count. Another tab may have decided about this image.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    hiddenAt = performance.now();
    return;
  }
  const away = performance.now() - hiddenAt;
  const shownBefore = shownAt;
  if (view && view.item) {
    attempt(async () => {
      await show(await ask('at?at=' + view.item.at + '&filter=' + filter));
      shownAt = shownBefore + away;
    });
  }
});

attempt(async () => {
  contents = await ask('contents');
  $('name').textContent = contents.name;
  $('flagged-count').textContent = contents.flagged.toLocaleString('en');
  $('all-count').textContent = contents.images.toLocaleString('en');
  filter = contents.flagged > 0 ? 'FLAGGED' : 'ALL';
  for (const input of document.querySelectorAll('#filter input')) {
    input.checked = input.value === filter;
    input.disabled = input.value === 'FLAGGED' && contents.flagged === 0;
  }
  $('digits').replaceChildren(...contents.digits.map((label, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.label = label;
    button.setAttribute('aria-keyshortcuts', String((i + 1) % 10));
    const key = document.createElement('kbd');
    key.textContent = String((i + 1) % 10);
    button.append(key, ' ' + label);
    button.addEventListener('click', () => decide('RELABEL', label));
    return button;
  }));
  await show(await ask('start?filter=' + filter));
});

/**
 * The script of the public page: draws the map, and asks every few seconds what is new. Whatever it is told is put in
 * place as text or as numbers, never as HTML.
 */

export const MAP_SCRIPT = `
'use strict';
(() => {
  const REFRESH_MS = 5000;
  const SVG = 'http://www.w3.org/2000/svg';
  const EQUATOR_M = 40075016.7;
  const SPAN_M_MIN = 400;
  const MARGIN = 48;
  const map = document.getElementById('map');
  const { width: WIDTH, height: HEIGHT } = map.viewBox.baseVal;
  const radians = (degrees) => (degrees * Math.PI) / 180;

  // Web Mercator, the world from 0 to 1 both ways.
  const northY = (lat) => {
    const within = Math.max(-85, Math.min(85, lat));
    return 0.5 - Math.log(Math.tan(Math.PI / 4 + radians(within) / 2)) / (2 * Math.PI);
  };
  const latAt = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

  // 1, 2 or 5 times a power of ten, the largest not above.
  const round = (value) => {
    const power = Math.pow(10, Math.floor(Math.log10(value)));
    const digit = value / power;
    return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
  };

  const add = (name, attributes, text) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    map.append(element);
  };

  function draw(state) {
    map.replaceChildren();
    const { destination, position, trail } = state;
    const spots = trail.map(([lon, lat]) => ({ lon, lat }));
    if (position) spots.push(position);
    if (destination) spots.push(destination);
    map.toggleAttribute('hidden', spots.length === 0);
    if (spots.length === 0) return;
    // Longitudes the short way round from one of them, so that a way over 180 degrees is one.
    const home = spots[spots.length - 1];
    const worldX = (lon) => (home.lon + ((((lon - home.lon + 540) % 360) + 360) % 360) - 180 + 180) / 360;
    const perMetre = 1 / (EQUATOR_M * Math.cos(radians(Math.max(-85, Math.min(85, home.lat)))));
    const reach = destination ? destination.radius * perMetre : 0;
    const xs = spots.map(({ lon }) => worldX(lon));
    const ys = spots.map(({ lat }) => northY(lat));
    if (destination) {
      const x = worldX(destination.lon);
      const y = northY(destination.lat);
      xs.push(x - reach, x + reach);
      ys.push(y - reach, y + reach);
    }
    const [west, east] = [Math.min(...xs), Math.max(...xs)];
    const [north, south] = [Math.min(...ys), Math.max(...ys)];
    const least = SPAN_M_MIN * perMetre;
    const scale = Math.min(
      (WIDTH - 2 * MARGIN) / Math.max(east - west, least),
      (HEIGHT - 2 * MARGIN) / Math.max(south - north, least),
    );
    const left = (west + east) / 2 - WIDTH / 2 / scale;
    const top = (north + south) / 2 - HEIGHT / 2 / scale;
    const at = (lon, lat) => [(worldX(lon) - left) * scale, (northY(lat) - top) * scale];

    drawGrid(left, top, scale);
    if (destination) {
      const [x, y] = at(destination.lon, destination.lat);
      add('circle', { class: 'zone', cx: x, cy: y, r: Math.max(8, reach * scale) });
      add('circle', { class: 'goal', cx: x, cy: y, r: 8 });
    }
    if (trail.length > 1) {
      const points = trail.map(([lon, lat]) => at(lon, lat).map((value) => value.toFixed(1)).join(','));
      add('polyline', { class: 'trail', points: points.join(' ') });
    }
    if (position) {
      const [x, y] = at(position.lon, position.lat);
      add('circle', { class: 'here', cx: x, cy: y, r: 12 });
    }
    drawScale(perMetre * scale);
  }

  function drawGrid(left, top, scale) {
    const step = round((WIDTH / scale) * 360 / 3);
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    const westDeg = left * 360 - 180;
    const eastDeg = westDeg + (WIDTH / scale) * 360;
    for (let i = Math.ceil(westDeg / step); i * step <= eastDeg; i++) {
      const x = ((i * step + 180) / 360 - left) * scale;
      const shown = ((((i * step + 180) % 360) + 360) % 360) - 180;
      add('line', { class: 'grid', x1: x, y1: 0, x2: x, y2: HEIGHT });
      add('text', { class: 'label', x: x + 5, y: 18 }, shown.toFixed(digits) + '\\u00b0');
    }
    const southDeg = latAt(top + HEIGHT / scale);
    const northDeg = latAt(top);
    for (let i = Math.ceil(southDeg / step); i * step <= northDeg; i++) {
      const y = (northY(i * step) - top) * scale;
      add('line', { class: 'grid', x1: 0, y1: y, x2: WIDTH, y2: y });
      add('text', { class: 'label', x: 5, y: y - 5 }, (i * step).toFixed(digits) + '\\u00b0');
    }
  }

  function drawScale(pixelsPerMetre) {
    const metres = round(WIDTH / 3 / pixelsPerMetre);
    const length = metres * pixelsPerMetre;
    const [x, y] = [WIDTH - 16 - length, HEIGHT - 16];
    add('path', { class: 'scale', d: 'M' + x + ' ' + (y - 6) + 'V' + y + 'h' + length + 'v-6' });
    const text = metres >= 1000 ? metres / 1000 + ' km' : metres + ' m';
    add('text', { class: 'scale-label', x: x + length / 2, y: y - 10, 'text-anchor': 'middle' }, text);
  }

  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

  function timeText(iso) {
    const time = new Date(iso);
    return (time.toDateString() === new Date().toDateString() ? clock : day).format(time);
  }

  function say(id, text) {
    const isThere = text !== null && text !== '';
    for (const element of document.querySelectorAll('[data-of="' + id + '"]')) {
      element.toggleAttribute('hidden', !isThere);
    }
    const place = document.getElementById(id);
    // Not said anew to whoever listens.
    if (isThere && place.textContent !== text) place.textContent = text;
  }

  function show(state) {
    document.title = state.title;
    for (const id of ['title', 'address', 'driver']) say(id, state[id]);
    for (const id of ['eta', 'arrivedAt', 'finishedAt']) say(id, state[id] === null ? null : timeText(state[id]));
    say('map-text', state.mapText);
    const seen = document.getElementById('seen');
    seen.toggleAttribute('hidden', state.position === null);
    if (state.position) seen.querySelector('time').textContent = timeText(state.position.at);
    draw(state);
  }

  async function refresh() {
    let isLost = true;
    try {
      const path = location.pathname.replace(/\\/+$/, '') + '/state.json';
      const response = await fetch(path, { cache: 'no-store', credentials: 'omit' });
      // It is over: the page itself says so.
      if (response.status === 404) return location.reload();
      if (response.ok) {
        show(await response.json());
        isLost = false;
      }
    } catch {
      // No connection: the next try comes by itself.
    }
    document.getElementById('trouble').toggleAttribute('hidden', !isLost);
    setTimeout(whenSeen, REFRESH_MS);
  }

  // Nobody looks: nobody asks.
  function whenSeen() {
    if (!document.hidden) refresh();
    else document.addEventListener('visibilitychange', whenSeen, { once: true });
  }

  show(JSON.parse(document.getElementById('state').textContent));
  setTimeout(whenSeen, REFRESH_MS);
})();
`;

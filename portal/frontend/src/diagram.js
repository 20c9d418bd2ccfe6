// Draws every <figure data-diagram> of a page, from that address or from the page's own JSON: one BPMN diagram with
// marks (token, count, heat, problem, difference), zoom by button, keyboard and Ctrl+wheel, and links both ways with
// the page's text twin. Figures with the same data-pair move together. Without this script the text twin remains.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

import { addMarks } from './marks.js';
import { READABLE, centre, enableMovement, home } from './movement.js';
import { translation } from './translation.js';
import './diagram.css';

const drawn = new Map(); // figure -> viewer

function read(id) {
  const script = id && document.getElementById(id);
  return script ? JSON.parse(script.textContent) : {};
}

function show(figure, elementId) {
  const viewer = drawn.get(figure);
  const element = viewer && viewer.get('elementRegistry').get(elementId);
  if (!element) return false;
  centre(viewer, element, Math.max(viewer.get('canvas').zoom(), READABLE));
  viewer.get('selection').select(element);
  return true;
}

function followLinks(figure, viewer, options) {
  viewer.on('element.click', ({ element }) => {
    const id = element.labelTarget ? element.labelTarget.id : element.id;
    const row = document.getElementById(`${options.rows || 'step'}-${id}`);
    for (const old of document.querySelectorAll('.twin-here')) old.classList.remove('twin-here');
    if (!row) return;
    row.classList.add('twin-here');
    row.scrollIntoView({ block: 'nearest' });
  });
}

async function fetched(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

async function draw(figure) {
  const options = read(figure.dataset.options);
  const canvas = figure.querySelector('.diagram-canvas');
  const viewer = new NavigatedViewer({
    container: canvas,
    zoomScroll: { enabled: false },
    bpmnRenderer: {
      defaultFillColor: 'var(--diagram-fill)',
      defaultStrokeColor: 'var(--diagram-stroke)',
      defaultLabelColor: 'var(--diagram-ink)',
    },
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(canvas).fontFamily } },
    additionalModules: [translation(options.words || {})],
  });
  try {
    await viewer.importXML(options.xml || (await fetched(figure.dataset.diagram)));
  } catch (error) {
    canvas.remove();
    viewer.destroy();
    figure.querySelector('.diagram-failed').hidden = false;
    return;
  }
  const picture = canvas.querySelector('.djs-container > svg');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', canvas.getAttribute('aria-label'));
  drawn.set(figure, viewer);
  addMarks(viewer, options.marks || []);
  enableMovement(figure, viewer);
  followLinks(figure, viewer, options);
  home(viewer, options.marks || []);
  figure.dataset.ready = '';
}

function follow(viewer, { x, y, scale }) {
  const canvas = viewer.get('canvas');
  const { outer } = canvas.viewbox();
  canvas.viewbox({ x, y, width: outer.width / scale, height: outer.height / scale });
}

function moveTogether() {
  const pairs = new Map();
  for (const [figure, viewer] of drawn) {
    if (figure.dataset.pair) pairs.set(figure.dataset.pair, [...(pairs.get(figure.dataset.pair) || []), viewer]);
  }
  for (const viewers of pairs.values()) {
    let leading = false;
    const lead = (viewer, viewbox) => {
      if (leading) return;
      leading = true;
      for (const other of viewers) if (other !== viewer) follow(other, viewbox);
      leading = false;
    };
    for (const viewer of viewers) viewer.on('canvas.viewbox.changed', ({ viewbox }) => lead(viewer, viewbox));
    const last = viewers[viewers.length - 1]; // the newer version stands last
    lead(last, last.get('canvas').viewbox());
  }
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-show]');
  if (!link) return;
  const found = [...drawn.keys()].filter((figure) => show(figure, link.dataset.show));
  if (!found.length) return;
  event.preventDefault();
  found[0].scrollIntoView({ block: 'nearest' });
});

// One after the other, so that pairs stand in the order of the page.
(async () => {
  for (const figure of document.querySelectorAll('figure[data-diagram]')) await draw(figure);
  moveTogether();
})();

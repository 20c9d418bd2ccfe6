// How one moves about a diagram: buttons, + - 0 and arrows when the picture has the focus, Ctrl+wheel, a finger.
// A plain wheel scrolls the page: a diagram that swallows it is a trap.

const STEP = 1.3;
export const READABLE = 0.8;
const LEGIBLE = 0.55;
const MARGIN = 20;

// Puts an element (or the middle of a flow) into the middle of the picture.
export function centre(viewer, element, scale) {
  const canvas = viewer.get('canvas');
  canvas.setRootElement(canvas.findRoot(element)); // a collapsed part has a plane of its own
  const { outer } = canvas.viewbox();
  const at = element.waypoints ? element.waypoints[Math.floor(element.waypoints.length / 2)] : element;
  const [x, y] = [at.x + (at.width || 0) / 2, at.y + (at.height || 0) / 2];
  const shown = { width: outer.width / scale, height: outer.height / scale };
  canvas.viewbox({ x: x - shown.width / 2, y: y - shown.height / 2, ...shown });
}

const TELLING = ['now', 'late', 'error', 'added', 'removed', 'changed', 'warning', 'heat5'];

// Where the work begins: the start event, and that of the part it leads into, for most processes are drawn as a body
// in a frame whose own start may lie many lanes away.
function beginning(registry) {
  const starts = registry.filter((element) => element.type === 'bpmn:StartEvent' && !element.labelTarget);
  const outside = starts.filter((each) => each.parent && each.parent.type !== 'bpmn:SubProcess');
  const plain = ({ businessObject }) => !(businessObject.eventDefinitions || []).length;
  const first = outside.find(plain) || outside[0] || starts[0];
  const into = first && first.outgoing.map((flow) => flow.target);
  const inside = first && starts.find((each) => into.includes(each.parent) && plain(each));
  return [first, inside].filter(Boolean);
}

// The first view: what the marks point at, or the beginning of the process; whole where that is legible.
export function home(viewer, marks) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const { inner, outer } = canvas.viewbox();
  const fitted = Math.min(outer.width / (inner.width + 2 * MARGIN), outer.height / (inner.height + 2 * MARGIN));
  const first = marks.find((mark) => TELLING.includes(mark.tone) && registry.get(mark.id));
  if (first && fitted < READABLE) {
    centre(viewer, registry.get(first.id), READABLE);
    return;
  }
  const scale = Math.min(1, Math.max(fitted, LEGIBLE));
  const shown = { width: outer.width / scale, height: outer.height / scale };
  const along = (size, from, length, wanted) => {
    if (size >= length + 2 * MARGIN) return from - (size - length) / 2;
    return Math.max(from - MARGIN, Math.min(wanted - size / 2, from + length + MARGIN - size));
  };
  const places = beginning(registry);
  const [top, bottom] = [Math.min(...places.map(({ y }) => y)), Math.max(...places.map(({ y }) => y))];
  const work = places.length && (bottom - top + 4 * MARGIN <= shown.height ? (top + bottom) / 2 : places.at(-1).y);
  canvas.viewbox({
    x: shown.width >= inner.width + 2 * MARGIN ? along(shown.width, inner.x, inner.width) : inner.x - MARGIN,
    y: along(shown.height, inner.y, inner.height, places.length ? work : inner.y),
    ...shown,
  });
}

function zoomBy(viewer, factor) {
  const canvas = viewer.get('canvas');
  canvas.zoom(Math.min(4, Math.max(0.15, canvas.zoom() * factor)), 'auto');
}

const ACTIONS = {
  in: (viewer) => zoomBy(viewer, STEP),
  out: (viewer) => zoomBy(viewer, 1 / STEP),
  fit: (viewer) => viewer.get('canvas').zoom('fit-viewport', 'auto'),
  left: (viewer) => viewer.get('canvas').scroll({ dx: 120, dy: 0 }),
  right: (viewer) => viewer.get('canvas').scroll({ dx: -120, dy: 0 }),
};
const KEYS = { '+': 'in', '=': 'in', '-': 'out', 0: 'fit' };

function dragByFinger(canvasNode, viewer) {
  let last = null;
  canvasNode.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch') last = { x: event.clientX, y: event.clientY };
  });
  canvasNode.addEventListener('pointermove', (event) => {
    if (!last || event.pointerType !== 'touch') return;
    viewer.get('canvas').scroll({ dx: event.clientX - last.x, dy: event.clientY - last.y });
    last = { x: event.clientX, y: event.clientY };
  });
  for (const over of ['pointerup', 'pointercancel']) canvasNode.addEventListener(over, () => { last = null; });
}

function whole(figure, viewer, button) {
  const large = figure.classList.toggle('diagram-large');
  button.setAttribute('aria-pressed', String(large));
  viewer.get('canvas').resized();
  viewer.get('canvas').zoom('fit-viewport', 'auto');
}

export function enableMovement(figure, viewer) {
  const canvasNode = figure.querySelector('.diagram-canvas');
  const tools = figure.querySelector('.diagram-tools');
  if (tools) tools.hidden = false;
  for (const button of figure.querySelectorAll('[data-move]')) {
    button.addEventListener('click', () => {
      if (button.dataset.move === 'large') whole(figure, viewer, button);
      else ACTIONS[button.dataset.move](viewer);
    });
  }
  canvasNode.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    ACTIONS[KEYS[event.key]](viewer);
    event.preventDefault();
    event.stopPropagation();
  });
  figure.addEventListener('keydown', (event) => {
    const large = figure.querySelector('[data-move=large]');
    if (event.key === 'Escape' && large && figure.classList.contains('diagram-large')) whole(figure, viewer, large);
  });
  canvasNode.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(viewer, event.deltaY < 0 ? 1.1 : 1 / 1.1);
  }, { passive: false });
  dragByFinger(canvasNode, viewer);
}

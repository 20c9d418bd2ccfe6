// Marks on elements: a tone (CSS marker) and an optional badge. All text goes in as text, never as markup.

const STEP = 28;

function badge(mark) {
  const node = document.createElement(mark.href ? 'a' : 'span');
  node.className = `diagram-badge diagram-badge-${mark.tone}`;
  node.textContent = mark.badge;
  if (mark.title) node.title = mark.title;
  if (mark.href) node.href = mark.href;
  return node;
}

export function addMarks(viewer, marks) {
  const registry = viewer.get('elementRegistry');
  const placed = new Map(); // element id -> badges so far: several badges stand in a row
  for (const mark of marks) {
    const element = registry.get(mark.id);
    if (!element) continue;
    viewer.get('canvas').addMarker(mark.id, `mark-${mark.tone}`);
    if (!mark.badge || element.waypoints) continue;
    const count = placed.get(mark.id) || 0;
    placed.set(mark.id, count + 1);
    viewer.get('overlays').add(mark.id, {
      position: mark.under ? { bottom: -4 - STEP * count, left: 0 } : { top: -22 - STEP * count, left: 6 },
      show: { minZoom: 0.35 },
      scale: { min: 1, max: 1.2 }, // a target of 24 px however small the diagram is drawn
      html: badge(mark),
    });
  }
}

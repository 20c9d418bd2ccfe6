// Puts an automatic layout into lanes. bpmn-auto-layout sets steps on a grid and leaves pools and lanes out; here each
// lane becomes a band, a step keeps its column and the order of its rows, and flows are routed at right angles.
import { BpmnModdle } from 'bpmn-moddle';

const CELL = { width: 150, height: 140 };
const HEADER = 30;
const STUB = 25;

function shapes(plane, type) {
  return plane.planeElement.filter((di) => di.$type === type && di.bpmnElement);
}

function middle(bounds) {
  return { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
}

function lanesOf(process) {
  const lanes = (process.laneSets || []).flatMap((set) => set.lanes || []);
  return lanes.filter((lane) => (lane.flowNodeRef || []).length);
}

// Lane by step; a step that no lane claims goes to the first one.
function byLane(lanes, process) {
  const found = new Map();
  for (const lane of lanes) for (const node of lane.flowNodeRef) found.set(node.id, lane);
  for (const node of process.flowElements || []) {
    if (node.$type === 'bpmn:BoundaryEvent' && node.attachedToRef) found.set(node.id, found.get(node.attachedToRef.id));
    else if (!found.has(node.id)) found.set(node.id, lanes[0]);
  }
  return found;
}

// Rows of the grid that each lane uses, closed up, and from them the top of every lane.
function bands(lanes, placed) {
  let top = 0;
  return new Map(lanes.map((lane) => {
    const rows = [...new Set(placed.filter((p) => p.lane === lane).map((p) => p.row))].sort((a, b) => a - b);
    const height = Math.max(1, rows.length) * CELL.height;
    const band = { top, height, rows };
    top += height;
    return [lane, band];
  }));
}

function route(from, to) {
  const [a, b] = [middle(from), middle(to)];
  const [right, left] = [from.x + from.width, to.x];
  if (Math.abs(a.y - b.y) < 2 && left >= right) return [{ x: right, y: a.y }, { x: left, y: b.y }];
  if (left >= right + STUB) {
    const turn = left - STUB;
    return [{ x: right, y: a.y }, { x: turn, y: a.y }, { x: turn, y: b.y }, { x: left, y: b.y }];
  }
  const below = Math.max(from.y + from.height, to.y + to.height) + STUB;
  return [{ x: a.x, y: from.y + from.height }, { x: a.x, y: below }, { x: b.x, y: below }, { x: b.x, y: to.y + to.height }];
}

export async function intoLanes(xml) {
  const moddle = new BpmnModdle();
  const { rootElement } = await moddle.fromXML(xml);
  const process = rootElement.rootElements.find((root) => root.$type === 'bpmn:Process' && lanesOf(root).length);
  const plane = rootElement.diagrams && rootElement.diagrams[0] && rootElement.diagrams[0].plane;
  if (!process || !plane) return xml;
  const lanes = lanesOf(process);
  const laneOf = byLane(lanes, process);
  const own = new Set((process.flowElements || []).map((element) => element.id));
  const boxes = new Map(shapes(plane, 'bpmndi:BPMNShape').map((di) => [di.bpmnElement.id, di.bounds]));
  const hostOf = (node) => (node.$type === 'bpmn:BoundaryEvent' && node.attachedToRef ? node.attachedToRef : node);
  const placed = (process.flowElements || [])
    .filter((node) => boxes.has(node.id))
    .map((node) => {
      const host = hostOf(node);
      return { node, host, lane: laneOf.get(host.id), row: Math.floor(boxes.get(host.id).y / CELL.height) };
    });
  const band = bands(lanes, placed);
  const shift = new Map();
  for (const { node, lane, row } of placed) {
    const { top, rows } = band.get(lane);
    shift.set(node.id, { x: 2 * HEADER, y: top + (rows.indexOf(row) - row) * CELL.height });
  }
  const moved = (element) => {
    for (let at = element; at; at = at.$parent) if (shift.has(at.id)) return shift.get(at.id);
    return { x: 2 * HEADER, y: 0 };
  };
  for (const di of shapes(plane, 'bpmndi:BPMNShape')) {
    const by = moved(di.bpmnElement);
    di.bounds.x += by.x;
    di.bounds.y += by.y;
  }
  for (const di of shapes(plane, 'bpmndi:BPMNEdge')) {
    const { sourceRef, targetRef } = di.bpmnElement;
    const by = moved(di.bpmnElement);
    const points = own.has(di.bpmnElement.id) && sourceRef && targetRef && boxes.has(sourceRef.id) && boxes.has(targetRef.id)
      ? route(boxes.get(sourceRef.id), boxes.get(targetRef.id))
      : di.waypoint.map((point) => ({ x: point.x + by.x, y: point.y + by.y }));
    di.waypoint = points.map((point) => moddle.create('dc:Point', point));
    if (own.has(di.bpmnElement.id)) di.label = undefined;
  }
  frame(moddle, rootElement, plane, process, lanes, band, placed.map(({ node }) => boxes.get(node.id)));
  return (await moddle.toXML(rootElement, { format: true })).xml;
}

function frame(moddle, definitions, plane, process, lanes, band, boxes) {
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + 40;
  const total = [...band.values()].reduce((sum, { height }) => sum + height, 0);
  const shape = (element, bounds) =>
    moddle.create('bpmndi:BPMNShape', {
      id: `${element.id}_di`,
      bpmnElement: element,
      isHorizontal: true,
      bounds: moddle.create('dc:Bounds', bounds),
    });
  const frames = lanes.map((lane) => {
    const { top, height } = band.get(lane);
    return shape(lane, { x: HEADER, y: top, width: right - HEADER, height });
  });
  const collaboration = definitions.rootElements.find((root) => root.$type === 'bpmn:Collaboration');
  const pool = collaboration && (collaboration.participants || []).find((each) => each.processRef === process);
  if (pool) {
    frames.unshift(shape(pool, { x: 0, y: 0, width: right, height: total }));
    plane.bpmnElement = collaboration;
  }
  plane.planeElement = [...frames, ...plane.planeElement];
}

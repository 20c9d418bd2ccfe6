// BPMN text to a moddle tree and back. Many tools leave out <incoming> and <outgoing>, which are redundant but which
// the bpmn.io tools rely on: they are filled in from the sequence flows.
import { BpmnModdle } from 'bpmn-moddle';

function* within(container) {
  for (const element of container.flowElements || []) {
    yield element;
    if (element.flowElements) yield* within(element);
  }
}

function complete(process) {
  for (const flow of [...within(process)].filter((element) => element.$type === 'bpmn:SequenceFlow')) {
    for (const [node, side] of [[flow.sourceRef, 'outgoing'], [flow.targetRef, 'incoming']]) {
      if (node && !node.get(side).includes(flow)) node.get(side).push(flow);
    }
  }
}

export async function read(xml) {
  const { rootElement } = await new BpmnModdle().fromXML(xml);
  for (const root of rootElement.rootElements || []) if (root.$type === 'bpmn:Process') complete(root);
  return rootElement;
}

export async function write(definitions) {
  return (await new BpmnModdle().toXML(definitions, { format: false })).xml;
}

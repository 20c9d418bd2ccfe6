"""What each BPMN node does: task specs of our own over SpiffWorkflow's BpmnTaskSpec."""

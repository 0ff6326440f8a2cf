import { bus, defineResources, network, topic } from '@emporium/resources';

/** What all contexts stand on: the bus that carries their events, the topic that alarms go to, the network of their caches. */
export const resources = defineResources('platform', {
  EventBus: bus(),
  AlarmTopic: topic(),
  Network: network(),
});

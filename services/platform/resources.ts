import { bus, defineResources, topic } from '@emporium/resources';

/** What all contexts stand on: the bus that carries their events, and the topic that alarms go to. */
export const resources = defineResources('platform', {
  EventBus: bus(),
  AlarmTopic: topic(),
});

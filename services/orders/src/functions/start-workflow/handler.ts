import { OrderPlaced } from '@emporium/contracts';
import { eventHandler } from '@emporium/functions';
import { type OrderWorkflow, orderWorkflow } from '../../workflow.ts';

export const createHandler = ({
  workflow = orderWorkflow(),
}: {
  workflow?: Pick<OrderWorkflow, 'start'>;
} = {}) => eventHandler({ events: [OrderPlaced] }, ({ data }) => workflow.start(data));

export const handler = createHandler();

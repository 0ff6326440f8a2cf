import { httpHandler } from '@emporium/functions';
import { problems } from '../../errors.ts';
import { DispatchBody, ShipmentPath } from '../../requests.ts';
import { shipmentView } from '../../responses.ts';
import { fulfillmentStore } from '../../store.ts';

export const createHandler = ({ shipments } = fulfillmentStore()) =>
  httpHandler(
    { path: ShipmentPath, body: DispatchBody, roles: ['admin'], problems },
    async ({ path: { shipmentId }, body: { trackingNumber }, correlationId }) => ({
      body: shipmentView(await shipments.dispatch(shipmentId, trackingNumber, { correlationId })),
    }),
  );

export const handler = createHandler();

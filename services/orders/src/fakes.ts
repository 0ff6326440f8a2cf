import type { Transition } from './domain/lifecycle.ts';
import type { Order } from './domain/order.ts';
import { IllegalOrderTransition, OrderNotFound } from './errors.ts';

/** A store of one order in memory, for tests of what changes orders. */
export const storeOf = (initial?: Order) => {
  let current = initial;
  return {
    order: () => current,
    changeOrder: async (orderId: string, transition: (order: Order) => Transition): Promise<Order> => {
      if (current?.orderId !== orderId) throw new OrderNotFound(orderId);
      const { outcome, order } = transition(current);
      if (outcome === 'illegal') throw new IllegalOrderTransition(orderId, order.status);
      current = order;
      return order;
    },
  };
};

/** The one place that says which gateway takes the shop's money. */
export { sandboxGateway as paymentGateway } from './sandbox.ts';

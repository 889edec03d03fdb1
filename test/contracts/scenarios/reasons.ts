/** Why scenarios do not apply, by what a provider can do. */
import type { Capabilities } from '../../../payment/capability.ts';
import type { ContractProvider, Reason } from '../../support/contract-provider.ts';

type Without = (provider: ContractProvider, capabilities: Capabilities) => Reason | null;

export const noAuthorization: Without = ({ authorise }) => (typeof authorise === 'string' ? authorise : null);
export const noRedirect: Without = ({ redirect }) => (typeof redirect === 'string' ? redirect : null);
export const noPending: Without = ({ pending }) => (typeof pending === 'string' ? pending : null);
export const noVoid: Without = (_provider, { voidable }) => (voidable ? null : 'no void');
export const noRefund: Without = (_provider, { maxRefunds }) => (maxRefunds === 0 ? 'no refunds' : null);
export const noAnchor: Without = (_provider, { refundAnchor }) =>
  refundAnchor === 'capture' ? null : 'refunds name the payment';
export const noQuery: Without = (_provider, { query }) =>
  query === 'none' ? 'the books cannot be read' : null;
export const oneCapture: Without = (_provider, { maxCaptures }) =>
  maxCaptures === 1 ? 'one capture only' : null;
export const manyCaptures: Without = (_provider, { maxCaptures }) =>
  maxCaptures === 1 ? null : 'captures are not limited to one';
export const notImplicit: Without = (_provider, { remainder }) =>
  remainder === 'implicit' ? null : 'a capture frees nothing by itself';
export const noSeparateCancel: Without = (_provider, { remainder }) =>
  remainder === 'separate-cancel' ? null : 'the rest is not cancelled separately';
export const noFailureCount: Without = (_provider, { failures }) =>
  failures === null ? 'failures are not counted' : null;
export const noTerminal: Without = (_provider, { allocates }) =>
  allocates?.from === 'terminal' ? null : 'no terminal';
export const noSequence: Without = (_provider, { sequence }) =>
  sequence === null ? 'operations are not numbered' : null;
export const noPlan =
  (plan: 'collect'): Without =>
  (_provider, { plans }) =>
    plans.includes(plan) ? null : `no plan ${plan}`;

/** The first that stands in the way. */
export const either =
  (...all: readonly Without[]): Without =>
  (provider, capabilities) => {
    for (const without of all) {
      const reason = without(provider, capabilities);
      if (reason !== null) return reason;
    }
    return null;
  };

/** Where the twin answers no amount in this way. */
export const noAmount =
  (name: keyof ContractProvider['amounts'], reason: Reason): Without =>
  ({ amounts }) =>
    amounts[name] === undefined ? reason : null;

/** Every scenario of the suite, in the order of the matrix. */
import type { Scenario } from '../../support/contract-scenario.ts';
import { amounts } from './amounts.ts';
import { answers } from './answers.ts';
import { currencies } from './currencies.ts';
import { declines } from './declines.ts';
import { holds } from './holds.ts';
import { lane } from './lane.ts';
import { late } from './late.ts';
import { lostAnswers } from './lost-answers.ts';
import { notices } from './notices.ts';
import { pending } from './pending.ts';
import { persons } from './persons.ts';
import { plans } from './plans.ts';
import { reads } from './reads.ts';
import { refunds } from './refunds.ts';
import { rests } from './rests.ts';
import { variants } from './variants.ts';

export const scenarios: readonly Scenario[] = [
  ...lostAnswers,
  ...answers,
  ...reads,
  ...late,
  ...notices,
  ...declines,
  ...pending,
  ...persons,
  ...lane,
  ...amounts,
  ...rests,
  ...refunds,
  ...holds,
  ...plans,
  ...currencies,
  ...variants,
];

import type { BetterAuthOptions, DBAdapter } from 'better-auth';
import type { RequestFlows } from './request-flow.ts';

type Create = (options: BetterAuthOptions) => DBAdapter;

/**
 * The library's adapter, but that a request with a `Deferral` in its flow never reaches the database: the deferral answers it. What belongs
 * to no request is read as ever.
 *
 * @param isShared names the models that belong to no request
 */
export function deferWrites(create: Create, flows: RequestFlows, isShared: (model: string) => boolean): Create {
  return (options) => {
    const adapter = create(options);
    const during = (model: string) => (isShared(model) ? adapter : (flows.current().deferral?.adapter ?? adapter));
    const deferring: DBAdapter = {
      ...adapter,
      transaction: (work) => (flows.current().deferral === null ? adapter.transaction(work) : work(deferring)),
      findOne: (query) => during(query.model).findOne(query),
      findMany: (query) => during(query.model).findMany(query),
      count: (query) => during(query.model).count(query),
      create: (creation) => during(creation.model).create(creation),
      update: (update) => during(update.model).update(update),
      updateMany: (update) => during(update.model).updateMany(update),
      delete: (deletion) => during(deletion.model).delete(deletion),
      deleteMany: (deletion) => during(deletion.model).deleteMany(deletion),
      consumeOne: (consumption) => during(consumption.model).consumeOne(consumption),
      incrementOne: (increment) => during(increment.model).incrementOne(increment),
    };
    return deferring;
  };
}

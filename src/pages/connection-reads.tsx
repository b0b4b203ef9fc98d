import type { VNode } from 'preact';
import { toActivityQuery } from './activity-filter.ts';
import { DataTable } from './components/data-table.tsx';
import { Time, Untrusted } from './components/data.tsx';
import type { ResumeRead } from '../db/resume-reads.ts';
import type { Messages } from './messages.ts';

/** Today and so many days before it (UTC), like the calls of a connection. */
export const DAYS_BEFORE = 6;
/** Beyond, the activity has the rest. */
export const SHOWN_READS = 20;

interface ConnectionReadsProps {
  readonly messages: Messages;
  readonly connectionId: string;
  /** Of the last days, at most {@link SHOWN_READS}. */
  readonly reads: readonly ResumeRead[];
}

/** What a connection has read of late, and the way to everything that it did. */
export function ConnectionReads({ messages, connectionId, reads }: ConnectionReadsProps): VNode {
  return (
    <section class="entries" aria-labelledby="reads">
      <h2 id="reads">{messages.text('connection.reads')}</h2>
      {reads.length === 0 ? (
        <p class="soft">{messages.text('connection.readsEmpty')}</p>
      ) : (
        <DataTable
          caption={messages.text('connection.reads')}
          columns={[
            { id: 'resume', label: messages.text('activity.resume') },
            { id: 'times', label: messages.text('connection.readsTimes') },
            { id: 'last', label: messages.text('connection.readsLast') },
          ]}
          rows={reads.map((read) => ({
            id: `read-${read.id}`,
            cells: {
              resume: <Untrusted>{read.resumeName}</Untrusted>,
              times: messages.count(read.reads),
              last: <Time messages={messages} at={read.lastAt} />,
            },
          }))}
        />
      )}
      <p>
        <a href={`/activity${toActivityQuery({ connectionId })}`}>{messages.text('connection.activity')}</a>
      </p>
    </section>
  );
}

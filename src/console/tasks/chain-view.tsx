/** Byte, field, fix, transition, webhook: how one line of history came about and who was told, each step a link. */
import type { ComponentChildren } from 'preact';
import { useLoad } from '../api.ts';
import { may } from '../live.ts';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/time.tsx';
import type { Delivery, Frames, HistoryEvent } from '../wire.ts';
import {
  bytesWords,
  causeWords,
  eventHash,
  framesHash,
  framesPath,
  hexWords,
  type Proof,
  proofOf,
  replayHash,
  type Told,
  toldOf,
  webhookHash,
} from './chain.ts';
import { Sentence } from './sentence.tsx';

/** Bytes that are shown of a frame. */
const BYTES_SHOWN = 16;

interface ChainProps {
  readonly event: HistoryEvent | null;
  readonly deliveries: readonly Delivery[];
}

export function Chain({ event, deliveries }: ChainProps) {
  const isProven = event !== null && event.witness !== null && event.trackerId !== null;
  const isReadable = isProven && may('trackers:read');
  const frames = useLoad<Frames>(isReadable ? framesPath(event.trackerId!, event.witness!.time) : null);
  if (event === null) return null;
  const told = toldOf(deliveries, event.id);
  const proof = event.witness === null || frames.data === null ? null : proofOf(frames.data.frames, event.witness.time);
  return (
    <section aria-labelledby="task-chain">
      <h2 id="task-chain">From the bytes to the webhook</h2>
      <ol class="chain">
        {isProven ? (
          <ProofSteps event={event} proof={proof} isLoading={frames.isLoading} />
        ) : (
          <Step name="Not by a fix">By {causeWords(event)}.</Step>
        )}
        <Step name="Transition" href={eventHash(event.taskId, event.id)}>
          <Sentence words={event.words} />
          {event.toStatus !== null && <Status of={event.toStatus} />}
        </Step>
        <Webhooks told={told} />
      </ol>
    </section>
  );
}

interface ProofProps {
  readonly event: HistoryEvent;
  readonly proof: Proof | null;
  readonly isLoading: boolean;
}

function ProofSteps({ event: { witness, trackerId }, proof, isLoading }: ProofProps) {
  if (witness === null || trackerId === null) return null;
  const frames = framesHash(trackerId, witness.time);
  return (
    <>
      <Step name="Bytes" href={frames}>
        {proof === null ? (
          <span class="dim">{isLoading ? 'loading' : 'the raw frame is no longer kept, or may not be read'}</span>
        ) : (
          <>
            <span>
              {proof.bytes} bytes of {proof.frame.protocol}, received <When at={proof.frame.receivedAt} />
            </span>
            <code class="hex">{hexWords(proof.frame.hex, BYTES_SHOWN)}</code>
          </>
        )}
      </Step>
      <Step name="Fields" href={frames}>
        {proof === null || proof.fields.length === 0 ? (
          <span class="dim">see the frame</span>
        ) : (
          proof.fields.map((field) => (
            <span key={`${field.path} ${field.name}`}>
              {field.name}: <Sentence words={field.value} /> <small class="dim">{bytesWords(field)}</small>
            </span>
          ))
        )}
      </Step>
      <Step name="Fix" href={replayHash(trackerId, witness.time)}>
        <When at={witness.time} />
        <span>
          {witness.lat.toFixed(6)}, {witness.lon.toFixed(6)}
        </span>
      </Step>
    </>
  );
}

function Webhooks({ told }: { readonly told: readonly Told[] }) {
  if (told.length === 0) {
    return (
      <Step name="Webhook" href="#/webhooks">
        <span class="dim">none was told</span>
      </Step>
    );
  }
  return (
    <>
      {told.map(({ webhook, webhookName, type, last, tries }) => (
        <Step key={`${webhook} ${last.messageId}`} name="Webhook" href={webhookHash(webhook)}>
          <span>
            {webhookName}: {type}
          </span>
          <Outcome of={last} tries={tries} />
        </Step>
      ))}
    </>
  );
}

export function Outcome({ of, tries }: { readonly of: Delivery; readonly tries: number }) {
  const again = tries === 1 ? '' : `, try ${tries}`;
  if (of.error === null)
    return <span class="taken">{`✓ taken${of.status === null ? '' : ` (${of.status})`}${again}`}</span>;
  return <span class="refused">{`✗ ${of.error}${again}`}</span>;
}

interface StepProps {
  readonly name: string;
  readonly href?: string;
  readonly children: ComponentChildren;
}

function Step({ name, href, children }: StepProps) {
  return (
    <li class="step">
      {href === undefined ? <b>{name}</b> : <a href={href}>{name}</a>}
      {children}
    </li>
  );
}

/** The form of a task: what it asks, and what was filled in. */
import { When } from '../parts/time.tsx';
import type { TaskForm } from '../wire.ts';

export function FormView({ form }: { readonly form: TaskForm }) {
  const { label, description, isInZone, submittedAt, fields } = form;
  return (
    <section aria-labelledby="task-form">
      <h2 id="task-form">Form: {label}</h2>
      <p class="dim">
        {submittedAt === null ? 'Not submitted yet.' : 'Submitted '}
        {submittedAt !== null && <When at={submittedAt} />}
        {isInZone && ' It can only be submitted from inside the zone.'}
      </p>
      {description !== '' && <p>{description}</p>}
      <dl class="facts form">
        {fields.map(({ id, label: name, type, isRequired, value }) => (
          <div key={id}>
            <dt>
              {name} <small class="dim">{isRequired ? `${type}, required` : type}</small>
            </dt>
            <dd>{value ?? <span class="dim">{isRequired ? 'missing' : 'nothing'}</span>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

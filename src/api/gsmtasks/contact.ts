/** Whoever is to be met, as GSMtasks writes it. */
import type { Contact } from '../../model/details.ts';
import { type FieldReader, list, nested, text } from '../rest/fields.ts';

const PHONES_MAX = 50;
const EMAILS_MAX = 50;

/** `phone` and `email`: as the first version had them, one of each. */
const FIELDS = nested({
  name: text(200),
  company: text(200),
  phones: list(text(100), PHONES_MAX),
  emails: list(text(100), EMAILS_MAX),
  notes: text(10_000),
  phone: text(100),
  email: text(100),
});

export type SentContact = Partial<Contact>;

export const contactReader: FieldReader<SentContact> = {
  schema: FIELDS.schema,
  read(value) {
    const reading = FIELDS.read(value);
    if ('faults' in reading) return reading;
    const { phone, email, ...sent } = reading.value;
    return { value: { ...(phone && { phones: [phone] }), ...(email && { emails: [email] }), ...sent } };
  },
};

export const NO_CONTACT: Contact = { name: '', company: '', phones: [], emails: [], notes: '' };

/** Always all of its keys. */
export function contactWire({ name, company, phones, emails, notes }: Contact): Record<string, unknown> {
  return { name, company, phones, emails, notes };
}

/** What people call whoever it is; empty = it does not say. */
export function nameOfContact(contact: Contact | null | undefined): string {
  return contact?.name || contact?.company || '';
}

/** Users and their roles in GSMtasks' words. */
import type { Vehicle } from '../../model/records.ts';
import type { User } from '../../operations/users.ts';
import { type Links, linkOrNull } from './links.ts';

const NAME_CHARACTERS_MAX = 30;
const PHONE_CHARACTERS_MAX = 128;

/** `host`: of the gateway; addresses that nobody has said are made up with it. */
export function userWire(user: User, links: Links, host: string): object {
  return {
    id: user.uuid,
    url: links('users', user.uuid),
    first_name: cut(user.firstName, NAME_CHARACTERS_MAX),
    last_name: cut(user.lastName, NAME_CHARACTERS_MAX),
    display_name: nameOf(user),
    email: user.email ?? madeUpEmail(user, host),
    phone: cut(user.phone, PHONE_CHARACTERS_MAX),
    signature_image: null,
    password_expires_at: null,
  };
}

export function nameOf({ firstName, lastName }: Pick<User, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`.trim();
}

function madeUpEmail({ tracker, uuid }: User, host: string): string {
  return `${tracker === null ? `key-${uuid.slice(0, 8)}` : `tracker-${tracker.id}`}@${host}`;
}

function cut(text: string, most: number): string {
  return [...text].slice(0, most).join('');
}

/** `locationUuid`: of the last position; null = there is none. */
export function roleWire(user: User, accountUuid: string, links: Links, locationUuid: string | null): object {
  const { tracker, vehicle } = user;
  const id = roleUuid(user.uuid);
  const isActive = isActiveUser(user);
  return {
    id,
    url: links('account_roles', id),
    account: links('accounts', accountUuid),
    user: links('users', user.uuid),
    display_name: nameOf(user),
    phone: cut(user.phone, PHONE_CHARACTERS_MAX),
    state: isActive ? 'active' : 'inactive',
    is_active: isActive,
    is_on_duty: user.isOnDuty,
    is_worker: tracker !== null,
    is_manager: tracker === null,
    is_admin: false,
    is_integration: tracker === null,
    vehicle_registration_number: vehicle === null ? '' : String(vehicle.extra['reg_number'] ?? ''),
    vehicle_profile: vehicle === null ? TRAVEL_PROFILES[user.vehicleType] : vehicleProfile(vehicle),
    vehicle_capacity: null,
    require_sequential_completion: false,
    last_time_location: linkOrNull(links, 'time_locations', locationUuid),
  };
}

export function isActiveUser({ tracker }: Pick<User, 'tracker'>): boolean {
  return tracker === null || !tracker.isBlocked;
}

const TRAVEL_PROFILES: Readonly<Record<User['vehicleType'], string>> = { car: 'car', transit: 'bus' };
/** Navixy's types of vehicles; a special one is a car to whoever plans its way. */
const VEHICLE_PROFILES: Readonly<Record<string, string>> = { truck: 'truck', bus: 'bus' };

function vehicleProfile({ extra }: Vehicle): string {
  return VEHICLE_PROFILES[String(extra['type'])] ?? 'car';
}

/** What a role's UUID differs from its user's in: the one follows from the other, both ways. */
const ROLE_MASK = 0xacc0_0401_e000n;
const TAIL_DIGITS = 12;

/** Of a user's UUID that of their role, and of a role's that of its user. */
export function roleUuid(uuid: string): string {
  const tail = BigInt(`0x${uuid.slice(-TAIL_DIGITS)}`) ^ ROLE_MASK;
  return uuid.slice(0, -TAIL_DIGITS) + tail.toString(16).padStart(TAIL_DIGITS, '0');
}

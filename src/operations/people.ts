/** Wishes about people and where they belong. Who has a tracker has the tasks that are given to it. */
import type { Intake } from '../intake/intake.ts';
import type { Department, Employee } from '../model/records.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Store } from '../store/store.ts';
import { type Filed, fileNew, fileNext, knownIds, unknownRecord, unknownReference } from './filing.ts';

export interface PeopleOperations {
  createEmployee(content: Omit<Employee, 'id'>): Filed | Refusal;
  /** Without what it refers to that is gone; null = there is none. */
  readEmployee(employeeId: number): Employee | null;
  listEmployees(): readonly Employee[];
  editEmployee(employee: Employee): Filed | Refusal;
  deleteEmployee(employeeId: number): Filed | Refusal;
  /** Gives a tracker to a person, whoever had it; null = to nobody. */
  giveTracker(trackerId: number, employeeId: number | null): Filed | Refusal;
  createDepartment(content: Omit<Department, 'id'>): Filed | Refusal;
  listDepartments(): readonly Department[];
  editDepartment(department: Department): Filed | Refusal;
  deleteDepartment(departmentId: number): Filed | Refusal;
}

export function peopleOperations(deps: {
  readonly store: Pick<Store, 'records'>;
  readonly intake: Intake;
}): PeopleOperations {
  const { intake } = deps;
  const { records } = deps.store;

  /** What is gone since is not shown: nothing has to be taken from everybody when it goes. */
  function resolved(employees: readonly Employee[]): readonly Employee[] {
    const departments = knownIds(records, 'department');
    const known = knownIds(records, 'tag');
    return employees.map((employee) => {
      const { trackerId, departmentId, tags } = employee;
      return {
        ...employee,
        trackerId: trackerId !== null && intake.tracker(trackerId) !== null ? trackerId : null,
        departmentId: departmentId !== null && departments.has(departmentId) ? departmentId : null,
        tags: tags.filter((id) => known.has(id)),
      };
    });
  }

  function refused(employee: Omit<Employee, 'id'>, id: number | null): Refusal | null {
    const { trackerId, departmentId, tags } = employee;
    if (trackerId !== null) {
      if (intake.tracker(trackerId) === null) return unknownTracker(trackerId);
      const holder = holderOf(trackerId);
      if (holder !== undefined && holder.id !== id) {
        return refuse('already_bound', `tracker ${trackerId} is with employee ${holder.id}`, 'trackerId');
      }
    }
    if (departmentId !== null && records.read('department', departmentId) === null) {
      return unknownReference('departmentId', [departmentId]);
    }
    const unknown = tags.filter((tagId) => records.read('tag', tagId) === null);
    return unknown.length === 0 ? null : unknownReference('tags', unknown);
  }

  function holderOf(trackerId: number): Employee | undefined {
    return records.list('employee').find((employee) => employee.trackerId === trackerId);
  }

  return {
    createEmployee: (content) => refused(content, null) ?? fileNew(records, 'employee', content),
    readEmployee(employeeId) {
      const employee = records.read('employee', employeeId);
      return employee && resolved([employee])[0]!;
    },
    listEmployees: () => resolved(records.list('employee')),
    editEmployee(employee) {
      if (records.read('employee', employee.id) === null) return unknownRecord('employee', employee.id);
      return refused(employee, employee.id) ?? fileNext(records, 'employee', employee);
    },
    deleteEmployee: (id) => (records.delete('employee', id) ? { kind: 'filed', id } : unknownRecord('employee', id)),
    giveTracker(trackerId, employeeId) {
      if (intake.tracker(trackerId) === null) return unknownTracker(trackerId);
      const taker = employeeId === null ? null : records.read('employee', employeeId);
      if (employeeId !== null && taker === null) return unknownRecord('employee', employeeId);
      const holder = holderOf(trackerId);
      records.atOnce(() => {
        if (holder !== undefined && holder.id !== employeeId)
          records.update('employee', { ...holder, trackerId: null });
        if (taker !== null) records.update('employee', { ...taker, trackerId });
      });
      return { kind: 'filed', id: trackerId };
    },
    createDepartment: (content) => fileNew(records, 'department', content),
    listDepartments: () => records.list('department'),
    editDepartment: (department) => fileNext(records, 'department', department),
    deleteDepartment: (id) =>
      records.delete('department', id) ? { kind: 'filed', id } : unknownRecord('department', id),
  };
}

function unknownTracker(trackerId: number): Refusal {
  return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'trackerId');
}

/** As much of a browser as the page's script asks for: elements by id, SVG that is made, requests and timers. */
import { runInNewContext } from 'node:vm';
import { MAP_SCRIPT } from '../../../src/api/tracking/map-script.ts';
import { MAP_HEIGHT, MAP_WIDTH } from '../../../src/api/tracking/page.ts';
import type { PublicState } from '../../../src/api/tracking/state.ts';

export class FakeElement {
  readonly name: string;
  readonly attributes = new Map<string, string>();
  textContent = '';
  children: FakeElement[] = [];
  readonly viewBox = { baseVal: { width: MAP_WIDTH, height: MAP_HEIGHT } };
  readonly #time: FakeElement | null;

  constructor(name: string, hasTime = false) {
    this.name = name;
    this.#time = hasTime ? new FakeElement('time') : null;
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  toggleAttribute(name: string, isThere: boolean): void {
    if (isThere) this.attributes.set(name, '');
    else this.attributes.delete(name);
  }

  append(child: FakeElement): void {
    this.children.push(child);
  }

  replaceChildren(): void {
    this.children = [];
  }

  querySelector(): FakeElement | null {
    return this.#time;
  }

  get isHidden(): boolean {
    return this.attributes.has('hidden');
  }

  /** Its children of a class. */
  of(className: string): FakeElement[] {
    return this.children.filter(({ attributes }) => attributes.get('class') === className);
  }
}

const NAMED = ['title', 'address', 'driver', 'eta', 'arrivedAt', 'finishedAt'];

export class FakePage {
  readonly elements = new Map<string, FakeElement>();
  readonly rows = new Map<string, FakeElement>();
  readonly requests: string[] = [];
  answer: { readonly status: number; readonly state?: PublicState } | 'no connection' = 'no connection';
  reloads = 0;
  isHidden = false;
  #timers: (() => void)[] = [];
  #onSeen: (() => void)[] = [];

  constructor(state: PublicState) {
    for (const id of [...NAMED, 'map', 'map-text', 'trouble', 'state']) this.elements.set(id, new FakeElement(id));
    this.elements.set('seen', new FakeElement('p', true));
    for (const id of NAMED) this.rows.set(id, new FakeElement('dd'));
    this.element('state').textContent = JSON.stringify(state);
    runInNewContext(MAP_SCRIPT, this.#world());
  }

  element(id: string): FakeElement {
    const element = this.elements.get(id);
    if (element === undefined) throw new Error(`the page has no ${id}`);
    return element;
  }

  /** What waits for its time has come to it. */
  async pass(): Promise<void> {
    for (const act of this.#timers.splice(0)) act();
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }

  async look(): Promise<void> {
    this.isHidden = false;
    for (const act of this.#onSeen.splice(0)) act();
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }

  #world(): object {
    const page = this;
    const document = {
      title: '',
      get hidden() {
        return page.isHidden;
      },
      getElementById: (id: string) => page.element(id),
      querySelectorAll: (selector: string) => [page.rows.get(/"(.*)"/.exec(selector)![1]!)].filter(Boolean),
      createElementNS: (_: string, name: string) => new FakeElement(name),
      addEventListener: (_: string, act: () => void) => page.#onSeen.push(act),
    };
    return {
      document,
      location: { pathname: '/t/code/', reload: () => page.reloads++ },
      setTimeout: (act: () => void) => page.#timers.push(act),
      fetch: async (url: string) => {
        page.requests.push(url);
        const { answer } = page;
        if (answer === 'no connection') throw new TypeError('no connection');
        return { status: answer.status, ok: answer.status === 200, json: async () => answer.state };
      },
    };
  }
}

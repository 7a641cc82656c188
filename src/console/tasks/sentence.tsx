/** What the gateway says in words, with its times by the clock of whoever reads. */
import { When } from '../parts/time.tsx';
import { sentencePieces } from './window-words.ts';

export function Sentence({ words }: { readonly words: string }) {
  return (
    <span>
      {sentencePieces(words).map(({ text, isTime }, place) => (isTime ? <When key={place} at={text} /> : text))}
    </span>
  );
}

/** The console in the browser: begins here. */
import { render } from 'preact';

const root = document.getElementById('root');
if (root !== null) render(<p>Milepost</p>, root);

import { createRoot } from 'react-dom/client';
import { Shell } from './shell.tsx';
import './style.css';

createRoot(document.getElementById('root')!).render(<Shell />);

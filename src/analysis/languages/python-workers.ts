import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonManager } from './python-dependencies.ts';
import { pythonFrameworks } from './python-frameworks.ts';
import { moduleOf } from './python-modules.ts';
import { importOf } from './python-recognise.ts';
import { commandOf } from './python-start.ts';

interface Project {
  tree: Tree;
  draft: Draft;
  code: readonly FileFacts[];
  manager: PythonManager;
}

/** Programs of Django that work off what its pages leave, by the package that brings them (django-huey, django-rq, django-q, django-dramatiq, Procrastinate). */
const djangoWorkers: readonly (readonly [module: RegExp, command: string])[] = [
  [/^huey\.contrib\.djhuey(?:\.|$)/, 'run_huey'],
  [/^django_rq(?:\.|$)/, 'rqworker default'],
  [/^django_q(?:\.|$)/, 'qcluster'],
  [/^django_dramatiq(?:\.|$)/, 'rundramatiq'],
  [/^procrastinate\.contrib\.django(?:\.|$)/, 'procrastinate worker'],
];

/** The processes of their own that work off what a project leaves to them. */
export function backgroundWorkers(project: Project): Draft[] {
  const workers = celeryWorkers(project);
  return workers.length > 0 ? workers : taskWorkers(project);
}

/** A Celery application is worked off by processes of its own. */
function celeryWorkers({ draft: main, code, manager }: Project): Draft[] {
  const app = code.flatMap((facts) => facts.makes.filter(({ made }) => made === 'Celery').map((made) => ({ facts, ...made })))[0];
  if (!app || main.value('start')?.includes('celery')) return [];
  const module = moduleOf(main.path, app.facts.path).replace(/\.celery$/, '');
  const evidence = seen(app.facts.path, app.line, 'an application of Celery');
  // What only says what is to be done is no program of its own.
  if (main.entry === app.facts.path && main.value('framework') === 'celery' && app.facts.listens.length === 0) {
    main.claim('start', `${manager.prefix}celery -A ${module} worker`, 0.89, evidence).claim('kind', 'worker', 0.9, evidence);
    return [];
  }
  const process = (name: string, role: string) => main.sibling(name).claim('kind', 'worker', 0.88, evidence).claim('start', `${manager.prefix}celery -A ${module} ${role}`, 0.88, evidence);
  const beat = code.some((facts) => facts.called.has('crontab') || facts.called.has('add_periodic_task'));
  return [process('worker', 'worker'), ...(beat ? [process('beat', 'beat')] : [])];
}

/** What a server leaves to a library of tasks other than Celery is worked off by that library's program. */
function taskWorkers({ tree, draft, code, manager }: Project): Draft[] {
  if (!/^(?:web|api)$/.test(draft.value('kind') ?? '')) return [];
  const worker = (start: string, place: { path: string; line: number }, name: string) => [draft.sibling('worker').claim('kind', 'worker', 0.88, seen(place.path, place.line, `leaves work to ${name}`)).claim('start', start, 0.86, seen(place.path, place.line, `leaves work to ${name}`))];
  if (draft.value('framework') === 'django') {
    for (const [module, command] of djangoWorkers) {
      const user = code.flatMap(({ path, imports }) => imports.filter(({ name }) => module.test(name)).map(({ line }) => ({ path, line })))[0];
      if (user) return worker(`${manager.prefix}${manager.prefix === '' ? 'python3' : 'python'} manage.py ${command}`, user, command.split(' ')[0]!);
    }
    return [];
  }
  for (const framework of pythonFrameworks) {
    const tool = framework.kind === 'worker' && framework.start !== undefined && importOf(framework, code) ? commandOf(tree, draft.path, framework, code) : undefined;
    if (tool) return worker(tool.from + manager.prefix + tool.command, { path: tool.path, line: tool.line }, framework.name);
  }
  return [];
}

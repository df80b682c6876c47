import type { FileFacts } from '../facts/file-facts.ts';

const MiB = 2 ** 20;

interface Library {
  /** MiB that it takes when it is imported, beside those that it imports itself. */
  readonly own: number;
  readonly imports: readonly string[];
}

/**
 * What libraries of Python for numbers, pictures and texts take, by the name of their module: the proportional set size of Python 3.11 with each of them, less that without any, as
 * `bench/sizing/libraries.ts` measures it with the packages of Debian 12. Libraries for deep learning are estimated apart.
 */
const libraries: Readonly<Record<string, Library>> = {
  numpy: { own: 29, imports: [] },
  pandas: { own: 34, imports: ['numpy'] },
  scipy: { own: 41, imports: ['numpy'] },
  sklearn: { own: 34, imports: ['scipy'] },
  matplotlib: { own: 28, imports: ['numpy'] },
  seaborn: { own: 0, imports: ['pandas', 'scipy', 'matplotlib'] },
  statsmodels: { own: 33, imports: ['scipy', 'pandas'] },
  skimage: { own: 24, imports: ['scipy'] },
  xgboost: { own: 20, imports: ['sklearn'] },
  cv2: { own: 99, imports: ['numpy'] },
  nltk: { own: 20, imports: [] },
  networkx: { own: 19, imports: [] },
  sympy: { own: 45, imports: [] },
  PIL: { own: 10, imports: [] },
  boto3: { own: 34, imports: [] },
};

/** Libraries that were not measured, and what they are taken for because they are built on it. */
const likened: Readonly<Record<string, string>> = { streamlit: 'pandas', gradio: 'pandas', dash: 'pandas', plotly: 'numpy', altair: 'pandas', geopandas: 'pandas', lightgbm: 'xgboost', catboost: 'xgboost', imblearn: 'sklearn', prophet: 'statsmodels', spacy: 'nltk', easyocr: 'cv2', mediapipe: 'cv2' };

/** Modules of the table that code imports, and what they bring along, in the order of the table. */
export function librariesIn(code: readonly FileFacts[]): string[] {
  const used = new Set<string>();
  const take = (name: string) => {
    if (used.has(name) || !Object.hasOwn(libraries, name)) return;
    used.add(name);
    libraries[name]!.imports.forEach(take);
  };
  for (const { language, imports } of code) {
    if (language !== 'python') continue;
    for (const { name } of imports) {
      const [module = ''] = name.split('.');
      take(Object.hasOwn(likened, module) ? likened[module]! : module);
    }
  }
  return Object.keys(libraries).filter((name) => used.has(name));
}

/** Bytes that modules of the table take together. */
export function bytesOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + libraries[name]!.own, 0) * MiB;
}

/** Modules with what each should take when it is imported alone, in bytes: for `bench/sizing/libraries.ts` to compare. */
export function tableOfLibraries(): { name: string; bytes: number }[] {
  const closure = (name: string): string[] => [name, ...libraries[name]!.imports.flatMap(closure)];
  return Object.keys(libraries).map((name) => ({ name, bytes: bytesOf([...new Set(closure(name))]) }));
}

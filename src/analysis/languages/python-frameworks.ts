import type { ServiceKind } from '../../model/index.ts';

export interface PythonFramework {
  name: string;
  packages: readonly string[];
  /** The call that makes its application object. */
  makes?: RegExp;
  kind: ServiceKind;
  port?: number;
  /** Its application speaks ASGI rather than WSGI. */
  asgi?: boolean;
}

/** In order of precedence: what wraps others comes first. */
export const pythonFrameworks: readonly PythonFramework[] = [
  { name: 'django', packages: ['django', 'djangorestframework', 'wagtail'], kind: 'web', port: 8000 },
  { name: 'fastapi', packages: ['fastapi'], makes: /^FastAPI$/, kind: 'api', port: 8000, asgi: true },
  { name: 'flask', packages: ['flask', 'flask-restful', 'flask-restx', 'connexion', 'apiflask'], makes: /^(Flask|APIFlask|OpenAPI)$/, kind: 'api', port: 5000 },
  { name: 'streamlit', packages: ['streamlit'], kind: 'web', port: 8501 },
  { name: 'gradio', packages: ['gradio'], kind: 'web', port: 7860 },
  { name: 'dash', packages: ['dash'], makes: /^Dash$/, kind: 'web', port: 8050 },
  { name: 'chainlit', packages: ['chainlit'], kind: 'web', port: 8000 },
  { name: 'sanic', packages: ['sanic'], makes: /^Sanic$/, kind: 'api', port: 8000, asgi: true },
  { name: 'quart', packages: ['quart'], makes: /^Quart$/, kind: 'api', port: 5000, asgi: true },
  { name: 'litestar', packages: ['litestar', 'starlite'], makes: /^(Litestar|Starlite)$/, kind: 'api', port: 8000, asgi: true },
  { name: 'robyn', packages: ['robyn'], makes: /^Robyn$/, kind: 'api', port: 8080 },
  { name: 'starlette', packages: ['starlette'], makes: /^Starlette$/, kind: 'api', port: 8000, asgi: true },
  { name: 'falcon', packages: ['falcon'], makes: /^(App|API)$/, kind: 'api', port: 8000 },
  { name: 'pyramid', packages: ['pyramid'], kind: 'web', port: 6543 },
  { name: 'cherrypy', packages: ['cherrypy'], kind: 'web', port: 8080 },
  { name: 'bottle', packages: ['bottle'], makes: /^Bottle$/, kind: 'web', port: 8080 },
  { name: 'tornado', packages: ['tornado'], kind: 'web', port: 8888 },
  { name: 'aiohttp', packages: ['aiohttp'], kind: 'api', port: 8080 },
  { name: 'hug', packages: ['hug'], kind: 'api', port: 8000 },
  { name: 'web.py', packages: ['web-py'], kind: 'web', port: 8080 },
];

/** Packages that run work from a queue, a clock or a chat and serve nobody. */
export const pythonWorkers = ['celery', 'rq', 'dramatiq', 'huey', 'arq', 'python-telegram-bot', 'discord-py', 'discord', 'aiogram', 'pytelegrambotapi', 'slack-bolt', 'kafka-python', 'pika', 'aiokafka', 'apscheduler', 'schedule', 'faust', 'tweepy', 'praw'];

/** Packages of machine learning: a program that trains is no server. */
export const learningPackages = ['torch', 'tensorflow', 'keras', 'pytorch-lightning', 'lightning', 'transformers', 'scikit-learn', 'xgboost', 'lightgbm', 'jax', 'flax', 'stable-baselines3'];

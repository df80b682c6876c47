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
  /** The command that starts it, when it is a program of its own. `%f` is the file that uses it. */
  start?: string;
  /** It runs code that need not import it. */
  runs?: true;
  /** Text of the file that it can be given: others that use it are for those. */
  defines?: RegExp;
}

/** In order of precedence: what wraps others comes first. */
export const pythonFrameworks: readonly PythonFramework[] = [
  { name: 'django', packages: ['django', 'djangorestframework', 'wagtail'], kind: 'web', port: 8000 },
  { name: 'fastapi', packages: ['fastapi'], makes: /^FastAPI$/, kind: 'api', port: 8000, asgi: true },
  { name: 'flask', packages: ['flask', 'flask-restful', 'flask-restx', 'connexion', 'apiflask'], makes: /^(Flask|APIFlask|OpenAPI)$/, kind: 'api', port: 5000 },
  { name: 'streamlit', packages: ['streamlit'], kind: 'web', port: 8501, start: 'streamlit run %f --server.port ${PORT:-8501} --server.address 0.0.0.0' },
  { name: 'gradio', packages: ['gradio'], kind: 'web', port: 7860 },
  { name: 'dash', packages: ['dash'], makes: /^Dash$/, kind: 'web', port: 8050 },
  { name: 'chainlit', packages: ['chainlit'], kind: 'web', port: 8000, start: 'chainlit run %f --host 0.0.0.0 --port ${PORT:-8000}' },
  { name: 'panel', packages: ['panel'], kind: 'web', port: 5006, start: 'panel serve %f --address 0.0.0.0 --port ${PORT:-5006}' },
  { name: 'bokeh', packages: ['bokeh'], kind: 'web', port: 5006, start: 'bokeh serve %f --address 0.0.0.0 --port ${PORT:-5006}' },
  { name: 'shiny', packages: ['shiny'], kind: 'web', port: 8000, start: 'shiny run %f --host 0.0.0.0 --port ${PORT:-8000}' },
  { name: 'solara', packages: ['solara'], kind: 'web', port: 8765, start: 'solara run %f --host 0.0.0.0 --port ${PORT:-8765}' },
  { name: 'marimo', packages: ['marimo'], kind: 'notebook', port: 2718, start: 'marimo run %f --host 0.0.0.0 --port ${PORT:-2718}' },
  { name: 'nicegui', packages: ['nicegui'], kind: 'web', port: 8080 },
  { name: 'reflex', packages: ['reflex'], kind: 'web', port: 3000, start: 'reflex run --env prod' },
  { name: 'airflow', packages: ['apache-airflow', 'airflow'], kind: 'data-pipeline', port: 8080, start: 'airflow standalone' },
  { name: 'dagster', packages: ['dagster'], kind: 'data-pipeline', port: 3000, start: 'dagster-webserver -h 0.0.0.0 -p ${PORT:-3000} -f %f', defines: /\bDefinitions\s*\(|@(?:\w+\.)?(?:repository|definitions)\b/ },
  { name: 'prefect', packages: ['prefect'], kind: 'data-pipeline' },
  { name: 'luigi', packages: ['luigi'], kind: 'data-pipeline' },
  { name: 'kedro', packages: ['kedro'], kind: 'data-pipeline', start: 'kedro run' },
  { name: 'dbt', packages: ['dbt-core', 'dbt-postgres', 'dbt-bigquery', 'dbt-snowflake'], kind: 'data-pipeline', start: 'dbt run' },
  { name: 'ray-serve', packages: ['ray[serve]'], kind: 'ml-inference', port: 8000 },
  { name: 'cog', packages: ['cog'], kind: 'ml-inference', port: 5000, start: 'python3 -m cog.server.http' },
  { name: 'bentoml', packages: ['bentoml'], kind: 'ml-inference', port: 3000, start: 'bentoml serve .' },
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
  { name: 'apistar', packages: ['apistar'], kind: 'api', port: 8080 },
  { name: 'hug', packages: ['hug'], kind: 'api', port: 8000 },
  { name: 'web.py', packages: ['web-py', 'web'], kind: 'web', port: 8080 },
  { name: 'blacksheep', packages: ['blacksheep'], makes: /^Application$/, kind: 'api', port: 8000, asgi: true },
  { name: 'emmett', packages: ['emmett'], kind: 'web', port: 8000 },
  { name: 'masonite', packages: ['masonite'], kind: 'web', port: 8000 },
  { name: 'functions-framework', packages: ['functions-framework'], kind: 'api', port: 8080, runs: true },
  { name: 'twisted', packages: ['twisted'], kind: 'api', port: 8080 },
  { name: 'scrapy', packages: ['scrapy'], kind: 'job', start: 'scrapy list | xargs -n 1 scrapy crawl' },
  { name: 'celery', packages: ['celery'], kind: 'worker' },
];

/** Packages of machine learning: a program that trains is no server. */
export const learningPackages = ['torch', 'faster-whisper', 'openai-whisper', 'whisperx', 'vosk', 'sherpa-onnx', 'funasr', 'rembg', 'tensorflow', 'keras', 'pytorch-lightning', 'lightning', 'transformers', 'scikit-learn', 'xgboost', 'lightgbm', 'jax', 'flax', 'stable-baselines3', 'fastai', 'ultralytics', 'diffusers', 'sentence-transformers', 'timm', 'onnxruntime', 'vllm', 'llama-cpp-python', 'face-recognition', 'insightface', 'deepface', 'openvino', 'tflite-runtime', 'ctranslate2', 'mediapipe', 'easyocr', 'paddleocr'];

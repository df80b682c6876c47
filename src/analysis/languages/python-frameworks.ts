import type { ServiceKind } from '../../model/index.ts';

export interface PythonFramework {
  name: string;
  packages: readonly string[];
  /** The call that makes its application object. */
  makes?: RegExp;
  kind: ServiceKind;
  port?: number;
  /** Its application speaks ASGI rather than WSGI, always or where one of these modules is imported. */
  asgi?: true | RegExp;
  /** What of its application a server for WSGI runs, where that is not the application itself. */
  served?: string;
  /** Its own command for an application, where no other server is depended on: `%m` is the module, `%h` the application. */
  runner?: string;
  /** The command that starts it, when it is a program of its own. `%f` is the file that uses it, `%m` the module of that, `%h` the first group of `defines`. */
  start?: string;
  /** Of packages that do more, the modules by which a program is one of it. */
  imports?: RegExp;
  /** What code that uses it must say. */
  says?: RegExp;
  /** The file of its settings, and the port in that. */
  settings?: readonly [file: string, port: RegExp];
  /** Files by which a project is one of it, whatever else it uses. */
  files?: readonly string[];
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
  { name: 'streamlit', packages: ['streamlit'], kind: 'web', port: 8501, start: 'streamlit run %f --server.port ${PORT:-8501} --server.address 0.0.0.0', settings: ['.streamlit/config.toml', /^[ \t]*port[ \t]*=[ \t]*(\d{2,5})\b/m] },
  { name: 'gradio', packages: ['gradio'], kind: 'web', port: 7860 },
  { name: 'dash', packages: ['dash'], makes: /^Dash$/, kind: 'web', port: 8050, served: 'server' },
  { name: 'vizro', packages: ['vizro'], kind: 'web', port: 8050 },
  { name: 'taipy', packages: ['taipy', 'taipy-gui'], kind: 'web', port: 5000 },
  { name: 'mesop', packages: ['mesop'], kind: 'web', port: 32123, start: 'mesop %f --port ${PORT:-32123}', defines: /@(?:\w+\.)?page\(/ },
  { name: 'flet', packages: ['flet'], kind: 'web', port: 8550, start: 'flet run --web --host 0.0.0.0 --port ${PORT:-8550} %f', defines: /\b(?:app|run|app_async)\(/ },
  { name: 'fasthtml', packages: ['python-fasthtml', 'fasthtml'], kind: 'web', port: 5001 },
  { name: 'rio', packages: ['rio-ui', 'rio'], kind: 'web', port: 8000, start: 'rio run --release --public --port ${PORT:-8000}', files: ['rio.toml'] },
  { name: 'h2o-wave', packages: ['h2o-wave'], kind: 'web', port: 10101, start: 'wave run --no-reload %m', defines: /^@app\(/m },
  { name: 'pywebio', packages: ['pywebio'], kind: 'web', port: 8080 },
  { name: 'justpy', packages: ['justpy'], kind: 'web', port: 8000 },
  { name: 'trame', packages: ['trame'], kind: 'web', port: 8080 },
  { name: 'hyperdiv', packages: ['hyperdiv'], kind: 'web', port: 8888 },
  { name: 'chainlit', packages: ['chainlit'], kind: 'web', port: 8000, start: 'chainlit run %f --host 0.0.0.0 --port ${PORT:-8000}' },
  { name: 'panel', packages: ['panel'], kind: 'web', port: 5006, start: 'panel serve %f --address 0.0.0.0 --port ${PORT:-5006}' },
  { name: 'bokeh', packages: ['bokeh'], kind: 'web', port: 5006, start: 'bokeh serve %f --address 0.0.0.0 --port ${PORT:-5006}' },
  { name: 'shiny', packages: ['shiny'], kind: 'web', port: 8000, start: 'shiny run %f --host 0.0.0.0 --port ${PORT:-8000}' },
  { name: 'solara', packages: ['solara'], kind: 'web', port: 8765, start: 'solara run %f --host 0.0.0.0 --port ${PORT:-8765}' },
  { name: 'marimo', packages: ['marimo'], kind: 'notebook', port: 2718, start: 'marimo run %f --host 0.0.0.0 --port ${PORT:-2718}' },
  { name: 'nicegui', packages: ['nicegui'], kind: 'web', port: 8080 },
  { name: 'reflex', packages: ['reflex'], kind: 'web', port: 3000, start: 'reflex run --env prod', files: ['rxconfig.py'] },
  { name: 'airflow', packages: ['apache-airflow', 'airflow'], kind: 'data-pipeline', port: 8080, start: 'airflow standalone' },
  { name: 'dagster', packages: ['dagster'], kind: 'data-pipeline', port: 3000, start: 'dagster-webserver -h 0.0.0.0 -p ${PORT:-3000} -f %f', defines: /\bDefinitions\s*\(|@(?:\w+\.)?(?:repository|definitions)\b/ },
  { name: 'prefect', packages: ['prefect'], kind: 'data-pipeline' },
  { name: 'luigi', packages: ['luigi'], kind: 'data-pipeline' },
  { name: 'kedro', packages: ['kedro'], kind: 'data-pipeline', start: 'kedro run' },
  { name: 'dbt', packages: ['dbt-core', 'dbt-postgres', 'dbt-bigquery', 'dbt-snowflake'], kind: 'data-pipeline', start: 'dbt run' },
  { name: 'ray-serve', packages: ['ray[serve]', 'ray'], imports: /^ray\.serve(?:\.|$)/, kind: 'ml-inference', port: 8000, start: 'serve run --host 0.0.0.0 --port ${PORT:-8000} %m:%h', defines: /^(\w+)\s*=\s*\w+(?:\.options\([^()\n]{0,200}\))?\.bind\(/m },
  { name: 'litserve', packages: ['litserve'], kind: 'ml-inference', port: 8000 },
  { name: 'kserve', packages: ['kserve', 'kfserving'], kind: 'ml-inference', port: 8080 },
  { name: 'mlserver', packages: ['mlserver'], kind: 'ml-inference', port: 8080, start: 'mlserver start .', settings: ['settings.json', /"http_port"\s*:\s*(\d{2,5})\b/] },
  { name: 'torchserve', packages: ['torchserve'], imports: /^ts\.(?:torch_handler|context)(?:\.|$)/, kind: 'ml-inference', port: 8080, start: 'torchserve --start --foreground --model-store model_store --models all', settings: ['config.properties', /^inference_address[ \t]*=[ \t]*https?:\/\/[^\s:]+:(\d{2,5})/m] },
  { name: 'runpod', packages: ['runpod'], says: /\bserverless\.start\(/, kind: 'ml-inference' },
  { name: 'langgraph', packages: ['langgraph', 'langgraph-cli'], imports: /(?!)/, files: ['langgraph.json'], kind: 'api', port: 2024, start: 'langgraph dev --host 0.0.0.0 --port ${PORT:-2024} --no-browser' },
  { name: 'rasa', packages: ['rasa', 'rasa-sdk'], files: ['domain.yml'], kind: 'api', port: 5005, start: 'rasa run --enable-api' },
  { name: 'cog', packages: ['cog'], kind: 'ml-inference', port: 5000, start: 'python3 -m cog.server.http' },
  { name: 'bentoml', packages: ['bentoml'], kind: 'ml-inference', port: 3000, start: 'bentoml serve .', files: ['bentofile.yaml'] },
  { name: 'sanic', packages: ['sanic'], makes: /^Sanic$/, kind: 'api', port: 8000, asgi: true, runner: 'sanic %m:%h --host 0.0.0.0 --port ${PORT:-8000}' },
  { name: 'quart', packages: ['quart'], makes: /^Quart$/, kind: 'api', port: 5000, asgi: true },
  { name: 'litestar', packages: ['litestar', 'starlite'], makes: /^(Litestar|Starlite)$/, kind: 'api', port: 8000, asgi: true },
  { name: 'robyn', packages: ['robyn'], makes: /^Robyn$/, kind: 'api', port: 8080 },
  { name: 'esmerald', packages: ['esmerald', 'ravyn'], makes: /^(Esmerald|Ravyn)$/, kind: 'api', port: 8000, asgi: true },
  { name: 'muffin', packages: ['muffin'], makes: /^Application$/, kind: 'api', port: 8000, asgi: true },
  { name: 'responder', packages: ['responder'], makes: /^API$/, kind: 'api', port: 5042, asgi: true },
  { name: 'strawberry', packages: ['strawberry-graphql', 'strawberry'], makes: /^GraphQL$/, kind: 'api', port: 8000, asgi: true },
  { name: 'ariadne', packages: ['ariadne'], makes: /^GraphQL$/, kind: 'api', port: 8000, asgi: true },
  { name: 'fastmcp', packages: ['fastmcp', 'mcp'], says: /\btransport\s*=\s*["'](?:http|sse|streamable-http)["']/, kind: 'api', port: 8000 },
  { name: 'microdot', packages: ['microdot'], kind: 'api', port: 5000 },
  { name: 'socketify', packages: ['socketify'], kind: 'api', port: 3000 },
  { name: 'starlette', packages: ['starlette'], makes: /^Starlette$/, kind: 'api', port: 8000, asgi: true },
  { name: 'falcon', packages: ['falcon'], makes: /^(App|API)$/, kind: 'api', port: 8000, asgi: /^falcon\.asgi(?:\.|$)/ },
  { name: 'pyramid', packages: ['pyramid'], kind: 'web', port: 6543 },
  { name: 'cherrypy', packages: ['cherrypy'], kind: 'web', port: 8080 },
  { name: 'bottle', packages: ['bottle'], makes: /^Bottle$/, kind: 'web', port: 8080 },
  { name: 'tornado', packages: ['tornado'], kind: 'web', port: 8888 },
  { name: 'aiohttp', packages: ['aiohttp'], imports: /^aiohttp\.web/, kind: 'api', port: 8080 },
  { name: 'apistar', packages: ['apistar'], kind: 'api', port: 8080 },
  { name: 'hug', packages: ['hug'], kind: 'api', port: 8000 },
  { name: 'web.py', packages: ['web-py', 'web'], kind: 'web', port: 8080 },
  { name: 'blacksheep', packages: ['blacksheep'], makes: /^Application$/, kind: 'api', port: 8000, asgi: true },
  { name: 'emmett', packages: ['emmett'], makes: /^App$/, kind: 'web', port: 8000, asgi: true, runner: 'emmett -a %m:%h serve --host 0.0.0.0 --port ${PORT:-8000}' },
  { name: 'py4web', packages: ['py4web'], kind: 'web', port: 8000, start: 'py4web run apps --host 0.0.0.0 --port ${PORT:-8000}' },
  { name: 'masonite', packages: ['masonite'], kind: 'web', port: 8000 },
  { name: 'functions-framework', packages: ['functions-framework'], kind: 'api', port: 8080, runs: true, start: 'functions-framework --target %h --source %f', defines: /@(?:functions_framework\.)?(?:http|cloud_event)\s+def\s+(\w+)/ },
  { name: 'azure-functions', packages: ['azure-functions'], imports: /^azure\.functions(?:\.|$)/, kind: 'api', port: 7071, start: 'func start', files: ['host.json'] },
  { name: 'chalice', packages: ['chalice'], kind: 'api', port: 8000, start: 'chalice local --host 0.0.0.0 --port ${PORT:-8000}', defines: /\bChalice\(/ },
  { name: 'twisted', packages: ['twisted'], kind: 'api', port: 8080 },
  { name: 'scrapy', packages: ['scrapy'], kind: 'job', start: 'scrapy list | xargs -n 1 scrapy crawl' },
  { name: 'python-socketio', packages: ['python-socketio', 'socketio'], makes: /^ASGIApp$/, kind: 'api', port: 8000, asgi: true },
  { name: 'celery', packages: ['celery'], kind: 'worker' },
  { name: 'faststream', packages: ['faststream'], kind: 'worker', start: 'faststream run %m:%h', defines: /^(\w+)\s*=\s*FastStream\(/m },
  { name: 'faust', packages: ['faust', 'faust-streaming'], kind: 'worker', start: 'faust -A %m worker', defines: /\bfaust\.App\(/ },
  { name: 'dramatiq', packages: ['dramatiq'], kind: 'worker', start: 'dramatiq %m', defines: /@(?:dramatiq\.)?actor\b/ },
  { name: 'huey', packages: ['huey'], kind: 'worker', start: 'huey_consumer.py %m.%h', defines: /^(\w+)\s*=\s*(?:huey\.)?\w*Huey\(/m },
  { name: 'taskiq', packages: ['taskiq'], imports: /^taskiq(?:_\w+)?(?:\.|$)/, kind: 'worker', start: 'taskiq worker %m:%h', defines: /^(\w+)\s*(?::\s*\w+\s*)?=\s*\(?\s*(?:\w+\.)?\w+Broker\(/m },
  { name: 'arq', packages: ['arq'], kind: 'worker', start: 'arq %m.%h', defines: /^class\s+(Worker\w*)\b/m },
  { name: 'procrastinate', packages: ['procrastinate'], kind: 'worker', start: 'procrastinate --app %m.%h worker', defines: /^(\w+)\s*=\s*(?:procrastinate\.)?App\(/m },
  { name: 'nameko', packages: ['nameko'], kind: 'worker', start: 'nameko run %m', defines: /@(?:rpc|event_handler|http|timer)\b/ },
  { name: 'rq', packages: ['rq'], kind: 'worker', says: /\bWorker\b/ },
  { name: 'temporal', packages: ['temporalio'], kind: 'worker', imports: /^temporalio\.worker(?:\.|$)/ },
  { name: 'quixstreams', packages: ['quixstreams'], kind: 'worker' },
  { name: 'bytewax', packages: ['bytewax'], kind: 'data-pipeline', start: 'python3 -m bytewax.run %m:%h', defines: /^(\w+)\s*=\s*Dataflow\(/m },
  { name: 'metaflow', packages: ['metaflow'], kind: 'data-pipeline', start: 'python3 %f run', defines: /\(FlowSpec\)/ },
  { name: 'mage', packages: ['mage-ai'], kind: 'data-pipeline', port: 6789, start: 'mage start .' },
  { name: 'aiogram', packages: ['aiogram'], kind: 'worker' },
  { name: 'python-telegram-bot', packages: ['python-telegram-bot', 'telegram'], kind: 'worker' },
  { name: 'pytelegrambotapi', packages: ['pytelegrambotapi', 'telebot'], kind: 'worker' },
  { name: 'telethon', packages: ['telethon'], kind: 'worker' },
  { name: 'pyrogram', packages: ['pyrogram', 'pyrofork', 'kurigram'], kind: 'worker' },
  { name: 'discord.py', packages: ['discord-py', 'discord', 'py-cord'], kind: 'worker' },
  { name: 'nextcord', packages: ['nextcord'], kind: 'worker' },
  { name: 'disnake', packages: ['disnake'], kind: 'worker' },
  { name: 'hikari', packages: ['hikari'], kind: 'worker' },
  { name: 'interactions.py', packages: ['discord-py-interactions', 'interactions'], kind: 'worker' },
  { name: 'bolt', packages: ['slack-bolt'], kind: 'worker' },
  { name: 'twitchio', packages: ['twitchio'], kind: 'worker' },
  { name: 'vkbottle', packages: ['vkbottle'], kind: 'worker' },
];

/** Packages of machine learning: a program that trains is no server. */
export const learningPackages = ['torch', 'faster-whisper', 'openai-whisper', 'whisperx', 'vosk', 'sherpa-onnx', 'funasr', 'rembg', 'tensorflow', 'keras', 'pytorch-lightning', 'lightning', 'transformers', 'scikit-learn', 'xgboost', 'lightgbm', 'jax', 'flax', 'stable-baselines3', 'fastai', 'ultralytics', 'diffusers', 'sentence-transformers', 'timm', 'onnxruntime', 'vllm', 'llama-cpp-python', 'face-recognition', 'insightface', 'deepface', 'openvino', 'tflite-runtime', 'ctranslate2', 'mediapipe', 'easyocr', 'paddleocr'];

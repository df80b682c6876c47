import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

/** The least project of a framework as its own manual begins one: packages, the file, and what must be said: framework, kind, port, start. */
type Row = [packages: string, file: string, code: string, framework: string | null, kind: string, port: number | null, start: string, more?: Files];

const rows: Row[] = [
  ['flet', 'main.py', 'import flet as ft\ndef main(page: ft.Page):\n    page.add(ft.Text("x"))\nft.app(main)\n', 'flet', 'web', 8550, 'flet run --web --host 0.0.0.0 --port ${PORT:-8550} main.py'],
  ['python-fasthtml', 'main.py', 'from fasthtml.common import *\napp, rt = fast_app()\nserve()\n', 'fasthtml', 'web', 5001, 'python3 main.py'],
  ['mesop', 'main.py', 'import mesop as me\n@me.page(path="/")\ndef shop():\n    me.text("x")\n', 'mesop', 'web', 32123, 'mesop main.py --port ${PORT:-32123}'],
  ['taipy', 'main.py', 'from taipy.gui import Gui\nGui(page="# x").run(port=5005)\n', 'taipy', 'web', 5005, 'python3 main.py'],
  ['vizro', 'app.py', 'from vizro import Vizro\nVizro().build(dashboard).run()\n', 'vizro', 'web', 8050, 'python3 app.py'],
  ['pywebio', 'app.py', 'from pywebio import start_server\nif __name__ == "__main__":\n    start_server(main, port=8083)\n', 'pywebio', 'web', 8083, 'python3 app.py'],
  ['rio-ui', 'app.py', 'import rio\napp = rio.App(build=Shop)\n', 'rio', 'web', 8000, 'rio run --release --public --port ${PORT:-8000}', { 'rio.toml': '[app]\nmain-module = "app"\n' }],
  ['h2o-wave', 'shop.py', 'from h2o_wave import Q, app, main\n@app("/")\nasync def serve(q: Q):\n    pass\n', 'h2o-wave', 'web', 10101, 'wave run --no-reload shop'],
  ['streamlit', 'app.py', 'import streamlit as st\nst.title("x")\n', 'streamlit', 'web', 9001, 'streamlit run app.py --server.port ${PORT:-9001} --server.address 0.0.0.0', { '.streamlit/config.toml': '[server]\nport = 9001\n' }],
  ['dash\ngunicorn', 'app.py', 'from dash import Dash\napp = Dash()\nserver = app.server\n', 'dash', 'web', 8000, 'gunicorn app:server'],
  ['dash\ngunicorn', 'app.py', 'from dash import Dash\napp = Dash()\n', 'dash', 'web', 8000, 'gunicorn app:app.server'],
  ['dash', 'app.py', 'import dash\napp = dash.Dash(__name__)\nif __name__ == "__main__":\n    app.run_server(port=8055)\n', 'dash', 'web', 8055, 'python3 app.py'],
  ['litserve', 'server.py', 'import litserve as ls\nif __name__ == "__main__":\n    ls.LitServer(Api()).run(port=8001)\n', 'litserve', 'ml-inference', 8001, 'python3 server.py'],
  ['ray[serve]', 'model.py', 'from ray import serve\n@serve.deployment\nclass Model:\n    pass\nshop = Model.options(num_replicas=2).bind()\n', 'ray-serve', 'ml-inference', 8000, 'serve run --host 0.0.0.0 --port ${PORT:-8000} model:shop'],
  ['kserve', 'model.py', 'from kserve import Model, ModelServer\nif __name__ == "__main__":\n    ModelServer().start([Shop("shop")])\n', 'kserve', 'ml-inference', 8080, 'python3 model.py'],
  ['mlserver', 'model.py', 'from mlserver import MLModel\nclass Shop(MLModel):\n    pass\n', 'mlserver', 'ml-inference', 8085, 'mlserver start .', { 'settings.json': '{"http_port": 8085}' }],
  ['torch\ntorchserve', 'handler.py', 'from ts.torch_handler.base_handler import BaseHandler\nclass Shop(BaseHandler):\n    pass\n', 'torchserve', 'ml-inference', 8086, 'torchserve --start --foreground --model-store model_store --models all', { 'config.properties': 'inference_address=http://0.0.0.0:8086\n' }],
  ['runpod', 'handler.py', 'import runpod\nrunpod.serverless.start({"handler": handler})\n', 'runpod', 'ml-inference', null, 'python3 handler.py'],
  ['langgraph', 'agent.py', 'from langgraph.graph import StateGraph\ngraph = StateGraph(dict).compile()\n', 'langgraph', 'api', 2024, 'langgraph dev --host 0.0.0.0 --port ${PORT:-2024} --no-browser', { 'langgraph.json': '{"graphs": {"agent": "./agent.py:graph"}}' }],
  ['rasa', 'actions/actions.py', 'from rasa_sdk import Action\n', 'rasa', 'api', 5005, 'rasa run --enable-api', { 'domain.yml': 'version: "3.1"\n' }],
  ['sanic', 'server.py', 'from sanic import Sanic\napp = Sanic("shop")\n', 'sanic', 'api', 8000, 'sanic server:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['esmerald\nuvicorn', 'app.py', 'from esmerald import Esmerald\napp = Esmerald(routes=[])\n', 'esmerald', 'api', 8000, 'uvicorn app:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['muffin\nuvicorn', 'shop.py', 'import muffin\napp = muffin.Application()\n', 'muffin', 'api', 8000, 'uvicorn shop:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['falcon\nuvicorn', 'app.py', 'import falcon.asgi\napp = falcon.asgi.App()\n', 'falcon', 'api', 8000, 'uvicorn app:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['strawberry-graphql\nuvicorn', 'schema.py', 'import strawberry\nfrom strawberry.asgi import GraphQL\napp = GraphQL(schema)\n', 'strawberry', 'api', 8000, 'uvicorn schema:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['ariadne\nuvicorn', 'app.py', 'from ariadne.asgi import GraphQL\napp = GraphQL(schema, debug=True)\n', 'ariadne', 'api', 8000, 'uvicorn app:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['python-socketio\nuvicorn', 'server.py', 'import socketio\nsio = socketio.AsyncServer(async_mode="asgi")\napp = socketio.ASGIApp(sio)\n', 'python-socketio', 'api', 8000, 'uvicorn server:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['mcp', 'server.py', 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("shop")\nif __name__ == "__main__":\n    mcp.run(transport="streamable-http")\n', 'fastmcp', 'api', 8000, 'python3 server.py'],
  ['microdot', 'main.py', 'from microdot import Microdot\napp = Microdot()\napp.run()\n', 'microdot', 'api', 5000, 'python3 main.py'],
  ['socketify', 'main.py', 'from socketify import App\napp = App()\napp.listen(3001, print)\napp.run()\n', 'socketify', 'api', 3001, 'python3 main.py'],
  ['py4web', 'apps/shop/__init__.py', 'from py4web import action\n', 'py4web', 'web', 8000, 'py4web run apps --host 0.0.0.0 --port ${PORT:-8000}'],
  ['functions-framework', 'main.py', 'import functions_framework\n@functions_framework.http\ndef buy(request):\n    return "x"\n', 'functions-framework', 'api', 8080, 'functions-framework --target buy --source main.py'],
  ['azure-functions', 'function_app.py', 'import azure.functions as func\napp = func.FunctionApp()\n@app.route(route="x")\ndef x(req: func.HttpRequest): pass\n', 'azure-functions', 'api', 7071, 'func start', { 'host.json': '{}' }],
  ['chalice', 'app.py', 'from chalice import Chalice\napp = Chalice(app_name="shop")\n', 'chalice', 'api', 8000, 'chalice local --host 0.0.0.0 --port ${PORT:-8000}'],
  ['uvicorn', 'shop.py', 'async def app(scope, receive, send):\n    pass\n', null, 'api', 8000, 'uvicorn shop:app --host 0.0.0.0 --port ${PORT:-8000}'],
  ['gunicorn', 'shop.py', 'def app(environ, start_response):\n    return []\n', null, 'api', 8000, 'gunicorn shop:app'],
  ['pyramid\nwaitress', 'shop/__init__.py', 'from pyramid.config import Configurator\ndef main(given, **settings):\n    return Configurator(settings=settings).make_wsgi_app()\n', 'pyramid', 'web', 6544, 'pserve production.ini', { 'production.ini': '[app:main]\nuse = egg:shop\n\n[server:main]\nuse = egg:waitress#main\nlisten = *:6544\n' }],
  ['faststream[kafka]', 'main.py', 'from faststream import FastStream\nfrom faststream.kafka import KafkaBroker\nbroker = KafkaBroker("localhost:9092")\napp = FastStream(broker)\n', 'faststream', 'worker', null, 'faststream run main:app'],
  ['faust-streaming', 'shop.py', 'import faust\napp = faust.App("shop")\n', 'faust', 'worker', null, 'faust -A shop worker'],
  ['dramatiq', 'shop/tasks.py', 'import dramatiq\n@dramatiq.actor\ndef count(url):\n    pass\n', 'dramatiq', 'worker', null, 'dramatiq shop.tasks', { 'shop/__init__.py': '' }],
  ['huey', 'shop.py', 'from huey import RedisHuey\nqueue = RedisHuey("shop")\n', 'huey', 'worker', null, 'huey_consumer.py shop.queue'],
  ['taskiq\ntaskiq-redis', 'shop.py', 'from taskiq_redis import ListQueueBroker\nbroker = ListQueueBroker("redis://cache")\n', 'taskiq', 'worker', null, 'taskiq worker shop:broker'],
  ['arq', 'shop.py', 'from arq.connections import RedisSettings\nclass WorkerSettings:\n    functions = []\n', 'arq', 'worker', null, 'arq shop.WorkerSettings'],
  ['procrastinate', 'shop.py', 'from procrastinate import App\napp = App(connector=c)\n', 'procrastinate', 'worker', null, 'procrastinate --app shop.app worker'],
  ['nameko', 'shop.py', 'from nameko.rpc import rpc\nclass Shop:\n    @rpc\n    def buy(self): pass\n', 'nameko', 'worker', null, 'nameko run shop'],
  ['temporalio', 'worker.py', 'from temporalio.worker import Worker\nif __name__ == "__main__":\n    asyncio.run(main())\n', 'temporal', 'worker', null, 'python3 worker.py'],
  ['bytewax', 'flow.py', 'from bytewax.dataflow import Dataflow\nflow = Dataflow("shop")\n', 'bytewax', 'data-pipeline', null, 'python3 -m bytewax.run flow:flow'],
  ['metaflow', 'flow.py', 'from metaflow import FlowSpec, step\nclass Shop(FlowSpec):\n    pass\nif __name__ == "__main__":\n    Shop()\n', 'metaflow', 'data-pipeline', null, 'python3 flow.py run'],
  ['python-telegram-bot', 'bot.py', 'from telegram.ext import ApplicationBuilder\napp = ApplicationBuilder().build()\napp.run_polling()\n', 'python-telegram-bot', 'worker', null, 'python3 bot.py'],
  ['discord.py', 'bot.py', 'import discord\nclient = discord.Client()\nclient.run(token)\n', 'discord.py', 'worker', null, 'python3 bot.py'],
  ['slack-bolt', 'app.py', 'from slack_bolt import App\napp = App(token=t)\nif __name__ == "__main__":\n    SocketModeHandler(app, s).start()\n', 'bolt', 'worker', null, 'python3 app.py'],
];

describe('the least project of a framework of Python', () => {
  it.each(rows.map((row) => [`${row[3] ?? row[0]}, by ${row[1]}`, row] as const))('%s', async (_name, [packages, file, code, framework, kind, port, start, more]) => {
    const { services } = await planOf({ 'requirements.txt': `${packages}\n`, [file]: code, ...more });
    expect(services.map((service) => [service.framework, service.kind, service.ports[0]?.port ?? null, service.start])).toEqual([[framework, kind, port, start]]);
  });
});

describe('what a server of Python leaves to a library of tasks', () => {
  const django = { 'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n', 'shop/settings.py': 'X = 1\n', 'orders/__init__.py': '' };
  const api = { 'main.py': 'from fastapi import FastAPI\nfrom tasks import buy\napp = FastAPI()\n' };
  it.each([
    ['django with Huey', { ...django, 'requirements.txt': 'django\nhuey\n', 'orders/tasks.py': 'from huey.contrib.djhuey import task\n' }, 'python3 manage.py run_huey'],
    ['django with RQ', { ...django, 'requirements.txt': 'django\ndjango-rq\n', 'orders/tasks.py': 'from django_rq import job\n' }, 'python3 manage.py rqworker default'],
    ['django with Q', { ...django, 'requirements.txt': 'django\ndjango-q2\n', 'orders/tasks.py': 'from django_q.tasks import async_task\n' }, 'python3 manage.py qcluster'],
    ['fastapi with Dramatiq', { ...api, 'requirements.txt': 'fastapi\nuvicorn\ndramatiq\n', 'tasks.py': 'import dramatiq\n@dramatiq.actor\ndef buy(): pass\n' }, 'dramatiq tasks'],
    ['fastapi with arq', { ...api, 'requirements.txt': 'fastapi\nuvicorn\narq\n', 'tasks.py': 'from arq import create_pool\nclass WorkerSettings:\n    functions = []\n' }, 'arq tasks.WorkerSettings'],
  ])('is worked off by the program of that: %s', async (_name, files, start) => {
    const { services } = await planOf(files);
    expect(services.map((service) => service.kind)).toContain('worker');
    expect(services.find((service) => service.kind === 'worker')?.start).toBe(start);
    expect(services).toHaveLength(2);
  });
});

describe('a library of messages beside other work', () => {
  it('is not what an app is that makes an application of the web', async () => {
    const [service] = (await planOf({ 'requirements.txt': 'flask\npython-telegram-bot\n', 'app.py': 'import telegram\nfrom flask import Flask\napp = Flask(__name__)\n' })).services;
    expect(service).toMatchObject({ framework: 'flask', kind: 'api' });
  });

  it('does not make pages of what is called as an application of pages', async () => {
    const [service] = (await planOf({ 'requirements.txt': 'falcon\ngunicorn\n', 'app.py': 'import falcon\napp = falcon.App()\n' })).services;
    expect(service).toMatchObject({ framework: 'falcon', kind: 'api' });
  });
});

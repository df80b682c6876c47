import type { ServiceKind } from '../../model/index.ts';

const wrapper = /^(?:(?:\w+=\S*|exec|uv run|poetry run|pipenv run|pdm run|bundle exec|npx|pnpm exec|yarn|bunx|python3? -m|python3?|php|ruby)\s+)+/;

/** Programs that speak HTTP and do nothing else. */
const server = /^(?:\S*\/)?(?:uvicorn|gunicorn|hypercorn|daphne|granian|waitress-serve|puma|unicorn|rackup|falcon|streamlit run|flask (?:--\S+ \S+ )*run|fastapi run|rails (?:s|server)\b|next start|nuxt start|http-server|functions-framework|celery (?:\S+ )*flower|serve\b|artisan (?:serve|octane)|manage\.py runserver)/;

/** Programs that answer by models that they are given. */
const inference = /^(?:\S*\/)?(?:bentoml serve|vllm(?: serve|\.entrypoints)|tritonserver|torchserve|tensorflow_model_server|mlflow models serve|mlserver start|text-generation-launcher|text-embeddings-router|llama-server|ray serve|serve run|cog\.server)\b/;

/** Programs that work off what waits in a queue. */
const worker = /^(?:\S*\/)?(?:celery (?:\S+ )*worker|rq worker|dramatiq|huey_consumer(?:\.py)?|arq|taskiq worker|sidekiq|shoryuken|rake (?:jobs:work|\w+:work(?:er)?|workers?|solid_queue:start)|good_job|artisan (?:queue:(?:work|listen)|horizon)|console messenger:consume)\b/;

/** Daemons that start programs by a table of cron. */
const clock = /^(?:\S*\/)?(?:crond|supercronic|go-crond?|yacron|ofelia|cron(?= -))\b/;

/** Programs that bring a database to its newest schema, or fill it, and end. */
const once = /^(?:\S*\/)?(?:alembic (?:-\S+ \S+ )*upgrade|manage\.py (?:migrate|loaddata|collectstatic)|artisan (?:migrate|db:seed)|flask (?:--\S+ \S+ )*db upgrade|rails db:|rake db:|prisma (?:migrate|db)|knex migrate|sequelize(?:-cli)? db:|typeorm migration:run|drizzle-kit (?:migrate|push)|flyway|liquibase|goose\b|dbmate|migrate\b|(?:npm|pnpm|yarn|bun) (?:run )?(?:db:)?(?:migrate|seed)\S*$|make (?:run-)?migrat\S*$|mix ecto\.(?:create|migrate|setup)\b|console doctrine:(?:migrations:migrate|database:create)\b|(?:diesel|sqlx) (?:migration run|migrate run|database (?:create|setup))\b|dotnet ef database update\b)/;

const tests = /^(?:\S*\/)?(?:pytest|tox|nox|rspec|phpunit|jest|vitest|mocha|(?:go|cargo|mix|dotnet|npm|pnpm|bun)(?: run)? test|test\b|manage\.py test|rake test)\b/;

/** Whether a command does nothing but test the app. */
export function runsTests(command: string): boolean {
  const parts = partsOf(command);
  return parts.length > 0 && parts.every((part) => tests.test(part));
}

/** Whether a command does nothing but build what others show or run. */
export function onlyBuilds(command: string): boolean {
  const parts = stepsOf(command);
  return parts.length > 0 && parts.every((part) => /^(?:npm|pnpm|yarn|bun)(?: run)? (?:build|install|ci)\b/.test(part));
}

/** What a command makes of the service that it starts, where its program alone tells: `uvicorn app:app` an `api`, `rq worker` a `worker`, `alembic upgrade head` a `job`. */
export function kindOfCommand(command: string): ServiceKind | undefined {
  const parts = partsOf(command);
  const last = parts.at(-1) ?? '';
  if (inference.test(last)) return 'ml-inference';
  if (worker.test(last)) return 'worker';
  if (clock.test(last)) return 'cron';
  if (server.test(last)) return 'api';
  if (/^jupyter[ -](lab|notebook|server)\b/.test(last)) return 'notebook';
  return parts.length > 0 && parts.every((part) => once.test(part)) ? 'job' : undefined;
}

/** Whether a program brings a database to its newest schema, or fills it, and ends. */
export function runsOnce(command: string): boolean {
  return once.test(command);
}

/** Whether a command does nothing: a service that is only there to be built, or to be entered by whoever works on it. */
export function isIdle(command: string): boolean {
  return /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|a|da)?sh(?: -[il]{1,2}| --login)?$/.test(command.trim()) || /^(?:(?:\/bin\/)?(?:ba)?sh -c )?["']?(?:exit 0|(?:\/bin\/)?true|sleep infinity|tail -f \/dev\/null)["']?$/.test(command.trim());
}

/** The steps of a command before its last one when all of them are migrations, and that last one. */
export function afterMigrations(command: string): { release: string; start: string } | undefined {
  const steps = stepsOf(command);
  const parts = partsOf(command);
  if (steps.length < 2 || !parts.slice(0, -1).every((part) => once.test(part)) || once.test(parts.at(-1)!)) return undefined;
  return { release: steps.slice(0, -1).join(' && '), start: steps.at(-1)! };
}

/** What waits until something else answers, or for a while. */
const waiting = /^(?:(?:until|while)\s[^;]{1,300};\s*do\s(?:(?!\bdone\b)[^]){0,300}\bdone|sleep\s+[\d.]+[smh]?)\s*(?:;|&&)\s*/;

/** Scripts that are given what they wait for, and then what to run: `./wait-for-it.sh db:5432 -- npm start`, `dockerize -wait tcp://db:5432 npm start`. */
const waiter = /^(?:(?:ba)?sh\s+)?(?:\S*\/)?(?:wait[-_]?for[\w-]*(?:\.sh)?(?:\s+(?:-[a-z]\s+\d+|--?(?!\s)[\w=-]+))*\s+[\w.${}-]+(?::[\w${}]+)?|dockerize(?:\s+-(?:wait|timeout|wait-retry-interval)\s+\S+)+)(?:\s+-(?:t|-timeout)[= ]\S+)?\s+(?:--\s+)?(?=\w|\.\/)/;

/** A command without the loops and pauses before it that wait for its neighbours: whoever runs the service knows when they are ready. */
export function withoutWaiting(command: string): string {
  const rest = command.replace(waiting, '').replace(waiter, '');
  return rest === command || rest === '' ? command : withoutWaiting(rest);
}

function stepsOf(command: string): string[] {
  return command.split(/&&|;/).map((step) => step.trim()).filter((step) => step !== '');
}

/** The programs of its steps, without what they are started by. */
function partsOf(command: string): string[] {
  return stepsOf(command).map((step) => step.replace(wrapper, ''));
}

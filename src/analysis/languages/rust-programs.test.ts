import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const cargo = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\naxum = "0.8"\nlapin = "2"\n';
const files = {
  'Cargo.toml': cargo,
  'src/lib.rs': 'pub mod store;\npub mod web;\n',
  'src/store.rs': 'pub fn keep() {}\n',
  'src/web.rs': 'use axum::Router;\npub async fn serve() {\n    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap();\n    axum::serve(listener, Router::new()).await.unwrap();\n}\n',
  'src/bin/api.rs': '#[tokio::main]\nasync fn main() {\n    shop::web::serve().await;\n}\n',
  'src/bin/mailer.rs': 'use lapin::Connection;\nuse shop::{store};\n#[tokio::main]\nasync fn main() {\n    let mut mails = channel.basic_consume("mails", "mailer", options, table).await.unwrap();\n    while let Some(mail) = mails.next().await {\n        store::keep();\n    }\n}\n',
  'src/bin/migrate.rs': 'use shop::store;\nfn main() {\n    store::keep();\n}\n',
};

describe('programs of a package of Cargo', () => {
  it('are those that serve and those that take messages, each by what its own file names of the package', async () => {
    const plan = await planOf(files);
    expect(plan.services.map(({ name, kind, framework, start, ports }) => `${name} ${kind} ${framework} ${start} ${ports.map(({ port }) => port).join()}`.trim()).sort()).toEqual(['api api axum ./target/release/api 3000', 'mailer worker null ./target/release/mailer']);
  });

  it('are read from a manifest that a generator fills in', async () => {
    const plan = await planOf({ 'Cargo.toml': '[package]\nname = "{{project-name}}"\nversion = "0.1.0"\n[dependencies]\naxum = { version = "0.8"{% if traced %}, features = ["tracing"]{% endif %} }\n', 'src/main.rs': 'use axum::Router;\nasync fn main() { axum::serve(listener, Router::new()).await; }\n' });
    expect(plan.services[0]).toMatchObject({ language: 'rust', framework: 'axum', start: './target/release/app' });
  });

  it('that Shuttle starts listen where it does, and show their pages', async () => {
    const plan = await planOf({ 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\nshuttle-runtime = "0.57"\nshuttle-shared-db = { version = "0.57", features = ["postgres"] }\n', 'src/main.rs': 'use axum::Router;\n#[shuttle_runtime::main]\nasync fn main() -> shuttle_axum::ShuttleAxum { Ok(Router::new().into()) }\n', 'static/index.html': '<p>' });
    expect(plan.services[0]).toMatchObject({ kind: 'web', framework: 'axum', ports: [{ port: 8000 }], stores: [{ kind: 'postgresql' }] });
  });

  it('are one where only one of them lasts', async () => {
    const { 'src/bin/mailer.rs': mailer, ...others } = files;
    expect((await planOf({ ...others, 'src/bin/test_mails.rs': mailer })).services.map(({ start }) => start)).toEqual(['./target/release/api']);
  });
});

import { describe, expect, it } from 'vitest';
import { pageAmong } from './page-files.ts';

describe('pages among the files of a server', () => {
  it('lie where servers keep them', () => {
    expect(pageAmong(['src/main.rs', 'templates/shop/cart.html', 'static/app.css'])).toBe('templates/shop/cart.html');
    expect(pageAmong(['public/shop.css'])).toBe('public/shop.css');
    expect(pageAmong(['public/logo.png', 'docs/index.html', 'views.html'])).toBeUndefined();
  });

  it('are those of a framework, where it has its own', () => {
    expect(pageAmong(['templates/cart.html', 'lib/cart.heex'], /\.heex$/)).toBe('lib/cart.heex');
  });

  it('are no manual of the interface', () => {
    expect(pageAmong(['src/main/resources/static/docs/index.html', 'public/swagger-ui/index.html', 'static/redoc.html'])).toBeUndefined();
    expect(pageAmong(['public/docs.css', 'templates/docs/cart.html'])).toBe('public/docs.css');
  });

  it('are no templates of mails', () => {
    expect(pageAmong(['templates/emails/order.html', 'templates/order_mail.html', 'templates/mailer/a.html'])).toBeUndefined();
    expect(pageAmong(['templates/mailbox.html'])).toBe('templates/mailbox.html');
  });
});

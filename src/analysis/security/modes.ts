const words = 'dev|develop|development|local|localhost|debug|test|tests|testing|qa|staging|sample|samples|example|examples|dist|template|default-dev|ci|e2e';
const file = new RegExp(String.raw`(?:^|[/_.-])(?:${words})(?:\.[A-Za-z]\w*)?$|(?:^|[/_.-])(?:${words})[._-][^/]*$|(?:^|/)\.env\.(?:${words})\b|(?:^|/)(?:${words}|docs?|\.devcontainer|\.vscode)/`, 'i');
const part = new RegExp(String.raw`^(?:when@|%)?(?:${words})$|^(?:Dev|Development|Local|Debug|Test|Testing|Staging)\w*|(?:Dev|Development|Local|Debug|Testing)(?:Config|Configuration|Settings)?$`);

/** Whether a file of settings is for those who work on the app, by its name: `settings/local.py`, `application-dev.yml`, `appsettings.Development.json`, `.env.example`. */
export function isForWork(path: string): boolean {
  return file.test(path);
}

/** Whether a section within a file of settings is: `when@dev`, `%dev`, `class DevelopmentConfig`. */
export function isSectionForWork(name: string): boolean {
  return part.test(name);
}

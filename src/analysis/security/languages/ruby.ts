import type { LanguageRules } from '../taint/rules.ts';
import { names } from '../taint/rules.ts';

/** Rails, Sinatra, ActiveRecord, and the standard library. */
export const rubyRules: LanguageRules = {
  inputWords: /\b(?:params|request|cookies)\b/,
  sourcePaths: /^(?:params|request\.(?:env|headers|params|path|url|fullpath|query_string|body|cookies|referer|user_agent)|cookies)$/,
  sourceCalls: [{ names: ['params'], on: /^$|^request$|^self$/ }],
  sinks: [
    { flow: 'sql-injection', names: names('where find_by_sql execute exec_query order select joins group having from pluck update_all delete_all exists? count_by_sql select_all query exec exec_params prepare'), args: [0], onlyText: true, on: /^(?!.*(?:Open3|Process|Kernel))./ },
    { flow: 'command-injection', names: names('system exec spawn popen capture2 capture3 capture2e popen3 ` sh'), on: /^(?:|Kernel|IO|Open3|Process)$/ },
    { flow: 'code-injection', names: names('eval instance_eval class_eval module_eval constantize'), args: [0] },
    { flow: 'code-injection', names: names('constantize safe_constantize'), self: true, args: [] },
    { flow: 'code-injection', names: names('send public_send __send__'), args: [0] },
    { flow: 'path-traversal', names: names('open read readlines write binread delete unlink new foreach exist?'), args: [0], on: /^(?:File|IO|Dir|Pathname|FileUtils|)$/ },
    { flow: 'path-traversal', names: ['send_file'], args: [0] },
    { flow: 'xss', names: names('html_safe'), self: true, args: [] },
    { flow: 'xss', names: names('raw'), args: [0], on: /^$/ },
    { flow: 'xss', names: names('render'), args: ['inline', 'html'] },
    { flow: 'ssrf', names: names('get get_response post start open read'), args: [0], on: /^(?:Net\.HTTP|URI|HTTParty|Faraday|RestClient|HTTP|Typhoeus|Excon)/ },
    { flow: 'open-redirect', names: names('redirect_to redirect'), args: [0], on: /^$/ },
    { flow: 'ldap-injection', names: names('search'), on: /ldap/i },
    { flow: 'xpath-injection', names: names('xpath at_xpath search'), args: [0], on: /doc|xml|nokogiri/i },
    { flow: 'unsafe-deserialisation', names: names('load restore'), args: [0], on: /^(?:Marshal|YAML|Psych|Oj)$/ },
  ],
  memberSinks: [{ path: /^session\[\]$/, flow: 'trust-boundary' }],
  memberChecks: [{ path: /verify_mode$/, plain: 'tls-unverified', value: /VERIFY_NONE$/, needs: /VERIFY_NONE/ }],
  encoders: [
    { names: names('sanitize escapeHTML html_escape h escape_html'), clears: ['xss'] },
    { names: names('escape shellescape'), on: /Shellwords|params|^$/, clears: ['command-injection'] },
    { names: names('basename'), on: /File/, clears: ['path-traversal'] },
    { names: names('url_for root_path root_url'), clears: ['open-redirect'] },
    { names: names('permit require'), clears: [] },
  ],
  checks: [
    { plain: 'weak-hash', names: names('hexdigest digest base64digest new'), needs: /Digest/, on: /(?:Digest|OpenSSL\.Digest)\.(?:MD5|SHA1)$/ },
    { plain: 'weak-cipher', names: names('new'), needs: /Cipher/, on: /Cipher$/, arg: 0, matches: /^(?:des|rc[24]|bf)|-ecb$/i },
    { plain: 'weak-randomness', names: names('rand'), on: /^(?:|Kernel|Random)$/ },
    { plain: 'weak-randomness', names: names('sample shuffle'), on: /\(\)$|chars|\[\]/ },
    { plain: 'insecure-cookie', names: names('set_cookie'), arg: 'secure', matches: /^false$/ },
    { plain: 'permissive-cors', names: names('origins'), arg: 0, matches: /^\*$/ },
    { plain: 'tls-unverified', names: names('start'), arg: 'verify_mode', matches: /VERIFY_NONE/ },
  ],
  results: {},
};

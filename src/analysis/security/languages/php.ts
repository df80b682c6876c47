import type { LanguageRules } from '../taint/rules.ts';
import { names } from '../taint/rules.ts';

/** Plain PHP, PDO, mysqli, Laravel, Symfony. */
export const phpRules: LanguageRules = {
  inputWords: /\$_(?:GET|POST|REQUEST|COOKIE|FILES|SERVER)|[Rr]equest|php:\/\/input|filter_input/,
  sourcePaths: /^\$_(?:GET|POST|REQUEST|COOKIE|FILES|SERVER)$|^\$(?:HTTP_RAW_POST_DATA)$|^\$(?:this\.)?request\.(?:query|request|cookies|headers|files|attributes)$/,
  sourceCalls: [
    { names: names('input query post get cookie header all json only file route getContent getParam getQueryParams getParsedBody getBody validated'), on: /^\$(?:this\.)?(?:request|req)(?:\.\w+)*$|^request\(\)$|^(?:Request|Input)$/ },
    { names: names('filter_input getenv_input apache_request_headers getallheaders') },
  ],
  sinks: [
    { flow: 'sql-injection', names: names('query exec prepare multi_query real_query unbuffered_query'), args: [0], on: /^(?!.*(?:request|curl))/i },
    { flow: 'sql-injection', names: names('mysqli_query mysqli_multi_query pg_query mysql_query sqlite_query odbc_exec mssql_query mysqli_prepare'), },
    { flow: 'sql-injection', names: names('raw select statement whereRaw orderByRaw havingRaw selectRaw unprepared createQuery executeQuery fetchAll get_results get_var get_row'), args: [0] },
    { flow: 'command-injection', names: names('system exec shell_exec passthru popen proc_open pcntl_exec `'), args: [0], on: /^$/ },
    { flow: 'code-injection', names: names('eval assert create_function include include_once require require_once call_user_func'), args: [0, 1], on: /^$/ },
    { flow: 'path-traversal', names: names('fopen file_get_contents file_put_contents readfile file unlink rmdir mkdir copy rename move_uploaded_file opendir scandir parse_ini_file show_source highlight_file'), args: [0, 1], on: /^$/ },
    { flow: 'path-traversal', names: names('include include_once require require_once'), on: /^$/ },
    { flow: 'xss', names: names('echo print printf vprintf print_r'), on: /^$/ },
    { flow: 'ssrf', names: names('curl_init fsockopen get_headers file_get_contents'), args: [0], on: /^$/ },
    { flow: 'ssrf', names: names('curl_setopt'), args: [2], on: /^$/ },
    { flow: 'ssrf', names: names('request get post'), args: [0, 1], on: /[Cc]lient|^Http$|guzzle/ },
    { flow: 'open-redirect', names: names('redirect away to RedirectResponse'), args: [0], on: /^(?:|redirect\(\)|\$this|Redirect)$/ },
    { flow: 'open-redirect', names: names('header wp_redirect'), args: [0], on: /^$/ },
    { flow: 'ldap-injection', names: names('ldap_search ldap_list ldap_read'), args: [1, 2] },
    { flow: 'xpath-injection', names: names('xpath query evaluate'), args: [0], on: /[Xx]path|xml|simplexml/ },
    { flow: 'unsafe-deserialisation', names: names('unserialize yaml_parse'), args: [0], most: 1 },
    { flow: 'xxe', names: names('simplexml_load_string simplexml_load_file loadXML'), args: [0], most: 0 },
  ],
  memberSinks: [{ path: /^\$_SESSION\[\]$/, flow: 'trust-boundary' }],
  encoders: [
    { names: names('htmlspecialchars htmlentities strip_tags e esc_html esc_attr esc_url json_encode'), clears: ['xss'] },
    { names: names('mysqli_real_escape_string quote real_escape_string addslashes esc_sql'), clears: ['sql-injection'] },
    { names: names('basename realpath_in'), clears: ['path-traversal'] },
    { names: names('md5 sha1 hash crc32 uniqid strtotime time count abs round bin2hex password_hash'), clears: 'all' },
  ],
  checks: [
    { plain: 'weak-hash', names: names('md5 sha1 md5_file sha1_file'), on: /^$/ },
    { plain: 'weak-hash', names: names('hash'), on: /^$/, arg: 0, matches: /^(?:md[245]|sha1)$/i },
    { plain: 'weak-cipher', names: names('openssl_encrypt openssl_decrypt'), arg: 1, matches: /^(?:des|rc[24]|bf)|-ecb$/i },
    { plain: 'weak-cipher', names: names('mcrypt_encrypt mcrypt_decrypt') },
    { plain: 'weak-randomness', names: names('rand mt_rand uniqid lcg_value array_rand str_shuffle shuffle'), on: /^$/ },
    { plain: 'insecure-cookie', names: names('setcookie setrawcookie'), arg: 5, matches: /^false$/ },
    { plain: 'insecure-cookie', names: names('setcookie setrawcookie'), arg: 'secure', matches: /^false$/ },
    { plain: 'insecure-cookie', names: names('setcookie setrawcookie'), fewer: 6 },
    { plain: 'tls-unverified', names: ['curl_setopt'], needs: /CURLOPT_SSL_VERIFY/, arg: 2, matches: /^(?:false|0)$/, written: { arg: 1, matches: /CURLOPT_SSL_VERIFY(?:PEER|HOST)$/ } },
    { plain: 'debug-server', names: ['ini_set'], arg: 0, matches: /^display_errors$/, unless: { arg: 1, matches: /^(?:0|off|false|)$/i } },
    { plain: 'permissive-cors', names: ['header'], needs: /Access-Control-Allow-Origin/i, arg: 0, matches: /^Access-Control-Allow-Origin:\s*\*/i },
  ],
  results: {},
};

const publicPrefix = /^(VITE|NEXT_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|NUXT|GATSBY|EXPO_PUBLIC|VUE_APP|NG_APP|SERVICES|SERVICE|APP)_/;
const addressEnd = /_?(URL|URI|URLS|HOST|HOSTS|HOSTNAME|ADDR|ADDRESS|ENDPOINT|ENDPOINTS|ORIGIN|BASE|BASEURL|BASE_URL|BASE_URI|BASE_PATH|TARGET|HOSTPORT|HOST_PORT|SERVICE|SERVER|UPSTREAM|API|APIURL|API_BASE|GRPC|HTTP|RPC|ROOT|DOMAIN|DNS|CLIENT|PORT|LOCATION|PREFIX|PATH|SVC|CONNECTION|DESTINATION|INTERNAL|APP_ID|APPID|WS|SCHEME)$/;
const told = /(URL|URI|URLS|HOST|HOSTS|HOSTNAME|ADDR|ADDRESS|ENDPOINT|ENDPOINTS|ORIGIN|BASE|BASEURL|TARGET|HOSTPORT|HOST_PORT|SERVICE|SERVER|UPSTREAM|API|APIURL|DOMAIN|LOCATION|DESTINATION|APP_ID|APPID)$/;

/** What a variable that tells an address is about, the most exact first: `VITE_ORDER_SERVICE_URL` → `order-service`, `order`. None for others. */
export function subjectsOf(name: string): string[] {
  const bare = name.replace(/__\d+$/, '').replace(publicPrefix, '');
  if (!told.test(bare)) return [];
  const subjects: string[] = [];
  for (let rest = bare, end = addressEnd.exec(rest); end && rest !== ''; end = addressEnd.exec(rest)) {
    subjects.push(rest);
    rest = rest.slice(0, end.index);
    if (rest === '') break;
    if (!addressEnd.test(rest)) subjects.push(rest);
  }
  return [...new Set(subjects)].filter((subject) => subject !== '' && !/^(BASE|ROOT|HOST|PORT|URL|TARGET|HTTP|DOMAIN|PATH|PUBLIC)(_|$)/.test(subject)).map((subject) => subject.toLowerCase().replaceAll('_', '-'));
}

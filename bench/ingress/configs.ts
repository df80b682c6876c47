/** One worker, keep-alive on both sides, an access log: what the ingress does too. */
interface Facts {
  readonly directory: string;
  readonly port: number;
  readonly target: number;
}

export const nginxTarget = ({ directory, port }: Facts): string => `
worker_processes 1; pid ${directory}/target.pid; error_log ${directory}/target.err;
events { worker_connections 2048; }
http {
  access_log off; client_body_temp_path ${directory}/tmp1; proxy_temp_path ${directory}/tmp2; fastcgi_temp_path ${directory}/tmp3; uwsgi_temp_path ${directory}/tmp4; scgi_temp_path ${directory}/tmp5;
  server { listen 127.0.0.1:${port}; keepalive_requests 100000000; location / { return 200 "${'x'.repeat(1024)}"; } }
}`;

export const nginxConfig = ({ directory, port, target }: Facts): string => `
worker_processes 1; pid ${directory}/nginx.pid; error_log ${directory}/nginx.err;
events { worker_connections 2048; }
http {
  access_log ${directory}/nginx.log combined buffer=64k flush=1s; client_body_temp_path ${directory}/tmp6; proxy_temp_path ${directory}/tmp7; fastcgi_temp_path ${directory}/tmp8; uwsgi_temp_path ${directory}/tmp9; scgi_temp_path ${directory}/tmp10;
  upstream app { server 127.0.0.1:${target}; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port}; keepalive_requests 100000000;
    location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; }
  }
}`;

export const haproxyConfig = ({ port, target }: Facts): string => `
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  option forwardfor
  default_backend app
backend app
  server app 127.0.0.1:${target} pool-max-conn 256
`;

export const caddyConfig = ({ port, target }: Facts): string => `
{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${target}
}
`;

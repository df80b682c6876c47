import type { Framework } from './listening.ts';

/** Frameworks of Go by the packages that a program imports; those that are used under others come last. */
export const goFrameworks: readonly Framework[] = [
  { name: 'buffalo', packages: ['github.com/gobuffalo/buffalo'], kind: 'web', port: 3000, readsPort: true },
  { name: 'beego', packages: ['github.com/beego/beego', 'github.com/astaxie/beego'], kind: 'web', port: 8080 },
  { name: 'revel', packages: ['github.com/revel/revel'], kind: 'web', port: 9000 },
  { name: 'goframe', packages: ['github.com/gogf/gf'], kind: 'api', port: 8000 },
  { name: 'kratos', packages: ['github.com/go-kratos/kratos'], kind: 'api', port: 8000 },
  { name: 'go-zero', packages: ['github.com/zeromicro/go-zero', 'github.com/tal-tech/go-zero'], kind: 'api', port: 8888 },
  { name: 'go-micro', packages: ['go-micro.dev', 'github.com/micro/go-micro', 'github.com/asim/go-micro', 'github.com/micro/micro'], kind: 'api', port: 8080 },
  { name: 'encore', packages: ['encore.dev'], kind: 'api', port: 4000 },
  { name: 'pocketbase', packages: ['github.com/pocketbase/pocketbase'], kind: 'api', port: 8090 },
  { name: 'gin', packages: ['github.com/gin-gonic/gin'], kind: 'api', port: 8080, readsPort: true },
  { name: 'echo', packages: ['github.com/labstack/echo'], kind: 'api', port: 1323 },
  { name: 'fiber', packages: ['github.com/gofiber/fiber'], kind: 'api', port: 3000 },
  { name: 'iris', packages: ['github.com/kataras/iris'], kind: 'web', port: 8080 },
  { name: 'hertz', packages: ['github.com/cloudwego/hertz'], kind: 'api', port: 8888 },
  { name: 'huma', packages: ['github.com/danielgtaylor/huma'], kind: 'api', port: 8888 },
  { name: 'fuego', packages: ['github.com/go-fuego/fuego'], kind: 'api', port: 9999 },
  { name: 'goyave', packages: ['goyave.dev/goyave'], kind: 'api', port: 8080 },
  { name: 'gofr', packages: ['gofr.dev'], kind: 'api', port: 8000 },
  { name: 'martini', packages: ['github.com/go-martini/martini'], kind: 'web', port: 3000, readsPort: true },
  { name: 'macaron', packages: ['gopkg.in/macaron.v1', 'github.com/go-macaron'], kind: 'web', port: 4000 },
  { name: 'flamego', packages: ['github.com/flamego/flamego'], kind: 'web', port: 2830 },
  { name: 'chi', packages: ['github.com/go-chi/chi'], kind: 'api' },
  { name: 'gorilla-mux', packages: ['github.com/gorilla/mux'], kind: 'api' },
  { name: 'httprouter', packages: ['github.com/julienschmidt/httprouter'], kind: 'api' },
  { name: 'bunrouter', packages: ['github.com/uptrace/bunrouter'], kind: 'api' },
  { name: 'go-restful', packages: ['github.com/emicklei/go-restful'], kind: 'api' },
  { name: 'goji', packages: ['goji.io', 'github.com/zenazn/goji'], kind: 'api', port: 8000 },
  { name: 'negroni', packages: ['github.com/urfave/negroni', 'github.com/codegangsta/negroni'], kind: 'api' },
  { name: 'go-kit', packages: ['github.com/go-kit/kit'], kind: 'api' },
  { name: 'gqlgen', packages: ['github.com/99designs/gqlgen'], kind: 'api' },
  { name: 'connect', packages: ['connectrpc.com/connect', 'github.com/bufbuild/connect-go'], kind: 'api' },
  { name: 'fasthttp', packages: ['github.com/valyala/fasthttp'], kind: 'api' },
  { name: 'twirp', packages: ['github.com/twitchtv/twirp'], kind: 'api' },
  { name: 'functions-framework', packages: ['github.com/GoogleCloudPlatform/functions-framework-go'], kind: 'api', port: 8080, readsPort: true },
  { name: 'grpc', packages: ['google.golang.org/grpc'] },
];

/** Libraries that read a command line: the framework of a program that does nothing but that. */
export const goCommandLines: readonly Framework[] = [
  { name: 'bubbletea', packages: ['github.com/charmbracelet/bubbletea'], kind: 'cli' },
  { name: 'cobra', packages: ['github.com/spf13/cobra'], kind: 'cli' },
  { name: 'urfave-cli', packages: ['github.com/urfave/cli', 'gopkg.in/urfave/cli.v1'], kind: 'cli' },
  { name: 'kong', packages: ['github.com/alecthomas/kong'], kind: 'cli' },
  { name: 'kingpin', packages: ['github.com/alecthomas/kingpin', 'gopkg.in/alecthomas/kingpin.v2'], kind: 'cli' },
];

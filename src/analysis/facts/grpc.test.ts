import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { grpcOf } from './grpc.ts';

const uses = (extension: string, text: string) => grpcOf(tokensOf(extension, text)).map(({ service, role }) => `${role} ${service}`);

describe('gRPC services in the code that is generated for each language', () => {
  it.each<[string, string, string]>([
    ['go', 'pb.RegisterCartServer(s, &server{})', 'serves Cart'], ['go', 'client := pb.NewCartClient(conn)', 'calls Cart'],
    ['py', 'cart_pb2_grpc.add_CartServicer_to_server(Cart(), server)', 'serves Cart'], ['py', 'stub = cart_pb2_grpc.CartStub(channel)', 'calls Cart'], ['py', 'class Cart(pb.CartServicer):\n    pass', 'serves Cart'],
    ['java', 'class Impl extends CartGrpc.CartImplBase {}', 'serves Cart'], ['java', 'var stub = CartGrpc.newBlockingStub(channel);', 'calls Cart'],
    ['scala', 'builder.addService(CartGrpc.bindService(new Impl, context))', 'serves Cart'],
    ['cs', 'public class Impl : Cart.CartBase {}', 'serves Cart'], ['cs', 'var client = new Cart.CartClient(channel);', 'calls Cart'],
    ['rs', 'let mut client = CartClient::connect(url).await?;', 'calls Cart'], ['rs', 'Server::builder().add_service(CartServer::new(cart))', 'serves Cart'],
    ['js', 'const Cart = grpc.loadPackageDefinition(file).shop.Cart\nconst client = new Cart("0.0.0.0:50051", credentials)', 'calls Cart'],
    ['js', 'server.addService(proto.Cart.service, handlers)', 'serves Cart'], ['js', 'const client = new proto.shop.Cart(address, credentials)', 'calls Cart'],
    ['ts', '@GrpcMethod("Cart", "add") add() {}', 'serves Cart'],
    ['ex', 'defmodule Shop.Server do\n  use GRPC.Server, service: Shop.Cart.Service\nend', 'serves Cart'], ['ex', 'case Shop.Cart.Stub.add(channel, request) do', 'calls Cart'],
  ])('%s: %s', (extension, text, expected) => {
    expect(uses(extension, text)).toContain(expected);
  });

  it('are told of where they are used, and not where they are only imported', () => {
    expect(grpcOf(tokensOf('java', 'import acme.CartGrpc.CartBlockingStub;\nclass A {\n  CartBlockingStub stub;\n}'))).toEqual([{ service: 'Cart', role: 'calls', line: 3 }]);
    expect(grpcOf(tokensOf('java', 'import acme.CartGrpc.CartBlockingStub;'))).toMatchObject([{ line: 1 }]);
  });

  it('are told of once, and not where nothing is served or called', () => {
    expect(uses('go', 'pb.NewCartClient(a)\npb.NewCartClient(b)').filter((use) => use === 'calls Cart')).toHaveLength(1);
    expect(uses('ex', 'defmodule Shop.Cart.Stub do\n  use GRPC.Stub, service: Shop.Cart.Service\nend')).not.toContain('serves Cart');
    expect(uses('go', 'func add(a, b int) int { return a + b }')).toEqual([]);
  });
});

import type { StoreSigns } from '../signs.ts';

/** Databases of vectors. */
export const vectors: readonly StoreSigns[] = [
  { kind: 'qdrant', packages: ['@qdrant/js-client-rest', 'qdrant-client', 'github.com/qdrant/go-client', 'langchain-qdrant', 'llama-index-vector-stores-qdrant', 'Qdrant.Client', 'io.qdrant:client', '@langchain/qdrant', 'spring-ai-qdrant-store-spring-boot-starter'], imports: ['qdrant_client', 'langchain_qdrant'], schemes: [], envVars: /^(QDRANT\w*)$/, images: /(^|\/)qdrant$/, ports: [6333] },
  { kind: 'chroma', place: 'within', packages: ['chromadb', 'langchain-chroma', 'llama-index-vector-stores-chroma', 'chromadb-client'], imports: ['chromadb', 'langchain_chroma'], schemes: [], envVars: /^(CHROMA\w*)$/, images: /(^|\/)chroma$/, ports: [] },
  { kind: 'weaviate', packages: ['weaviate-client', 'weaviate-ts-client', 'langchain-weaviate', 'github.com/weaviate/weaviate-go-client', 'io.weaviate:client'], imports: ['weaviate'], schemes: [], envVars: /^(WEAVIATE\w*)$/, images: /(^|\/)weaviate$/, ports: [] },
  { kind: 'milvus', packages: ['@zilliz/milvus2-sdk-node', 'pymilvus', 'langchain-milvus', 'github.com/milvus-io/milvus-sdk-go', 'io.milvus:milvus-sdk-java'], imports: ['pymilvus', 'langchain_milvus', 'io.milvus'], schemes: [], envVars: /^(MILVUS\w*)$/, images: /(^|\/)milvus$/, ports: [19530] },
  { kind: 'pinecone', place: 'elsewhere', packages: ['@pinecone-database/pinecone', 'pinecone-client', 'pinecone', 'langchain-pinecone', 'io.pinecone:pinecone-client'], imports: ['pinecone', 'langchain_pinecone'], schemes: [], envVars: /^(PINECONE\w*)$/, images: /^$/, ports: [] },
];
